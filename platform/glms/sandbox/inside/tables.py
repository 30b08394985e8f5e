"""Tables of pandas as small JSON: no HTML leaves the sandbox."""

import math
from typing import Any

TABLE = "application/x-glms-table"
ROWS, COLUMNS, CELL = 50, 20, 200


def add_table_formatters(formatter: Any) -> None:
    from IPython.core.formatters import BaseFormatter  # noqa: PLC0415
    from traitlets import ObjectName, Unicode  # noqa: PLC0415

    class TableFormatter(BaseFormatter):
        format_type = Unicode(TABLE)
        print_method = ObjectName("_repr_glms_table_")
        _return_type = dict

    tables = TableFormatter(parent=formatter)
    tables.for_type_by_name("pandas", "DataFrame", frame)
    tables.for_type_by_name("pandas.core.frame", "DataFrame", frame)
    tables.for_type_by_name("pandas", "Series", series)
    tables.for_type_by_name("pandas.core.series", "Series", series)
    formatter.formatters = {**formatter.formatters, TABLE: tables}


def series(value: Any) -> dict[str, Any]:
    return frame(value.to_frame(name=value.name if value.name is not None else ""))


def frame(value: Any) -> dict[str, Any]:
    """`{"columns", "rows", "truncated", "shape"}`: the index first, at most 50 rows and 20 columns."""
    import pandas  # noqa: PLC0415

    part = value.iloc[:ROWS, :COLUMNS]
    plain_index = isinstance(value.index, pandas.RangeIndex)
    names = [cell(name) for name in part.columns]
    rows = [[cell(item) for item in row] for row in part.itertuples(index=not plain_index, name=None)]
    if not plain_index:
        names.insert(0, cell(" / ".join(str(name) for name in part.index.names if name is not None)))
    truncated = value.shape[0] > ROWS or value.shape[1] > COLUMNS
    return {"columns": names, "rows": rows, "truncated": truncated, "shape": list(value.shape)}


def cell(value: Any) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < 2**53:
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if hasattr(value, "item") and getattr(value, "ndim", 1) == 0:
        return cell(value.item())
    return str(value)[:CELL]
