"""How much of real services' documents becomes tools: operations that can be called, and the reasons for the rest.

What an operation is, is counted here by itself, not by the reader. It counts as imported when it has a valid name, a
valid schema within bounds, an argument for everything that is sent, and makes a request of arguments that its schema
allows: of the needed ones and of all. The examples of bodies that documents hold are
checked against the schemas: most that do not fit contradict their own document. `python -m bench.imports --json`;
`--everything` reads the 2,639 documents of the directory instead; `--show N` says which examples do not fit.
"""

import argparse
import json
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from bench.api_documents import FUNCTIONS, collected, documents, fetched
from bench.report import Report, load, say
from bench.sample_arguments import sample
from glms.apis.calling.bodies import File
from glms.apis.calling.errors import BadArguments
from glms.apis.calling.request import build
from glms.apis.reading import ImportedApi, Operation, UnreadableApi, read_api
from glms.apis.reading.declared import read_declaration
from glms.apis.reading.limits import MAX_SCHEMA
from glms.apis.reading.text import read_text, read_values
from inference.text import clean

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
BAR = 0.97


@dataclass(slots=True)
class Tally:
    """What was found, over all documents."""

    documents: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    operations: int = 0
    imported: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    altered: Counter[str] = field(default_factory=Counter)
    examples: int = 0
    fitting: int = 0
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")
    misfits: list[str] = field(default_factory=list)


def read_all(found: Iterable[tuple[str, bytes]]) -> Tally:
    tally = Tally()
    for name, data in found:
        tally.documents += 1
        began = time.perf_counter()
        try:
            read = read_api(data)
        except UnreadableApi as error:
            tally.refused[error.code] += 1
            tally.operations += _count_of_unread(data, tally)
            continue
        spent = time.perf_counter() - began
        tally.seconds += spent
        tally.slowest = max(tally.slowest, (round(spent, 2), name))
        _take(tally, name, read, read_values(read_text(data)))
    return tally


def _count_of_unread(data: bytes, tally: Tally) -> int:
    """Operations of a document that was refused: all of them are lost."""
    try:
        count = len(list(operations_of(orjson.loads(data))))
    except orjson.JSONDecodeError:
        return 0
    if count:
        tally.skipped["document_refused"] += count
    return count


def _take(tally: Tally, name: str, read: ImportedApi, document: Any) -> None:
    told = dict(operations_of(document))
    by_key = {one.key: one for one in read.operations}
    names = Counter(one.name for one in read.operations)
    reasons = {one.operation: one.code for one in read.report if one.effect == "skipped"}
    for key, raw in told.items():
        tally.operations += 1
        operation = by_key.get(key)
        if operation is None:
            tally.skipped[reasons.get(key, "lost")] += 1
        elif (fault := fault_of(operation, names)) is not None:
            tally.skipped[fault] += 1
        else:
            tally.imported += 1
            _compare(tally, name, operation, examples_of(document, raw, operation))
    for remark in read.report:
        if remark.effect == "altered":
            tally.altered[remark.code] += 1


def operations_of(document: Any) -> Iterator[tuple[str, Any]]:
    """The key and the raw operation of each."""
    paths = document.get("paths") if isinstance(document, dict) else None
    for path, item in (paths if isinstance(paths, dict) else {}).items():
        inner = followed(document, item)
        if isinstance(inner, dict) and not path.startswith("x-"):
            yield from (
                (f"{method.upper()} {clean(path)}", raw) for method, raw in inner.items() if method.lower() in METHODS
            )


def followed(document: Any, value: Any) -> Any:
    """What a reference within the document leads to."""
    for _ in range(20):
        if not (isinstance(value, dict) and isinstance(value.get("$ref"), str)):
            return value
        target = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(target, dict) else None
        value = target
    return None


def fault_of(operation: Operation, names: Counter[str]) -> str | None:
    """Why this is no tool that could be called."""
    try:
        Draft202012Validator.check_schema(operation.schema)
    except SchemaError:
        return "invalid_schema"
    sent = {one.argument for one in operation.parameters}
    if operation.body is not None:
        sent |= ({operation.body.argument} | {one.argument for one in operation.body.fields}) - {""}
    filled = {one.name for one in operation.parameters if one.place == "path"}
    if not NAME.fullmatch(operation.name) or names[operation.name] > 1:
        return "invalid_name"
    if sent != set(operation.schema["properties"]) or not set(operation.schema["required"]) <= sent:
        return "unmapped_argument"
    if not set(re.findall(r"\{([^{}/]+)\}", operation.path)) <= filled:
        return "open_path"
    if len(orjson.dumps(operation.schema)) > MAX_SCHEMA * 2:
        return "too_long"
    return None if _is_sent(operation) else "no_request"


def _is_sent(operation: Operation) -> bool:
    arguments = sample(operation.schema) if operation.schema["properties"] else {}
    needed = {name: arguments[name] for name in operation.schema["required"]}
    try:
        for given in (needed, arguments):
            build(operation, given, server="https://api.example.org/v1", files=_file)
    except BadArguments:
        return False
    return True


def _file(name: str) -> File:
    return File(name=name, media_type="image/png", data=b"")


def examples_of(document: Any, raw: Any, operation: Operation) -> Iterator[Any]:
    """Examples of the JSON body, as the document has them."""
    body = followed(document, raw.get("requestBody")) if isinstance(raw, dict) else None
    if operation.body is None or operation.body.kind != "json" or not isinstance(body, dict):
        return
    media = (body.get("content") or {}).get(operation.body.media_type) or {}
    several = media.get("examples")
    told = [followed(document, one) for one in (several.values() if isinstance(several, dict) else ())]
    yield from (one["value"] for one in told if isinstance(one, dict) and isinstance(one.get("value"), dict))
    if isinstance(media.get("example"), dict):
        yield media["example"]


def _compare(tally: Tally, name: str, operation: Operation, examples: Iterator[Any]) -> None:
    body = operation.body
    for value in examples:
        assert body is not None
        known = {one.name: one.argument for one in body.fields}
        given = {body.argument: value} if body.argument else {known.get(key, key): one for key, one in value.items()}
        needed = [one for one in operation.schema["required"] if one == body.argument or one in known.values()]
        validator = Draft202012Validator({**operation.schema, "required": needed})
        error = next(iter(validator.iter_errors(given)), None)
        tally.examples += 1
        tally.fitting += error is None
        if error is not None:
            tally.misfits.append(f"{name} {operation.key} {list(error.absolute_path)} {error.message[:120]}")


def functions() -> tuple[int, int, Counter[str]]:
    """Distinct functions of the leaderboard, how many of them are tools, and what was altered."""
    told: dict[bytes, Any] = {}
    with zipfile.ZipFile(fetched(FUNCTIONS)) as archive:
        for name in archive.namelist():
            is_data = "/data/" in name and name.endswith(".json")
            if is_data and "possible_answer" not in name and "unused" not in name:
                told |= {orjson.dumps(one, option=orjson.OPT_SORT_KEYS): one for one in _declared(archive.read(name))}
    good = 0
    altered: Counter[str] = Counter()
    for one in told.values():
        made = read_declaration(one["name"], one["description"], one["parameters"])
        Draft202012Validator.check_schema(made.schema)
        kept = set(made.names.values()) == set(one["parameters"].get("properties", {}))
        good += kept and NAME.fullmatch(made.name) is not None
        altered.update(remark.code for remark in made.report)
    return len(told), good, altered


def _declared(data: bytes) -> Iterator[Any]:
    """The functions of one file of lines; some files are one object over many lines."""
    for line in data.splitlines():
        try:
            told = orjson.loads(line)
        except orjson.JSONDecodeError:
            return
        if isinstance(told, dict):
            several = told.get("function", told if "parameters" in told else [])
            yield from several if isinstance(several, list) else [several]


def report_of(tally: Tally) -> Report:
    share = tally.imported / tally.operations if tally.operations else 0.0
    return [
        {
            "step": "documents",
            "documents": tally.documents,
            "operations": tally.operations,
            "imported": tally.imported,
            "imported_share": round(share, 4),
            "reasons": dict(tally.skipped.most_common()),
            "refused": dict(tally.refused.most_common()),
            "seconds": round(tally.seconds, 1),
            "slowest": tally.slowest,
            "altered": dict(tally.altered.most_common(12)),
        },
        {"step": "examples", "examples": tally.examples, "fitting": tally.fitting},
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="end with one JSON object")
    parser.add_argument("--everything", action="store_true", help="every document of the directory")
    parser.add_argument("--show", type=int, default=0, help="so many examples that do not fit")
    chosen = parser.parse_args()
    began = load()
    tally = read_all(collected() if chosen.everything else documents())
    results = report_of(tally)
    count, good, altered = functions()
    results.append({"step": "functions", "functions": count, "tools": good, "altered": dict(altered.most_common(8))})
    results.append({"step": "bar", "bar": BAR, "is_met": results[0]["imported_share"] >= BAR and count == good})
    for line in tally.misfits[: chosen.show]:
        print(json.dumps(line))
    say("imports", results, as_json=chosen.json, began=began)


if __name__ == "__main__":
    main()
