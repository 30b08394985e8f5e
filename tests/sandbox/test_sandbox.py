"""The interpreter as its conversations see it: stateful, bounded, alone."""

import pytest

from glms.sandbox.client import FileRefused, FunctionFailed
from tests.support.sandbox import Sandboxd, text_of


async def test_code_runs_and_prints_and_values_are_both_kept(box: Sandboxd) -> None:
    run = await box.run("basic", 'print("one")\nx = 6 * 7\nprint("two")\nx')
    assert [(output["type"], output["text"]) for output in run.outputs] == [("text", "one\ntwo\n"), ("value", "42")]
    assert run.ended is None


async def test_state_persists_between_calls_and_another_conversation_sees_nothing_of_it(box: Sandboxd) -> None:
    await box.run("first", 'x = 5\nopen("/mnt/data/note.txt", "w").write("mine")')
    assert text_of(await box.run("first", "x + 1")) == "6"
    other = await box.run("second", 'import os\nprint("x" in globals(), os.listdir("/mnt/data"))')
    assert "False []" in text_of(other)


async def test_files_go_in_and_come_out(box: Sandboxd) -> None:
    await box.client.put("files", "数据.csv", b"a,b\n1,2\n")
    run = await box.run("files", 'import pandas\nt = pandas.read_csv("/mnt/data/数据.csv")\nt.to_excel("out.xlsx")\nt')
    assert run.changed == ["out.xlsx"]
    table = run.outputs[-1]
    assert (table["type"], table["columns"][-2:]) == ("table", ["a", "b"])
    assert (await box.client.read("files", "out.xlsx")).startswith(b"PK")


async def test_a_plot_comes_out_as_a_picture_and_chinese_has_a_font(box: Sandboxd) -> None:
    code = (
        "import warnings; warnings.simplefilter('error')\n"
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('全球人口')\nplt.show()"
    )
    run = await box.run("plot", code)
    assert [output["type"] for output in run.outputs] == ["image"], run.outputs


async def test_the_promised_packages_are_there(box: Sandboxd) -> None:
    code = "import numpy, pandas, scipy, matplotlib, openpyxl, sympy, PIL\nprint(sympy.sqrt(8), scipy.__name__)"
    assert "2*sqrt(2) scipy" in text_of(await box.run("packages", code))


async def test_an_error_is_told_and_the_variables_stay(box: Sandboxd) -> None:
    run = await box.run("error", "kept = 7\n1 / 0")
    assert run.outputs[-1]["type"] == "error"
    assert run.outputs[-1]["name"] == "ZeroDivisionError"
    assert text_of(await box.run("error", "kept")) == "7"


async def test_time_ends_a_call_and_the_variables_stay(box: Sandboxd) -> None:
    await box.run("time", "kept = 8")
    run = await box.run("time", "while True: pass", seconds=1)
    assert run.ended == "timeout"
    again = await box.run("time", "kept")
    assert (text_of(again), again.variables_lost) == ("8", False)


async def test_code_that_ignores_its_interruption_is_killed_and_the_loss_is_told(box: Sandboxd) -> None:
    await box.run("stubborn", "kept = 8")
    code = "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
    run = await box.run("stubborn", code, seconds=1)
    assert (run.ended, run.variables_lost) == ("timeout", True)
    assert "NameError" in str((await box.run("stubborn", "kept")).outputs)


async def test_memory_and_output_have_limits(box: Sandboxd) -> None:
    greedy = await box.run("memory", "b = bytearray(3 * 2**30)\nb[::4096] = b'x' * len(b[::4096])")
    assert greedy.ended == "memory" or "MemoryError" in str(greedy.outputs)
    run = await box.run("output", "for i in range(10**7): print('x' * 100)", seconds=20)
    assert run.ended == "output" or len(text_of(run)) < 2 * 2**20


async def test_a_function_is_called_with_its_secrets_and_leaves_nothing(box: Sandboxd) -> None:
    code = "import os\ndef f(a, b=2):\n    print('hey')\n    return {'sum': a + b, 'key': os.environ['KEY']}"
    called = await box.client.call_function(code, "f", {"a": 1}, variables={"KEY": "s3"})
    assert (called.result, called.printed) == ({"sum": 3, "key": "s3"}, "hey\n")
    assert "KEY" not in text_of(await box.run("after", "import os; print(list(os.environ))"))
    with pytest.raises(FunctionFailed) as failed:
        await box.client.call_function("def f(a):\n    return 1 / a", "f", {"a": 0}, variables={})
    assert (failed.value.name, failed.value.line) == ("ZeroDivisionError", 2)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../b", "x\x00y", ""])
async def test_a_name_that_leaves_the_folder_is_refused(box: Sandboxd, name: str) -> None:
    with pytest.raises(FileRefused):
        await box.client.read("names", name)
