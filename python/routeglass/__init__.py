"""BGP messages and MRT archives: elements, messages, tables, findings.

    import routeglass as rg

    for e in rg.elements("updates.20260101.0000.bz2"):
        print(e.time, e.kind, e.prefix, e.as_path, e.origin_asn)

Importing this package imports nothing else.
"""

from ._routeglass import (
    Change,
    DamageError,
    DecompressionError,
    Element,
    Elements,
    Filter,
    Finding,
    Findings,
    Message,
    Messages,
    Place,
    Rib,
    Routes,
    Split,
    __version__,
    check,
    dissect,
    elements,
    messages,
    rib,
    splits,
)
from ._table import Table, TableSchema, scan, table

__all__ = [
    "Change",
    "DamageError",
    "DecompressionError",
    "Element",
    "Elements",
    "Filter",
    "Finding",
    "Findings",
    "Message",
    "Messages",
    "Place",
    "Rib",
    "Routes",
    "Split",
    "Table",
    "TableSchema",
    "__version__",
    "check",
    "dissect",
    "elements",
    "messages",
    "rib",
    "scan",
    "splits",
    "table",
]
