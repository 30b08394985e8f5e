"""Where a `$ref` leads: to a place within the document, and nowhere else."""

from collections.abc import Mapping
from typing import Any

from referencing import Registry, Resource, Specification
from referencing.exceptions import Unresolvable

from glms.apis.reading.limits import MAX_REFERENCES, MAX_URL

NOWHERE = object()


class LeadsOutside(Exception):
    """The reference names another document. It is never asked for."""


class LeadsNowhere(Exception):
    """Nothing is there, or only references in a ring."""


class References:
    """The references of one document, each looked up once."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        resource: Resource[Any] = Specification.OPAQUE.create_resource(document)
        registry: Registry[Any] = Registry().with_resource("", resource)
        self._resolver = registry.resolver()
        self._known: dict[str, Any] = {}

    def target(self, reference: object) -> Any:
        """What stands there. Raises LeadsOutside, LeadsNowhere."""
        if not isinstance(reference, str) or len(reference) > MAX_URL:
            raise LeadsNowhere
        if not reference.startswith("#"):
            raise LeadsOutside
        if reference not in self._known:
            self._known[reference] = self._looked_up(reference)
        if self._known[reference] is NOWHERE:
            raise LeadsNowhere
        return self._known[reference]

    def followed(self, value: Any) -> Any:
        """`value`, or what it refers to in the end. Raises LeadsOutside, LeadsNowhere."""
        for _ in range(MAX_REFERENCES):
            if not (isinstance(value, dict) and "$ref" in value):
                return value
            value = self.target(value["$ref"])
        raise LeadsNowhere

    def _looked_up(self, reference: str) -> Any:
        try:
            return self._resolver.lookup(reference).contents
        except (Unresolvable, LookupError, ValueError, TypeError, AttributeError):
            return NOWHERE
