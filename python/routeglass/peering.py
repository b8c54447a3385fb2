"""What paths say about transit, peering and customers.

    from routeglass import peering

    store = peering.reduce(["rib.20260101.0000.bz2"])
    relations = store.infer()
    links = pyarrow.table(relations.links())

Stores of parts merge to that of the whole: ``PathStore.merge([a, b])``, on any number of machines.
"""

from ._routeglass import PathStore, Relations, reduce

__all__ = ["PathStore", "Relations", "reduce"]
