"""The one way in: whatever somebody pasted or uploaded, as a service with its operations."""

from collections.abc import Mapping

from glms.apis.reading.documents import kind_of, read_document
from glms.apis.reading.errors import UnreadableApi
from glms.apis.reading.shapes import ImportedApi
from glms.apis.reading.text import read_text, read_values


def read_api(given: str | bytes, *, source_url: str = "", known_names: Mapping[str, str] | None = None) -> ImportedApi:
    """Reads OpenAPI 3, Swagger 2 (JSON, YAML), curl lines and Postman collections. Nothing is fetched.

    source_url: where the document came from; its relative addresses are meant from there. known_names: tools' names of
    an earlier import by key, which are kept. Raises UnreadableApi, and nothing else.
    """
    document = read_values(read_text(given))
    if not isinstance(document, dict):
        raise UnreadableApi("not_openapi", "This is a list or a single value. Give an OpenAPI document.")
    return read_document(document, kind=kind_of(document), source_url=source_url, known_names=known_names)
