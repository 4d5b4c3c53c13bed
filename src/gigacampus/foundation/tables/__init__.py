"""The one reader of tables that people bring: CSV in any of its habits, and sheets of xlsx.

`text` finds encoding, separator and header; `cells` reads numbers; `headers` reads names and units; `stamps` and `hours` read time.
"""

from __future__ import annotations

from gigacampus.foundation.tables.headers import Column, matched, normal, split_unit
from gigacampus.foundation.tables.text import Table, read_table, table_of

__all__ = ["Column", "Table", "matched", "normal", "read_table", "split_unit", "table_of"]
