"""The one way in: whatever somebody pasted or uploaded, as a service with its operations."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from glms.apis.reading.curl import read_curl
from glms.apis.reading.documents import Kind, kind_of, read_document
from glms.apis.reading.errors import UnreadableApi
from glms.apis.reading.postman import is_postman, read_postman
from glms.apis.reading.remarks import SENTENCES
from glms.apis.reading.shapes import ImportedApi, Remark
from glms.apis.reading.text import is_curl, read_text, read_values


def read_api(given: str | bytes, *, source_url: str = "", known_names: Mapping[str, str] | None = None) -> ImportedApi:
    """Reads OpenAPI 3, Swagger 2 (JSON, YAML), curl lines and Postman collections. Nothing is fetched.

    source_url: where the document came from; its relative addresses are meant from there. known_names: tools' names of
    an earlier import by key, which are kept. Raises UnreadableApi, and nothing else.
    """
    text = read_text(given)
    if is_curl(text):
        drawn, has_secret = read_curl(text)
        return _drawn(drawn, has_secret=has_secret, kind="curl", known_names=known_names)
    document = read_values(text)
    if not isinstance(document, dict):
        raise UnreadableApi("not_openapi", "This is a list or a single value. Give an OpenAPI document.")
    if is_postman(document):
        drawn, has_secret = read_postman(document)
        return _drawn(drawn, has_secret=has_secret, kind="postman", known_names=known_names)
    return read_document(document, kind=kind_of(document), source_url=source_url, known_names=known_names)


def _drawn(
    document: dict[str, Any], *, has_secret: bool, kind: Kind, known_names: Mapping[str, str] | None
) -> ImportedApi:
    """What was put together from requests, with a remark on the credentials that were in them."""
    read = read_document(document, kind=kind, known_names=known_names)
    if not has_secret:
        return read
    code = "credential_left_out"
    return replace(read, report=(Remark(code=code, message=SENTENCES[code], effect="noted"), *read.report))
