"""Names of economies, groups of economies and states of the United States, as American statistics write them.

Codes are ISO 3166-1 (``JP``), ISO 3166-2 (``US-CA``), ``EU``, ``W`` for the world, and ``region:`` with the name in
small letters for groups that have no code (``region:rest_of_asia``). An organisation is ``org:`` with its name.
"""

from __future__ import annotations

import re

import polars as pl

#: Names of economies -> ISO 3166-1. The European Union stands for the members that the table counts.
ECONOMIES = {
    "World": "W", "Total": "W", "EU-27": "EU", "EU": "EU", "Argentina": "AR", "Australia": "AU", "Austria": "AT",
    "Belarus": "BY", "Belgium": "BE", "Brazil": "BR", "Canada": "CA", "Chile": "CL", "China": "CN", "Colombia": "CO",
    "Costa Rica": "CR", "Czechia": "CZ", "Denmark": "DK", "Egypt": "EG", "Estonia": "EE", "Finland": "FI",
    "France": "FR", "Germany": "DE", "Greece": "GR", "Hungary": "HU", "Iceland": "IS", "India": "IN",
    "Indonesia": "ID", "Iran": "IR", "Ireland": "IE", "Israel": "IL", "Italy": "IT", "Japan": "JP", "Latvia": "LV",
    "Lithuania": "LT", "Luxembourg": "LU", "Malaysia": "MY", "Mexico": "MX", "Moldova": "MD", "Netherlands": "NL",
    "New Zealand": "NZ", "Nigeria": "NG", "Norway": "NO", "Pakistan": "PK", "Peru": "PE", "Philippines": "PH",
    "Poland": "PL", "Portugal": "PT", "Puerto Rico": "PR", "Romania": "RO", "Russia": "RU", "Saudi Arabia": "SA",
    "Singapore": "SG", "Slovakia": "SK", "Slovenia": "SI", "South Africa": "ZA", "South Korea": "KR", "Spain": "ES",
    "Sweden": "SE", "Switzerland": "CH", "Taiwan": "TW", "Thailand": "TH", "Turkey": "TR", "Ukraine": "UA",
    "United Arab Emirates": "AE", "United Kingdom": "GB", "United States": "US", "Vietnam": "VN",
}  # fmt: skip
#: States, the federal district and territories of the United States -> ISO 3166-2.
STATES = {
    "Alabama": "AL", "Alaska": "AK", "American Samoa": "AS", "Arizona": "AZ", "Arkansas": "AR", "California": "CA",
    "Colorado": "CO", "Connecticut": "CT", "Delaware": "DE", "District of Columbia": "DC", "Florida": "FL",
    "Georgia": "GA", "Guam": "GU", "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA",
    "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA",
    "Michigan": "MI", "Minnesota": "MN", "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE",
    "Nevada": "NV", "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY",
    "North Carolina": "NC", "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR",
    "Pennsylvania": "PA", "Puerto Rico": "PR", "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD",
    "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virgin Islands": "VI", "Virginia": "VA",
    "Washington": "WA", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
}  # fmt: skip
#: Groups of economies in the statistics of the World Bank that have a code of their own here.
_GROUPS = {"WLD": "W", "EUU": "EU", "XKX": "XK"}


def slug(name: str) -> str:
    """Return a name in small letters and digits with underscores: ``rest_of_asia``."""
    return re.sub("[^a-z0-9]+", "_", name.lower()).strip("_")


def slugged(column: str) -> pl.Expr:
    """Return the names of a column as :func:`slug` does; accents are dropped."""
    plain = pl.col(column).str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    return plain.str.replace_all("[^a-z0-9]+", "_").str.strip_chars("_")


def economy(column: str) -> pl.Expr:
    """Return the codes of a column of names of economies; other names are groups."""
    group = pl.concat_str(pl.lit("region:"), slugged(column))
    return pl.col(column).replace_strict(ECONOMIES, default=group, return_dtype=pl.String)


def state(column: str) -> pl.Expr:
    """Return the codes of a column of names of states; ``Total`` is the United States."""
    group = pl.concat_str(pl.lit("region:"), slugged(column))
    codes = {name: f"US-{code}" for name, code in STATES.items()} | {"Total": "US"}
    return pl.col(column).replace_strict(codes, default=group, return_dtype=pl.String)


def organisation(column: str) -> pl.Expr:
    """Return the places of a column of names of organisations: ``org:johns_hopkins_u``."""
    return pl.concat_str(pl.lit("org:"), slugged(column))


def three_letters(column: str) -> pl.Expr:
    """Return the codes of a column of ISO 3166-1 alpha-3 codes; other codes are groups of the World Bank."""
    from babel.core import get_global

    aliases = {code: found[0] for code, found in get_global("territory_aliases").items() if len(code) == 3}
    known = {code: two for code, two in aliases.items() if len(two) == 2} | _GROUPS
    group = pl.concat_str(pl.lit("region:"), slugged(column))
    return pl.col(column).replace_strict(known, default=group, return_dtype=pl.String)
