"""Makes `bfcl_calls.json.gz` from an unpacked `bfcl-eval`: `python extract_bfcl.py FOLDER_OF_bfcl_eval`."""

import ast
import gzip
import json
import sys
from pathlib import Path
from typing import Any

TYPES = {"dict": "object", "float": "number", "tuple": "array", "any": None, "list": "array", "bool": "boolean"}
JSON_TYPES = {"string", "integer", "number", "boolean", "array", "object"}
PYTHON = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list, "object": dict}


def chosen(value: Any) -> Any:
    """BFCL lists what is acceptable at every level of an object; the first is taken, "" stands for left out."""
    if isinstance(value, dict):
        return {
            key: chosen(some[0]) for key, some in value.items() if isinstance(some, list) and some and some[0] != ""
        }
    return [chosen(one) for one in value] if isinstance(value, list) else value


def calls_of(truth: list[Any]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for one in truth:
        if isinstance(one, dict):
            found += [(name, chosen(arguments)) for name, arguments in one.items()]
        elif isinstance(one, str):
            node = ast.parse(one, mode="eval").body
            assert isinstance(node, ast.Call)
            values = {str(n): ast.literal_eval(arg) for n, arg in enumerate(node.args)}
            found.append(
                (ast.unparse(node.func), values | {k.arg: ast.literal_eval(k.value) for k in node.keywords if k.arg})
            )
    return found


def types_of(function: dict[str, Any]) -> dict[str, str]:
    properties = function["parameters"].get("properties", {})
    mapped = {name: TYPES.get(one.get("type"), one.get("type")) for name, one in properties.items()}
    return {name: kind for name, kind in mapped.items() if kind in JSON_TYPES}


def fitting(types: dict[str, str], calls: list[dict[str, Any]]) -> dict[str, str]:
    """The declared types that the ground truth keeps to."""
    return {
        name: kind for name, kind in types.items()
        if all(isinstance(call[name], PYTHON[kind]) for call in calls if name in call)
    }  # fmt: skip


def entries(data: Path) -> Any:
    for answers in sorted((data / "possible_answer").glob("*.json")):
        questions = {}
        for line in (data / answers.name).read_text().splitlines():
            question = json.loads(line)
            questions[question["id"]] = question.get("function", [])
        for line in answers.read_text().splitlines():
            told = json.loads(line)
            turns = told["ground_truth"]
            if not turns or isinstance(turns[0], str):
                continue  # an answer in words
            for turn in turns if isinstance(turns[0], list) else [turns]:
                calls = calls_of(turn)
                if calls:
                    yield questions.get(told["id"], []), calls


def main(folder: Path) -> None:
    rows = []
    for functions, calls in entries(folder / "data"):
        declared = {one["name"]: types_of(one) for one in functions if "name" in one}
        names = list(dict.fromkeys([*declared, *(name for name, _ in calls)]))
        tools = {n: fitting(declared.get(n, {}), [a for name, a in calls if name == n]) for n in names}
        rows.append({"tools": tools, "calls": calls})
    path = Path(__file__).with_name("bfcl_calls.json.gz")
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    count = sum(len(row["calls"]) for row in rows)
    sys.stdout.write(f"{len(rows)} entries, {count} calls, {path.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
