"""A conversation's files, taken out of and put into folders that foreign code writes in."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from glms.sandbox.files import FileRefused, Listing, is_overfull, listing, mirror, read, remove_tree, write
from glms.sandbox.limits import MIB, Limits

LIMITS = Limits()


@pytest.fixture
def few_handles() -> Iterator[None]:
    """So many files open at once, and no more."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    used = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
    resource.setrlimit(resource.RLIMIT_NOFILE, (used + 20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret").write_text("canary")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    return made


def test_links_lead_nowhere(folder: Path, outside: Path) -> None:
    (folder / "file").symlink_to(outside / "secret")
    (folder / "dir").symlink_to(outside)
    (folder / "up").symlink_to("..")

    assert listing(folder, LIMITS).entries == ()
    assert listing(folder, LIMITS).skipped == 3
    for name in ("file", "dir/secret", "up/outside/secret"):
        with pytest.raises(FileRefused):
            read(folder, name, LIMITS)
    for name in ("dir/new", "up/new"):
        with pytest.raises(FileRefused):
            write(folder, name, b"x", LIMITS)
    write(folder, "file", b"mine", LIMITS)

    assert (outside / "secret").read_text() == "canary"
    assert not (folder / "file").is_symlink()
    assert list(outside.iterdir()) == [outside / "secret"]


@pytest.mark.parametrize(
    "name", ["..", ".", "", "/x", "../x", "a/../x", "a//x", "a/", "x\0", "a\nb", "\u202ex", "x" * 201, "a/" * 9 + "x"]
)
def test_an_odd_name_is_no_files_name(folder: Path, name: str) -> None:
    with pytest.raises(FileRefused):
        write(folder, name, b"x", LIMITS)
    with pytest.raises(FileRefused):
        read(folder, name, LIMITS)
    assert list(folder.rglob("*")) == []


def test_pipes_and_folders_are_not_read(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(FileRefused):
            read(folder, name, LIMITS)


@pytest.mark.usefixtures("few_handles")
def test_thousands_of_folders_need_few_handles(folder: Path) -> None:
    for number in range(2000):
        (folder / str(number)).mkdir()
    (folder / "1999" / "file").write_text("x")
    assert [entry.name for entry in listing(folder, LIMITS).entries] == ["1999/file"]


def test_what_is_too_deep_or_under_an_odd_name_is_left_out(folder: Path) -> None:
    deep = folder.joinpath(*"abcdefgh")
    deep.mkdir(parents=True)
    (deep / "file").write_text("x")
    (deep.parent / "file").write_text("x")
    (folder / "odd\nname").mkdir()
    (folder / "odd\nname" / "file").write_text("x")

    found = listing(folder, LIMITS)

    assert [entry.name for entry in found.entries] == ["a/b/c/d/e/f/g/file"]
    assert found.skipped == 2


def test_only_so_many_files_and_bytes_are_kept(folder: Path, tmp_path: Path) -> None:
    limits = Limits(kept_files=10, disk=MIB)
    for number in range(20):
        (folder / f"{number:02}").write_bytes(b"x" * (200 << 10))
    with (folder / "99-sparse").open("wb") as sparse:
        sparse.truncate(1 << 40)

    (tmp_path / "kept").mkdir()

    found, kept = mirror(folder, tmp_path / "kept", known=Listing(entries=()), limits=limits)

    assert (len(found.entries), found.skipped) == (5, 16)
    assert sorted(kept) == sorted(path.name for path in (tmp_path / "kept").iterdir())
    assert sum((tmp_path / "kept" / name).stat().st_size for name in kept) == 5 * (200 << 10)


def test_a_folder_is_overfull_by_bytes_by_number_and_by_depth(tmp_path: Path) -> None:
    limits = Limits(disk=MIB, inodes=50)
    for name in ("bytes", "number", "deep", "fine"):
        (tmp_path / name).mkdir()
    (tmp_path / "bytes" / "x").write_bytes(b"x" * (2 * MIB))
    for number in range(60):
        (tmp_path / "number" / str(number)).mkdir()
    os.makedirs(tmp_path / "deep" / "/".join("d" * 120))  # noqa: PTH103
    (tmp_path / "fine" / "x").write_bytes(b"x")

    assert [is_overfull(tmp_path / name, limits) for name in ("bytes", "number", "fine")] == [True, True, False]
    assert is_overfull(tmp_path / "deep", Limits())


@pytest.mark.usefixtures("few_handles")
def test_a_tree_is_removed_however_deep_and_closed_it_is(folder: Path, outside: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    for _ in range(2100):  # longer than a path may be
        os.mkdir("d")  # noqa: PTH102
        os.symlink(outside, "link")  # noqa: PTH211
        os.chdir("d")
    os.fchdir(here)
    os.close(here)
    (folder / "closed").mkdir()
    (folder / "closed" / "file").write_text("x")
    (folder / "closed").chmod(0)

    remove_tree(folder)

    assert not folder.exists()
    assert (outside / "secret").read_text() == "canary"


def test_a_tree_that_is_not_there_is_gone(tmp_path: Path) -> None:
    remove_tree(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []
