"""How much of a document is read, and how much of it a model is told, in characters where nothing else is said."""

MAX_BYTES = 16 * 2**20
MAX_NODES = 2_000_000
"""Values in a document, those behind aliases counted wherever they stand."""
MAX_NESTING = 200
MAX_OPERATIONS = 5_000
MAX_SERVERS = 20
MAX_SCHEMES = 50
MAX_SCOPES = 500
MAX_RAW_PARAMETERS = 500
"""Of one operation, in its document."""

MAX_DESCRIPTION = 1_000
MAX_SUMMARY = 300
MAX_NOTE = 500
"""Of one argument."""
SHORT_NOTE = 120
"""Of one argument, where a schema would be too long otherwise."""
SHORTEST_NOTE = 40
MAX_SCHEMA = 16_000
"""Of one operation, as JSON."""
MAX_SCHEMA_NODES = 1_200
"""Schemas looked at for one operation before a shallower one is tried."""
DEPTHS = (7, 5, 4, 3, 2, 1)
"""Levels of objects in objects, the most first."""
MAX_WORK = 1_000_000
"""Schemas looked at for the whole document: what bounds the time."""

MAX_REFERENCES = 50
"""From reference to reference."""
MAX_MERGED = 200
"""Members of one `allOf`, with those within."""
MAX_ENUM = 200
MAX_ENUM_VALUE = 200
MAX_UNION = 12
MAX_VALUE = 500
"""A default, as JSON."""
MAX_EXAMPLE = 120
MAX_PATTERN = 200
MAX_COUNT = 1_000_000
"""A length or a number of items beyond it says nothing to a model and costs a grammar much."""
MAX_NAME = 64
MAX_REMARKS = 5_000
MAX_URL = 2_000
