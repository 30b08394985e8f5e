"""Every remark that can be made has its sentence, and no sentence is without a use."""

import ast
from pathlib import Path

from glms.apis import reading
from glms.apis.reading.remarks import SENTENCES, Report


def texts_in_the_source() -> set[str]:
    folder = Path(str(reading.__file__)).parent
    trees = [ast.parse(path.read_text()) for path in folder.glob("*.py") if path.name != "remarks.py"]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def codes_in_the_source() -> set[str]:
    """First arguments of `.add(` and `.note(` that are texts by themselves."""
    folder = Path(str(reading.__file__)).parent
    calls = [
        node
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("add", "note")
    ]
    first = [call.args[0] for call in calls if call.args]
    return {one.value for one in first if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_remark_has_a_sentence() -> None:
    assert codes_in_the_source() - SENTENCES.keys() == set()
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


def test_every_sentence_has_a_use() -> None:
    assert SENTENCES.keys() - texts_in_the_source() == set()


def test_remarks_of_one_cause_are_counted_once_an_operation() -> None:
    report = Report()
    for operation in ("GET /a", "GET /a", "GET /b"):
        report.add("schema_cut", "altered", operation=operation)
    report.add("bad_server", "altered", detail="a")
    report.add("bad_server", "altered", detail="b")

    assert [(one.operation, one.times) for one in report.remarks()] == [("GET /a", 2), ("GET /b", 1), ("", 1), ("", 1)]
