"""What is known while one document is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from glms.apis.reading.gathering import Work
from glms.apis.reading.references import LeadsNowhere, LeadsOutside, References
from glms.apis.reading.remarks import Report
from glms.apis.reading.shapes import Effect, Requirement, SecurityScheme, Server
from inference.text import clean


@dataclass(slots=True, kw_only=True)
class Context:
    """One document, its references, and the report on it. source_url: where it came from, or ""."""

    document: Mapping[str, Any]
    references: References
    source_url: str = ""
    is_swagger: bool = False
    report: Report = field(default_factory=Report)
    work: Work = field(default_factory=Work)
    servers: tuple[Server, ...] = ()
    schemes: Mapping[str, SecurityScheme] = field(default_factory=dict)
    security: tuple[Requirement, ...] = ()

    def followed(
        self, value: Any, *, operation: str = "", place: str = "", effect: Effect = "altered"
    ) -> dict[str, Any] | None:
        """The object that `value` is or refers to; None, and a remark, where there is none."""
        try:
            found = self.references.followed(value)
        except LeadsOutside:
            self.report.add("external_ref", effect, operation=operation, place=place)
            return None
        except LeadsNowhere:
            self.report.add("missing_ref", effect, operation=operation, place=place)
            return None
        return found if isinstance(found, dict) else None


def pointer(*parts: object) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def mapping_of(value: Any) -> dict[str, Any]:
    """`value` where it is an object, else an empty one: sloppy documents have null and lists there."""
    return value if isinstance(value, dict) else {}


def text_of(value: Any, limit: int) -> str:
    """The beginning of `value` where it is a text, else ""."""
    return clean(value[:limit]) if isinstance(value, str) else ""


def first_of(value: Any, most: int) -> dict[str, Any]:
    """The first entries of an object; large ones, which many operations may share, are not walked through."""
    return dict(islice(value.items(), most)) if isinstance(value, dict) else {}


def names_of(value: Any) -> frozenset[str]:
    """The texts of a list."""
    return frozenset(one for one in list_of(value) if isinstance(one, str))


def list_of(value: Any) -> list[Any]:
    """`value` where it is a list, else an empty one."""
    return value if isinstance(value, list) else []
