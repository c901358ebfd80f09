"""Statistics in SDMX: CSV in versions 1.0 and 2.0 as the OECD and Eurostat give them, and SDMX-ML through an extra.

Each row is an observation. Series of R&D by sector and of venture capital have ids of their own (``sdmx:gerd.…``);
every other series is called by its dataflow and its codes, so that nothing is dropped. Flags become status, qualifier
and note; a value that is not given is missing. Files that meguri wrote come back as the observations they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, File, Item, Rows, Rule, Source
from meguri.sources._dataset import UNIT
from meguri.sources._sdmx_codes import (
    APPROXIMATE,
    ATTRIBUTES,
    CURRENCIES,
    FLAGS,
    SERIES,
    UNITS,
    code,
    flags,
    identifier,
    named,
    period,
    place,
)
from meguri.sources._sdmx_notation import NONE, TIMED, UNTIMED, period_of, start_day, unit_of, unquoted

#: Column that takes all dimensions and attributes that are not read by name.
OTHERS = "others"
#: First day of the reporting year.
BEGINS = "REPORTING_YEAR_START_DAY"
#: Columns of flags: a value of the OECD has up to three, and as many auxiliary ones, whose codes are its own.
FLAGGED = ("OBS_STATUS", "OBS_STATUS_2", "OBS_STATUS_3")
AUXILIARY = ("AUX_OBS_STATUS", "AUX_OBS_STATUS_2", "AUX_OBS_STATUS_3")
#: What stands between the parts of a key.
PART = "\x1e"
_ATTRIBUTE = frozenset(ATTRIBUTES)


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return the observations: those of other publishers, and those that meguri wrote, as they were."""
    period = _each(_joined("TIME_PERIOD", BEGINS), lambda text: period_of(*text.split(PART)))
    given = tables["observations"].with_columns(period=period)
    own = pl.col("DATAFLOW").is_in([TIMED, UNTIMED]).fill_null(False)
    return Rows(observations=pl.concat([_published(given.filter(~own)), _own(given.filter(own))]))


def _own(given: pl.LazyFrame) -> pl.LazyFrame:
    """Return observations that meguri wrote; what an origin says of itself is what the file says."""

    def text(name: str, read: Callable[[str], str] = unquoted) -> pl.Expr:
        cell = pl.col(OTHERS).str.extract(f"(?:^|{UNIT}){name}=([^{UNIT}]*)")
        return _each(cell.fill_null(""), read)

    power = pl.col("UNIT_MULT").cast(pl.String).fill_null("")
    unit = pl.concat_str([pl.col("UNIT_MEASURE").fill_null(""), power], separator=PART)
    return given.select(
        text("INDICATOR").alias("indicator"), place=pl.col("REF_AREA"),
        period=pl.when(pl.col("TIME_PERIOD").is_not_null()).then("period").otherwise(text("VALIDITY", _valid)),
        value="OBS_VALUE", low="LOWER_BOUND", high="UPPER_BOUND", unit=_each(unit, _own_unit), origin=text("ORIGIN"),
        qualifier=text("QUALIFIER"), status=text("STATUS"), note=text("COMMENT_OBS"),
    )  # fmt: skip


def _valid(cell: str) -> str:
    return "" if cell == NONE else unquoted(cell)


def _own_unit(key: str) -> str:
    code, _, power = key.rpartition(PART)
    return (unit_of(code, int(power)) if power else None) or code


def _published(given: pl.LazyFrame) -> pl.LazyFrame:
    key = _joined("DATAFLOW", OTHERS, "UNIT_MEASURE")
    flag = pl.concat_str([pl.col(name).fill_null("") for name in FLAGGED])
    said = pl.concat_str([flag, _joined(*AUXILIARY, "BASE_PER")], separator=PART)
    power = pl.col("UNIT_MULT").fill_null(0).cast(pl.String)
    unit = pl.concat_str([_joined("UNIT_MEASURE"), power, _joined("REF_AREA")], separator=PART)
    value = pl.col("OBS_VALUE")
    scaled = given.with_columns(
        indicator=_each(key, _identifier), unit=_each(unit, lambda text: _unit(text)[0]),
        times=_each(unit, lambda text: repr(_unit(text)[1])).cast(pl.Float64),
    )  # fmt: skip
    return scaled.select(
        "indicator", place=pl.col("REF_AREA"), period=pl.col("period"), value=value * pl.col("times"),
        low=pl.col("LOWER_BOUND") * pl.col("times"), high=pl.col("UPPER_BOUND") * pl.col("times"),
        unit="unit", origin="indicator",
        qualifier=pl.when(flag.str.contains(f"[{APPROXIMATE}]")).then(pl.lit("approx")).otherwise(pl.lit("exact")),
        status=pl.when(value.is_null()).then(pl.lit("missing")).otherwise(pl.lit("observed")),
        note=_each(said, _note),
    )  # fmt: skip


def _joined(*names: str) -> pl.Expr:
    """Return columns as one text, in parts; a part of a hostile file cannot become two."""
    return pl.concat_str(
        [pl.col(name).fill_null("").str.replace_all(PART, " ", literal=True) for name in names], separator=PART
    )


def _each(text: pl.Expr, of) -> pl.Expr:
    """Return a column of text computed from another, each text once."""

    def cells(given: pl.Series) -> pl.Series:
        distinct = given.unique()
        found = pl.Series([of(cell) for cell in distinct], dtype=pl.String)
        return given.replace_strict(distinct, found, return_dtype=pl.String)

    return text.map_batches(cells, return_dtype=pl.String, is_elementwise=True)


def dimensions_of(others: str) -> dict[str, str]:
    """Return the dimensions among the cells of other columns: labels and attributes are left."""
    found = {}
    for cell in others.split(UNIT):
        name, _, text = cell.partition("=")
        whole = name.replace("_", "")
        if whole.isalnum() and whole.isascii() and (whole.isupper() or whole.islower()) and name not in _ATTRIBUTE:
            found[name] = code(text) or ""
    return found


def _identifier(key: str) -> str:
    flow, others, unit = key.split(PART)
    return identifier(flow, dimensions_of(others), unit)


def _unit(key: str) -> tuple[str, float]:
    """Return the unit of the vocabulary and the factor; a unit that it lacks stands as the file names it."""
    unit, power, where = key.split(PART)
    found = UNITS.get((unit, int(power)))
    if found is not None:
        return found
    if unit in ("XDC", "NC") and where in CURRENCIES and int(power) in (0, 6, 9):
        return CURRENCIES[where] + {0: "", 6: "_m", 9: "_bn"}[int(power)], 1.0
    return (f"{unit} x10^{power}" if power != "0" else unit), 1.0


def _note(key: str) -> str:
    """Return what flags, auxiliary flags and the base period say of a value."""
    letters, *auxiliary, base = key.split(PART)
    said = [FLAGS.get(letter, (f"flag {letter}", ""))[0] for letter in dict.fromkeys(letters) if letter != "A"]
    said += [f"auxiliary flag {one}" for one in auxiliary if one]
    return "; ".join([*said, *([f"base period {base}"] if base else [])])


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return that each value stands once: no two rows have a series, place and period in common."""
    keys = tables["observations"].select("DATAFLOW", OTHERS, "UNIT_MEASURE", "REF_AREA", "TIME_PERIOD")
    seen = rows(tables).observations
    assert seen is not None
    once = seen.select(pl.struct("indicator", "place", "period", "origin").n_unique()).collect().item()
    count = keys.select(pl.len()).collect().item()
    return [
        Check("系列・地域・時点の重複のない割合", "share of values with a series, place and period of their own",
              once / count if count else 1.0, "equals", 1.0)
    ]  # fmt: skip


def _no_period() -> pl.Expr:
    """Tell which rows have no period and do not belong to the structure that has none."""
    return pl.col("TIME_PERIOD").is_null() & (pl.col("DATAFLOW") != UNTIMED).fill_null(True)


def items() -> Iterator[Item]:
    """Yield the series that have a name."""
    yield Item(id="sdmx:series", kind="table", ja="SDMXの系列", en="series of SDMX files")
    for series, (ja, en) in SERIES.items():
        yield Item(id=f"sdmx:{series}", kind="quantity", ja=ja, en=en, uses=("sdmx:series",))


source = Source(
    id="sdmx",
    ja="SDMX形式の統計（OECD、Eurostatなど）",
    en="Statistics in SDMX (OECD, Eurostat and others)",
    publisher_ja="ファイルの公表機関",
    publisher_en="the publisher of the file",
    licence="the terms of the publisher of the file",
    url="https://sdmx.org",
    attribution_ja="出典：ファイルに記された公表機関とデータフロー（本ソフトウェアが観測の形に加工）",
    attribution_en="Source: the publisher and dataflow that the file names (turned into observations by meguri)",
    items=items,
    data=DataSet(
        files=(
            File(
                "observations", "観測値", "observations",
                (
                    Column("DATAFLOW", "code", optional=True, read=code),
                    Column("REF_AREA", "code", needed=True, read=place,
                           unread=("地域の符号でない", "no code of a place")),
                    Column("TIME_PERIOD", "code", read=period,
                           unread=("時点として読めないか、存在しない", "no period that can be read and exists")),
                    Column("OBS_VALUE", "number", empty=(":", "..", "NaN", "nan", "-")),
                    *(Column(name, "code", optional=True, read=flags) for name in FLAGGED),
                    *(Column(name, "code", optional=True, read=code) for name in (*AUXILIARY, "BASE_PER")),
                    Column("UNIT_MEASURE", "code", optional=True, read=code),
                    Column("UNIT_MULT", "integer", optional=True, read=code, low=-9, high=15),
                    Column("LOWER_BOUND", "number", optional=True, empty=("NaN", "nan", "-")),
                    Column("UPPER_BOUND", "number", optional=True, empty=("NaN", "nan", "-")),
                    Column(BEGINS, "code", optional=True, read=start_day,
                           unread=("日（--04-01）として読めない", "no day of a year (--04-01)")),
                    Column("ACTION", optional=True, one_of=("I", "A", "M", "R")),
                    Column(OTHERS, optional=True),
                ),
                rules=(Rule("TIME_PERIOD：空欄", "TIME_PERIOD: empty", _no_period),),
                rest=OTHERS,
            ),
        ),
        rows=rows,
        checks=checks,
        place="W",
        named=named,
        xml=True,
        caveats=(
            ("国際機関の値は各国の定義の違いを含む。単位の符号が語彙にないものは符号のまま残す。",
             "Definitions differ between countries. A unit whose code the vocabulary lacks stands as its code."),
            ("列と符号は、OECD（DSD_MSTI@DF_MSTI 1.0～1.3、DSD_VC@DF_VC_INV 1.0、DSD_RDS_GOV@DF_GBARD_NABS07 1.0）と"
             "Eurostat（SDMX-CSVの見出し、rd_e_gerdtotとrd_e_gerdregの次元と符号）のファイルを読む公開プログラムの記述、"
             "SDMX-CSV 2.0の解説書、CL_OBS_STATUS 2.1と照合した。MSTIとrd_e_gerdtotのファイル全体とは照合していない。",
             "Columns and codes were compared with what public programs state of the files of the OECD that they read "
             "(DSD_MSTI@DF_MSTI 1.0 to 1.3, DSD_VC@DF_VC_INV 1.0, DSD_RDS_GOV@DF_GBARD_NABS07 1.0) and of Eurostat "
             "(head of its SDMX-CSV, dimensions and codes of rd_e_gerdtot and rd_e_gerdreg), with the field guide of "
             "SDMX-CSV 2.0 and with CL_OBS_STATUS 2.1; not with a whole file of MSTI or rd_e_gerdtot."),
        ),
    ),
)  # fmt: skip
