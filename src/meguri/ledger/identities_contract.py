"""What an identity is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    """Something that must hold in every row of a ledger.

    ``query`` is SQL over the tables of :mod:`meguri.ledger.identities_views` and returns the columns ``off``
    (a number, 0 where the identity holds, in ``unit``), ``t`` (quarter or null), ``who`` (an actor or a
    contract, or null) and ``what`` (text).
    """

    name: str
    ja: str
    en: str
    unit: str
    query: str
