"""Documents about services, read without a network: text in, `ImportedApi` out. Knows neither Django nor a database."""

from glms.apis.reading.errors import UnreadableApi
from glms.apis.reading.reading import read_api
from glms.apis.reading.shapes import ImportedApi, Operation, Remark

__all__ = ["ImportedApi", "Operation", "Remark", "UnreadableApi", "read_api"]
