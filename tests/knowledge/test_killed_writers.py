"""An index whose writer is killed at any moment, and read all the while by others."""

import random
import subprocess
import sys
import time
from pathlib import Path

from knowledge.errors import IndexTorn
from tests.knowledge.writing import Kept, expected

KILLS = 12
LONGEST_SECONDS = 1.2


def start(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.knowledge.writing", str(folder)], stdout=subprocess.PIPE)


def test_a_killed_writer_leaves_what_was_kept_and_the_next_goes_on(tmp_path: Path) -> None:
    """Killed by SIGKILL after a time of chance, so in mid-addition, mid-merge and mid-sweep alike."""
    chance = random.Random(4)
    reached = 0
    for _ in range(KILLS):
        writer = start(tmp_path)
        assert writer.stdout is not None
        writer.stdout.readline()  # it has begun to write
        time.sleep(chance.uniform(0, LONGEST_SECONDS))
        writer.kill()
        writer.communicate()

        steps, by_vector, by_word = Kept(tmp_path).found()

        assert by_vector == by_word == expected(steps)
        assert steps > reached
        reached = steps
    kept = Kept(tmp_path)
    _, vectors, words = kept.read()
    kept.vectors.check(vectors)
    kept.words.check(words)


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    writer = start(tmp_path)
    assert writer.stdout is not None
    for _ in range(7):
        writer.stdout.readline()
    writer.kill()
    writer.communicate()
    kept = Kept(tmp_path)
    _, vectors, words = kept.read()
    (tmp_path / "vectors" / ".draft-left").mkdir()

    kept.vectors.sweep([vectors], older_than=0)
    kept.words.sweep([words], older_than=0)

    named = {one.name for one in vectors.segments} | {one.dead.name for one in vectors.segments if one.dead}
    assert {path.name for path in (tmp_path / "vectors").iterdir()} == named
    assert {path.name for path in (tmp_path / "words").iterdir()} == {one.name for one in words.segments}


def test_readers_beside_a_writer_see_whole_states_only(tmp_path: Path) -> None:
    """A reader whose files were swept before it opened them reads the state again, as the product does."""
    writer = start(tmp_path)
    assert writer.stdout is not None
    writer.stdout.readline()
    reader, seen, again = Kept(tmp_path), set(), 0
    until = time.monotonic() + 6
    try:
        while time.monotonic() < until:
            try:
                steps, by_vector, by_word = reader.found()
            except IndexTorn:
                again += 1
                assert again < 200
                continue
            assert by_vector == by_word == expected(steps)
            seen.add(steps)
    finally:
        writer.kill()
        writer.communicate()
    assert len(seen) > 5
