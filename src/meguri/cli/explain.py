"""``meguri explain``: what an id is, where it comes from, and what uses it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.imports import Store
from meguri.cli.language import language, text
from meguri.cli.options import Json, Lang, NoLinks, Shelf, option
from meguri.cli.output import number, write_json
from meguri.cli.terms import COLUMNS, kind_named, term

if TYPE_CHECKING:
    from meguri.answers.explain import Explanation
    from meguri.answers.node import Edge

HELP = text(
    "IDを説明する：指標、施策、メカニズム、係数、流れ、資料の項目など。",
    "Explain an id: an indicator, lever, mechanism, parameter, flow, item of a source, …",
)
#: Names of facts in Japanese.
FACTS = {
    "kind": "種類", "value": "値", "place": "地域", "period": "時点", "qualifier": "限定", "status": "種別",
    "basis": "読み取り方", "slide": "頁", "quantity": "量", "low": "下限", "high": "上限", "shape": "形",
    "role": "役割", "was": "較正前の値", "symbol": "記号", "rest": "何もしないときの値", "acts": "作用",
    "held by": "担い手", "cost": "費用", "since": "開始", "state": "状態", "choices": "選択肢", "code": "符号",
    "loops": "循環（切る値）", "sign": "正負", "closes": "閉じるところ",
    "extensive": "国の大きさに比例", "licence": "利用条件", "items": "項目数", "observations": "観測数",
    "changes": "変更", "country": "国", "file": "ファイル", "currency": "通貨", "tables": "表", "paths": "経路数",
    "columns": "列", "between": "補間", "from": "始まり", "to": "終わり", "link": "つながり", "direction": "向き",
    "transfer": "社会実装の経路（資料の用語）", "route": "研究から市場までの道すじ", "values": "設定する値",
    "kinds": "記録の種類", "calendar": "期限", "questions": "問い", "weight": "扱い",
    "import": "取り込み", "imported": "取り込んだ日時", "rows": "行", "mapping": "対応表", "linked": "名寄せ",
    "places": "地域", "periods": "時点", "statuses": "種別ごとの数",
}  # fmt: skip
#: Most ids of one relation, and most values, that are printed for people.
SHOWN = 12


def command(
    identifier: Annotated[str, typer.Argument(metavar="ID", help=text("説明するID", "What to explain"))],
    run: Annotated[
        str | None,
        option(
            "--run",
            "--world",
            ja="この実行結果、または取り込んだ observatory:出典 の値も示す",
            en="Show the values of this run, or of observatory:SOURCE, too",
        ),
    ] = None,
    out: Shelf = Path("runs"),
    no_links: NoLinks = False,
    store: Store = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Explain an id."""
    from meguri.answers.explain import to_dict
    from meguri.answers.imported import explain_here

    links, explained = not no_links, explain_here(identifier, store, not no_links)
    explanation, source = explained
    one = explanation.node.id
    values = _values_of(one, source, store, links) if source else _values(one, run, out, links)
    if as_json:
        write_json(to_dict(explanation, values))
    else:
        print("\n".join(lines(explanation, values)))


def lines(explanation: Explanation, values: list[dict[str, Any]]) -> Iterable[str]:
    """Yield the lines of an explanation for people, in the language of the process."""
    node = explanation.node
    ja = language() == "ja"
    yield f"{node.id}  [{node.shelf}]"
    yield f"{node.ja} / {node.en}"
    what = node.what_ja if ja and node.what_ja else node.what_en or node.what_ja
    for label, words in (
        (text("内容", "what"), what),
        (text("単位", "unit"), term("units", node.unit)),
        (text("式", "formula"), node.formula),
        (text("根拠", "evidence"), term("evidence", node.evidence)),
    ):
        if words:
            yield f"{label}: {words}"
    for one in node.references:
        address = f" <{one.url}>" if one.url else ""
        yield text("出典", "source") + f": {one.ja if ja else one.en}{address}" + (f" [{one.id}]" if one.id else "")
    for caveat_ja, caveat_en in node.caveats:
        yield text("注意", "caveat") + f": {caveat_ja if ja else caveat_en}"
    for name, value in node.facts.items():
        if not name.endswith("_ja" if not ja else "_en"):
            yield f"{_label(name)}: {_shown(_word(name, value))}"
    yield from _edges(text("もと", "up"), node.up)
    yield from _edges(text("使うもの", "down"), explanation.down)
    if explanation.also:
        yield text("同じ語をもつもの", "also") + f": {', '.join(explanation.also)}"
    if values:
        yield text(f"値（{len(values)}件）", f"values ({len(values)})") + ":"
        for row in values[:SHOWN]:
            yield "  " + _value(row)
        if len(values) > SHOWN:
            more = len(values) - SHOWN
            yield "  " + text(f"ほか{more}件（--json で全件）", f"and {more} more (--json shows all)")


def _label(name: str) -> str:
    """Return the name of a fact in the language of the process."""
    plain = name.removesuffix("_ja").removesuffix("_en")
    return text(FACTS.get(plain, plain), plain.replace("_", " "))


def _word(name: str, value: Any) -> Any:
    """Return the value of a fact in words, where it is one of the vocabulary or a kind."""
    if name == "kind" and isinstance(value, str):
        return kind_named(value)
    return term(COLUMNS[name], value) if name in COLUMNS else value


def _edges(heading: str, edges: Iterable[Edge]) -> Iterable[str]:
    from meguri.answers.node import RELATIONS

    by_relation: dict[str, list[str]] = {}
    for edge in edges:
        by_relation.setdefault(edge.relation, []).append(edge.id)
    for relation, ids in by_relation.items():
        ja, en = RELATIONS[relation]
        more = text(f" ほか{len(ids) - SHOWN}件", f" and {len(ids) - SHOWN} more") if len(ids) > SHOWN else ""
        yield f"{heading} ({text(ja, en)}): {', '.join(ids[:SHOWN])}{more}"


def _values(identifier: str, run: str | None, out: Path, links: bool) -> list[dict[str, Any]]:
    """Return the observations of an indicator, and those of an item; with ``run`` also the simulated ones."""
    import polars as pl

    from meguri.cli.worlds import world_named
    from meguri.observatory.observed import observed

    wanted = (pl.col("indicator") == identifier) | (pl.col("origin") == identifier)
    frames = [observed()]
    if run is not None:
        frames.insert(0, world_named(run, out, links=links).observations())
    rows = [row for frame in frames for row in frame.filter(wanted).to_dicts()]
    return [row for place, row in enumerate(rows) if row not in rows[:place]] if run is not None else rows


def _values_of(identifier: str, source: str, store: Path | None, links: bool = True) -> list[dict[str, Any]]:
    """Return the observations of an import that an id names: of a series, or from a column or a measurement."""
    import polars as pl

    from meguri.indicators import family
    from meguri.observatory.imports import current
    from meguri.observatory.linked import views
    from meguri.observatory.measured import observed

    found = current(source, store)
    if found is None or identifier == source:
        return []
    view = views([found], store)[0] if links else found
    indicator = identifier.partition(":")[2]
    measured = (pl.col("indicator") == indicator) & (pl.col("origin") == f"{source}:{family(indicator)}")
    wanted = (pl.col("indicator") == identifier) | (pl.col("origin") == identifier) | measured
    return observed(view).filter(wanted).to_dicts()


def _value(row: dict[str, Any]) -> str:
    """Return one observation as a line: place, period, value or bounds, unit, status, and the item it comes from."""
    if row["value"] is not None:
        value = number(row["value"])
    elif row["low"] is None and row["high"] is None:
        value = text("欠測", "missing")
    else:
        value = "–".join("" if end is None else number(end) for end in (row["low"], row["high"]))
    unit, status = term("units", row["unit"]), term("statuses", row["status"])
    return f"{row['place']} {row['period']}  {value} {unit}  {status}  {row['origin']}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return text("はい", "yes") if value else text("いいえ", "no")
    if isinstance(value, float):
        return number(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_shown(item)}" for key, item in value.items())
    return str(value)
