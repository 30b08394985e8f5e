"""Names that every model can write: of tools and of arguments, the same for the same document each time."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from glms.apis.reading.limits import MAX_NAME

VALID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
OTHER = re.compile(r"[^A-Za-z0-9]+")


def tool_names(wanted: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """A name for each key. wanted: its operationId, or "". known: names of an earlier import, which are kept.

    Where several want one name each gets a mark made of its own key, so that the order of a document does not matter.
    """
    kept = {key: name for key, name in known.items() if key in wanted and VALID.fullmatch(name)}
    taken = {name.lower() for name in kept.values()}
    plain = {key: _fitted(_words(told) or _words(key), key) for key, told in wanted.items() if key not in kept}
    often = Counter(name.lower() for name in plain.values())
    made = dict(kept)
    for key, name in plain.items():
        is_alone = often[name.lower()] == 1 and name.lower() not in taken
        made[key] = name if is_alone else _free(_marked(name, key), taken)
        taken.add(made[key].lower())
    return made


def argument_names(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """A name for each (place, name), in their order. Those that come first keep theirs; others get their place."""
    taken: set[str] = set()
    made = []
    for place, name in wanted:
        plain = _argument(name)
        chosen = plain if plain not in taken else _free(_argument(f"{place}_{name}"), taken)
        taken.add(chosen)
        made.append(chosen)
    return made


def _argument(name: str) -> str:
    told = re.sub(r"[^A-Za-z0-9_]+", "_", name)
    told = told.strip("_") if told != name else told
    told = f"_{told}" if told[:1].isdigit() else told
    return _fitted(told or "value", name)


def _words(text: str) -> str:
    return OTHER.sub("_", text).strip("_")


def _fitted(name: str, key: str) -> str:
    return name if 0 < len(name) <= MAX_NAME else _marked(name or "operation", key)


def _marked(name: str, key: str) -> str:
    mark = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:8]
    return f"{name[: MAX_NAME - 9].rstrip('_')}_{mark}"


def _free(name: str, taken: Iterable[str]) -> str:
    used = set(taken)
    number, made = 1, name
    while made in used or made.lower() in used:
        number += 1
        made = f"{name[: MAX_NAME - 6]}_{number}"
    return made
