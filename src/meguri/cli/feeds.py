"""``meguri data paths``: numbers of the model that an import gives, as a file that ``--parameters`` reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.language import language, text, words
from meguri.cli.options import AsOf, Country, Json, Lang, option
from meguri.cli.output import number, print_table, save, say, write_json
from meguri.cli.terms import spoken
from meguri.errors import NOUNS, InputError, Phrase, japanese

if TYPE_CHECKING:
    from meguri.observatory.feeds import Fed

HELP = text(
    "取り込んだデータから取れる係数を、meguri run --parameters で読めるファイルに書き出す（出典がなければ一覧）。",
    "Write the numbers of the model that an import gives to a file that meguri run --parameters reads (without SOURCE: "
    "list what every source gives).",
)


def command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help=text("出典のID（既定：すべての出典の一覧）", "Id of a source that reads files (default: list all)"),
        ),
    ] = "",
    output: Annotated[
        Path | None,
        option("--output", "-o", metavar="FILE.toml", ja="書き出すファイル（.toml）", en="File to write (.toml)"),
    ] = None,
    country: Country = None,
    store: Annotated[
        Path | None, option("--store", metavar="FOLDER", ja="取り込み先", en="Where imports are kept")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show, or write, what an import gives; without a source, list what all sources give."""
    from meguri.cli.imports import named
    from meguri.observatory.feeds import fed_by
    from meguri.observatory.places import country as code

    of = code(country) if country is not None else ""
    if not source:
        _list(of, output, as_json)
        return
    found = fed_by(named(source, store, as_of), of)
    if output is not None:
        _write(output, found)
    if as_json:
        write_json([_said(one) for one in found])
        return
    _show(found)
    for one in found:
        if one.lacks:
            say(words(Phrase(f"{one.feed.parameter} is not given: {one.lacks}",
                             f"{one.feed.parameter}は取れません：{japanese(one.lacks)}")))  # fmt: skip
    if output is not None:
        print(text(f"使い方：meguri run --country {found[0].feed.country} --parameters {output}",
                   f"use it: meguri run --country {found[0].feed.country} --parameters {output}"))  # fmt: skip


def _list(country: str, output: Path | None, as_json: bool) -> None:
    """Print what every source gives to runs of which country."""
    from meguri.observatory.feeds import all_feeds, shape_of

    if output is not None:
        raise InputError(
            f"--output '{output}' needs a source: meguri data paths SOURCE -o {output}",
            f"--output「{output}」には出典が必要です：meguri data paths 出典 -o {output}",
        )
    rows = [
        {"source": source, "id": feed.parameter, "country": feed.country, "unit": feed.unit, "ja": feed.ja,
         "en": feed.en, "by": shape_of(feed) or "year", "evidence": feed.evidence}
        for source, feed in all_feeds(country=country)
    ]  # fmt: skip
    if as_json:
        write_json(rows)
        return
    shown = [{**row, "by": _by(row["by"])} for row in rows]
    print_table(spoken(shown), text("出典|係数|国|単位|別|内容", "source|parameter|country|unit|by|what").split("|"),
                ("source", "id", "country", "unit", "by", language()))  # fmt: skip


def _by(shape: str) -> str:
    return text({**NOUNS, "year": "年"}[shape], shape)


def _write(output: Path, found: Sequence[Fed]) -> None:
    """Write what is given to a file; raise InputError where nothing is."""
    from meguri.model.parameter_file import write_toml

    if output.suffix.lower() != ".toml":
        raise InputError(f"'{output}' must end in .toml", f"「{output}」の拡張子は.tomlにしてください")
    rows = [_row(one) for one in found if not one.lacks]
    if not rows:
        first = found[0]
        raise InputError(
            f"'{first.found.source}' {first.found.id} gives none of its numbers; {first.feed.parameter}: {first.lacks}",
            f"「{first.found.source}」{first.found.id}からは係数が一つも取れません。"
            f"{first.feed.parameter}：{japanese(first.lacks)}",
        )
    save(output, lambda path: write_toml(path, rows))


def _show(found: Sequence[Fed]) -> None:
    """Print one line a number, and below them the numbers by element, one table for each kind of element."""
    shown = [
        {
            "id": one.feed.parameter, "country": one.feed.country, "unit": one.feed.unit,
            "first": _end(one, min), "last": _end(one, max), "pack": _beside(one),
            "what": one.feed.ja if language() == "ja" else one.feed.en,
        }
        for one in found
    ]  # fmt: skip
    print_table(
        spoken(shown),
        text("係数|国|単位|始め|終わり|国のパック|内容", "parameter|country|unit|first|last|country pack|what").split(
            "|"
        ),
        ("id", "country", "unit", "first", "last", "pack", "what"),
    )
    for shape, country, year in dict.fromkeys((one.shape, one.feed.country, one.year) for one in found if one.elements):
        _show_elements([one for one in found if (one.shape, one.feed.country, one.year) == (shape, country, year)])


def _show_elements(found: Sequence[Fed]) -> None:
    """Print numbers by the same elements side by side."""
    from meguri import vocabulary
    from meguri.engine.parameters import ELEMENTS

    shape = found[0].shape
    known = vocabulary.table(ELEMENTS[shape])
    labels = {one: getattr(known[one], language()) if one in known else "" for fed in found for one in fed.elements}
    columns = [fed.feed.parameter for fed in found]
    rows = [
        {"element": one, "label": label} | {fed.feed.parameter: fed.elements.get(one) for fed in found}
        for one, label in labels.items()
    ]
    heads = [f"{fed.feed.parameter} [{fed.feed.unit}]" for fed in found]
    title = text(f"{NOUNS[shape]}別（{found[0].year}年）", f"by {shape}, {found[0].year}")
    print_table(rows, [_by(shape), text("名称", "name"), *heads], ["element", "label", *columns], title)


def _end(one: Fed, which: Any) -> str:
    """Return the first or last value of a path with its year; for numbers by element what there is."""
    if one.values:
        return f"{which(one.values)}: {number(one.values[which(one.values)])}"
    if one.shape and which is min:
        count = len(one.elements)
        return text(f"{one.year}年：{NOUNS[one.shape]}別 {count}件", f"{one.year}: {count} by {one.shape}")
    return ""


def _beside(one: Fed) -> str:
    if one.lacks:
        return ""
    return text("同じ", "the same") if one.as_pack else text("異なる", "differs")


def _said(one: Fed) -> dict[str, Any]:
    return {
        **_row(one), "country": one.feed.country, "by": one.shape or "year", "year": one.year,
        "from_import": dict(one.elements) if one.shape else {str(year): value for year, value in one.values.items()},
        "as_pack": one.as_pack, "lacks_en": str(one.lacks), "lacks_ja": japanese(one.lacks),
    }  # fmt: skip


def rows_for(world: str, country: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of parameters that ``observatory:SOURCE`` gives to a run of a country, each with its place."""
    from meguri.cli.worlds import world_named
    from meguri.observatory.feeds import fed_by

    named = world_named(world, Path("runs"))
    if not named.source:
        raise InputError(
            f"--parameters '{world}' names no source; write observatory:SOURCE",
            f"--parameters「{world}」に出典がありません。observatory:出典 と書いてください",
        )
    from meguri.observatory.imports import data_set_named

    data_set_named(named.source)
    for one in fed_by(named.imports()[0], country):
        place = f"{world} {one.feed.parameter}"
        if one.lacks:
            raise InputError(
                f"{place}: {one.lacks}; the others: meguri data paths {named.source} -o FILE.toml",
                f"{place}：{japanese(one.lacks)}。ほかの係数：meguri data paths {named.source} -o ファイル.toml",
            )
        yield Phrase(place, place), _row(one)


def _row(one: Fed) -> dict[str, Any]:
    """Return a feed as a row of a file of parameters: values by year or element, with their evidence and source."""
    from meguri.model.parameter_file import COLUMNS

    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    beyond = "" if one.shape or one.as_pack or len(one.values) == len(one.given or one.values) else (
        f"; before {min(one.values)} and after {max(one.values)} as the country pack's path moves"
    )  # fmt: skip
    return row | {
        "id": one.feed.parameter, "value": one.given, "unit": one.feed.unit, "evidence": one.feed.evidence,
        "source": one.source, "why": f"{one.feed.en}{beyond}",
    }  # fmt: skip
