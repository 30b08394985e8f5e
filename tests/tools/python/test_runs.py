"""Agents that run Python, in a real sandbox: what the model reads, what people see, what stays."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.support.calls import python, results, turns
from tests.support.sandbox import Sandboxd
from tests.support.talk import Talk

Begin = Callable[..., Talk]


def outputs(run: dict[str, Any], number: int = 0) -> list[tuple[str, str]]:
    """What people see of a call: kinds and texts."""
    return [(one["type"], one.get("text", "")) for one in results(run)[number]["view"]["outputs"]]


def upload(bob: Talk, name: str, data: bytes) -> dict[str, Any]:
    made = bob.client.http.post(f"{bob.path}/files", {"file": SimpleUploadedFile(name, data)})
    assert made.status_code == 201, made.content
    return made.json()


def content(bob: Talk, file_id: str, **params: Any) -> Any:
    return bob.client.get(f"/api/v1/files/{file_id}/content", **params)


def test_variables_stay_between_calls_and_between_runs(coder: Begin) -> None:
    bob = coder()
    first = bob.say(turns(python("import math\nx = 6\nprint('one')\nx * 7"), python("x += 1\nx")))
    assert (first["status"], bob.texts()[-1]) == ("finished", "Done.")
    assert [call["output"] for call in results(first)] == ["one\n42", "7"]
    assert outputs(first) == [("text", "one\n"), ("text", "42")]
    again = bob.say(turns(python("print(x, math.floor(2.5))")))
    assert (results(again)[0]["output"], results(again)[0]["view"]["variables_lost"]) == ("7 2", False)


def test_another_conversation_of_the_same_user_and_agent_sees_nothing_of_it(coder: Begin) -> None:
    bob = coder()
    bob.say(turns(python("x = 1\nopen('/mnt/data/mine.txt', 'w').write('mine')")))
    made = bob.client.post("/api/v1/conversations", {"agent_id": bob.agent["id"]}).json()
    run = Talk(bob.client, bob.worker, bob.agent, made["id"]).say(
        turns(python("import os\nprint('x' in globals(), os.listdir('/mnt/data'))"))
    )
    assert results(run)[0]["output"] == "False []"


def test_an_error_is_read_by_the_model_which_corrects_itself(coder: Begin) -> None:
    run = coder().say(turns(python("first, last = 6.1, 8.0\nlast / frist"), python("round(last / first, 3)")))
    wrong, right = results(run)
    assert "NameError: name 'frist' is not defined" in wrong["output"]
    assert "----> 2 last / frist" in wrong["output"]
    assert [one["type"] for one in wrong["view"]["outputs"]] == ["error"]
    assert (right["output"], wrong["outcome"], right["outcome"]) == ("1.311", "error", "done")


def test_the_same_failing_code_again_and_again_ends_the_run(coder: Begin) -> None:
    run = coder().say(turns(*[python("1 / 0")] * 6))
    assert (run["status"], run["error"]["code"], len(results(run))) == ("failed", "repeated_failure", 5)
    assert ["has now failed" in call["output"] for call in results(run)] == [False, False, True, True, True]


def test_a_file_of_the_user_is_read_under_its_own_name(coder: Begin) -> None:
    bob = coder()
    file = upload(bob, "数据 2024.csv", "城市,人口\n北京,2185\n".encode())
    code = "import pandas as pd\ntable = pd.read_csv('/mnt/data/数据 2024.csv')\ntable"
    run = bob.say(turns(python(code)), file_ids=[file["id"]])
    [call] = results(run)
    assert "北京" in call["output"]
    [table] = call["view"]["outputs"]
    assert (table["type"], table["columns"], table["rows"]) == ("table", ["城市", "人口"], [["北京", 2185]])
    assert call["artefacts"] == []


def test_a_file_that_was_never_sent_is_not_shown_to_code(coder: Begin) -> None:
    bob = coder()
    upload(bob, "draft.txt", b"not sent")
    run = bob.say(turns(python("import os\nos.listdir('/mnt/data')")))
    assert results(run)[0]["output"] == "[]"


def test_what_code_writes_is_the_users_with_hash_download_and_expiry(coder: Begin) -> None:
    bob = coder()
    code = "import pandas as pd\npd.DataFrame({'年': [2023], 'x': [8.0]}).to_excel('/mnt/data/结果.xlsx', index=False)"
    run = bob.say(turns(python(code)))
    [call] = results(run)
    assert "Files for the user: 结果.xlsx" in call["output"]
    [artefact] = call["artefacts"]
    file = bob.client.get(f"/api/v1/files/{artefact['id']}").json()
    data = content(bob, file["id"])
    assert (file["name"], file["origin"], file["size"]) == ("结果.xlsx", "tool", len(data.content))
    assert file["sha256"] == hashlib.sha256(data.content).hexdigest()
    assert file["expires_at"] > file["created_at"]
    assert data.headers["Content-Disposition"].startswith("attachment")
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(data.content)).namelist()
    assert [one["id"] for one in bob.client.get(f"{bob.path}/files").json()["items"]] == [file["id"]]


def test_a_plot_is_shown_in_the_view_and_kept_as_a_picture(coder: Begin) -> None:
    code = (
        "import warnings; warnings.simplefilter('error')\nimport matplotlib.pyplot as plt\n"
        "plt.plot([2000, 2023], [6.1, 8.0])\nplt.title('全球人口')\nplt.show()\nprint('drawn')"
    )
    bob = coder()
    run = bob.say(turns(python(code), python(code)))
    first, second = results(run)
    assert first["output"] == "[Image]\ndrawn"
    assert [one["type"] for one in first["view"]["outputs"]] == ["image", "text"]
    assert [call["artefacts"][0]["name"] for call in (first, second)] == ["plot-1.png", "plot-2.png"]
    assert first["view"]["outputs"][0]["id"] == first["artefacts"][0]["id"]
    shown = content(bob, first["artefacts"][0]["id"])
    assert shown.headers["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert min(picture.size) > 200
    saved = content(bob, first["artefacts"][0]["id"], download="true")
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_changes_is_kept_anew_and_the_older_one_never_comes_back(coder: Begin) -> None:
    bob = coder()
    file = upload(bob, "a.txt", b"user")
    change = "with open('/mnt/data/a.txt', 'a') as f: _ = f.write('+code')"
    show = "print(open('/mnt/data/a.txt').read())"
    run = bob.say(turns(python(change), python(show)), file_ids=[file["id"]])
    assert (results(run)[1]["output"], results(run)[1]["artefacts"]) == ("user+code", [])
    [made] = results(run)[0]["artefacts"]
    assert content(bob, made["id"]).content == b"user+code"
    assert bob.client.delete(f"/api/v1/files/{made['id']}").status_code == 204
    assert results(bob.say(turns(python(show))))[0]["output"] == "user+code"


def test_a_newer_file_of_the_user_replaces_one_of_that_name(coder: Begin) -> None:
    bob = coder()
    show = "print(open('/mnt/data/a.txt').read())"
    bob.say(turns(python(show)), file_ids=[upload(bob, "a.txt", b"old")["id"]])
    run = bob.say(turns(python(show)), file_ids=[upload(bob, "a.txt", b"new")["id"]])
    assert results(run)[0]["output"] == "new"


def test_files_in_folders_stay_where_they_are(coder: Begin) -> None:
    make = "import os\nos.makedirs('/mnt/data/out/deep')\nopen('/mnt/data/out/deep/b.txt', 'w').write('b')"
    show = "[(top, sorted(names)) for top, _, names in os.walk('/mnt/data')]"
    run = coder().say(turns(python(make), python(show)))
    made, shown = results(run)
    assert [file["name"] for file in made["artefacts"]] == ["b.txt"]
    assert shown["output"] == "[('/mnt/data', []), ('/mnt/data/out', []), ('/mnt/data/out/deep', ['b.txt'])]"


def test_hidden_files_links_and_too_many_files_are_not_handed_out(coder: Begin) -> None:
    code = (
        "import os\nos.symlink('/etc/passwd', '/mnt/data/link.txt')\nopen('/mnt/data/.hidden', 'w').write('x')\n"
        "for n in range(103): open(f'/mnt/data/{n:03}.txt', 'w').write('x')"
    )
    run = coder().say(turns(python(code), python("1 + 1")))
    made, after = results(run)
    assert [file["name"] for file in made["artefacts"]] == [f"{n:03}.txt" for n in range(100)]
    assert "3 more files stay in /mnt/data only" in made["output"]
    assert made["output"].count("1 files were left out") == 1
    assert (after["output"], after["view"]["notes"]) == ("2", [])


def test_a_file_that_is_too_large_for_the_user_stays_inside_and_is_said(coder: Begin) -> None:
    code = "with open('/mnt/data/big.bin', 'wb') as f: f.write(b'x' * (60 << 20))"
    [call] = results(coder().say(turns(python(code))))
    assert call["artefacts"] == []
    assert "big.bin stays in /mnt/data only: 50 MB are kept" in call["output"]


def test_two_calls_at_once_run_one_after_the_other(coder: Begin) -> None:
    count = "import time\nn = globals().get('n', 0)\ntime.sleep(0.3)\nn = n + 1\nn"
    run = coder().say(turns(python(count, count, count)))
    assert sorted(call["output"] for call in results(run)) == ["1", "2", "3"]
    assert {call["outcome"] for call in results(run)} == {"done"}


def test_text_that_no_wire_can_carry_ends_nothing(coder: Begin) -> None:
    lone = "chr(0xd800)"
    run = coder().say(
        turns(
            python(f"x = 1\nraise ValueError({lone} + chr(0))"),
            python(f"import pandas as pd\npd.DataFrame({{'a': [{lone}]}})"),
            python(f"print({lone})\nopen('/mnt/data/' + {lone}, 'w')"),
            python("x"),
        )
    )
    assert run["status"] == "finished"
    assert "ValueError" in results(run)[0]["output"]
    assert results(run)[3]["output"] == "1"


def test_what_code_shows_has_bounds_however_it_is_shown(coder: Begin) -> None:
    flood = "import pandas as pd\nfor _ in range(90): display(pd.DataFrame([['x' * 150] * 20] * 50))"
    [call] = results(coder().say(turns(python(flood))))
    assert len(call["output"]) < 20_000
    assert len(json.dumps(call["view"])) < 300_000


def test_a_conversation_whose_interpreter_and_files_are_gone_gets_its_files_back(
    coder: Begin, sandbox: Sandboxd
) -> None:
    import asyncio

    bob = coder()
    code = "open('/mnt/data/made.txt', 'w').write('made')"
    bob.say(turns(python(code)), file_ids=[upload(bob, "a.txt", b"user")["id"]])
    asyncio.run(sandbox.client.forget(bob.id))
    run = bob.say(turns(python("import os\nsorted(os.listdir('/mnt/data'))")))
    assert results(run)[0]["output"] == "['a.txt', 'made.txt']"
