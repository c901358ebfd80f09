"""The draft of a mapping: what the columns of a sheet seem to be, with comments that say what was guessed and what not.

What cannot be read off the sheet (terms of use, a place, who pays whom) stands as ``???``; an import refuses to begin
until the user has written it.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from meguri.observatory import notation
from meguri.observatory.guesses import TOTALS, Guess, guess, unit_said
from meguri.observatory.mapping import FLOWS, OBSERVATIONS, RECORDS
from meguri.observatory.mapping_reader import ID, TO_DECIDE
from meguri.observatory.sampled import Sample, sample

#: Share of empty cells from which on a column of words seems to hold merged cells.
_GAPS = 0.15


@dataclass(frozen=True)
class Draft:
    """The text of a mapping, and the keys that the user must decide."""

    text: str
    becomes: str
    sample: Sample
    decide: tuple[str, ...]


def draft(path: Path, sheet: str = "", becomes: str = "", identifier: str = "") -> Draft:
    """Return the draft of a mapping for a file; raise InputError for one that cannot be read."""
    seen = sample(path, sheet)
    columns = [
        guess(name, [row[place] for _, row in seen.rows if not _is_total(row)]) for place, name in enumerate(seen.names)
    ]
    lines = _Lines()
    becomes = becomes or _becomes(columns)
    _begin(lines, path, seen, becomes, identifier or _id(path))
    {OBSERVATIONS: _observations, FLOWS: _flows, RECORDS: _records}[becomes](lines, seen, columns)
    _aside(lines, seen)
    _left(lines, columns)
    text = "\n".join(lines.lines) + "\n"
    said = tomllib.loads(text)  # a draft is always a mapping, if an open one
    return Draft(text, becomes, seen, tuple(_open("", said)))


class _Lines:
    """The lines of a draft."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.used: set[str] = set()

    def say(self, ja: str, en: str) -> None:
        self.lines += [f"# {_one_line(ja)}", f"# {_one_line(en)}"]

    def put(self, key: str, value: str) -> None:
        self.lines.append(f"{key} = {value}")

    def open(self, title: str) -> None:
        self.lines += ["", title]

    def column(self, of: Guess, more: str = "") -> str:
        self.used.add(of.name)
        return f"{{column = {_quoted(of.name)}{more}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _id(path: Path) -> str:
    stem = re.sub(r"[^a-z0-9]+", "_", notation.plain(path.stem).lower()).strip("_")
    return stem[:40] if ID.fullmatch(stem[:40]) else "my_sheet"


def _is_total(row: Sequence[str]) -> bool:
    return any(TOTALS.match(notation.plain(cell)) for cell in row if cell.strip())


def _becomes(columns: Sequence[Guess]) -> str:
    """Return what a sheet seems to be: contracts with two sides are flows, figures observations, events records."""
    roles = {column.role for column in columns}
    if any(column.period and column.kind == "number" for column in columns) or roles & {
        "indicator",
        "target",
        "actual",
    }:
        return OBSERVATIONS
    money = any(column.kind == "number" and (column.role == "amount" or _is_money(column.unit)) for column in columns)
    if money and roles & {"from", "to"}:
        return FLOWS
    if roles & {"from", "to"} and "period" in roles and not any(column.kind == "number" for column in columns):
        return RECORDS
    return OBSERVATIONS


def _is_money(words: str) -> bool:
    found = notation.column_unit(words) if words else None
    return found is not None and found[0].split("_")[0] in set(notation.CURRENCIES.values())


def _begin(lines: _Lines, path: Path, seen: Sample, becomes: str, identifier: str) -> None:
    lines.say(
        "下書きです。??? を書き入れ、推測を確かめてから取り込みます：",
        "A draft: fill in ???, check the guesses, then import:",
    )
    lines.lines.append(f"#   meguri data import MAPPING.toml {_one_line(path.name)}")
    lines.put("schema", "1")
    lines.say(
        "観測（observations：指標・地域・時点の値）、流れ（flows：誰から誰への金額）、記録（records：出来事）のいずれか",
        "observations (a value of an indicator, place, period), flows (money from whom to whom) or records (events)",
    )
    lines.put("becomes", _quoted(becomes))
    lines.open("[source]")
    lines.say("自分のID（英小文字・数字・_）と名称", "An id of your own (small letters, digits, _) and the name")
    lines.put("id", _quoted(identifier))
    title = seen.titles[0][:80] if seen.titles else path.stem
    lines.put("ja", _quoted(title))
    lines.put("en", _quoted(title))
    lines.say("誰のデータで、どの条件で使えるか", "Whose data these are, and on what terms they may be used")
    lines.put("licence", _quoted(TO_DECIDE))
    lines.put("attribution_ja", _quoted(TO_DECIDE))
    lines.put("attribution_en", _quoted(TO_DECIDE))
    lines.say("行に地域がないときの地域", "The place where rows name none")
    lines.put("place", _quoted(_place_in([path.stem, *seen.titles]) or TO_DECIDE))
    lines.open("[file]")
    if seen.sheet:
        others = "、".join(name for name in seen.sheets if name != seen.sheet)[:200]
        if others:
            lines.say(f"ほかのシート：{others}", f"Other sheets: {others}")
        lines.put("sheet", _quoted(seen.sheet))
    else:
        lines.put("encoding", _quoted(seen.encoding))
    if seen.formulas:
        lines.say(
            f"数式のセルが{seen.formulas}個ある。計算せず、保存された値を読む（値がなければ取り分ける）",
            f"{seen.formulas} cells hold formulas: never computed; the stored value is read (set aside where none is)",
        )
    first, last = seen.head
    lines.say(
        "列の名前のある行（2行にわたれば [最初, 最後]）", "The row of the names of columns ([first, last] for two)"
    )
    lines.put("head", str(first) if first == last else f"[{first}, {last}]")
    lines.say("会計年度の始まる月（1、4、7、10）", "The month in which fiscal years begin (1, 4, 7, 10)")
    lines.put("fiscal_year_begins", "4")
    lines.open("[money]")
    lines.say(
        "通貨、補助単位の桁数、価格（名目か実質か）",
        "Currency, decimals of its minor unit, prices (current or constant)",
    )
    lines.put("currency", _quoted("JPY"))
    lines.put("minor_unit", "0")
    lines.put("prices_ja", _quoted("名目"))
    lines.put("prices_en", _quoted("current prices"))


def _place_in(texts: Iterable[str]) -> str:
    """Return the hub or prefecture that a title names; empty where none does, or several do."""
    from meguri import vocabulary

    found = set()
    for text in texts:
        for hub in vocabulary.table("hubs"):
            if hub.ja in text and ("拠点" in text or "KPI" in text.upper()):
                found.add(f"hub:{hub.id}")
        for region in vocabulary.table("regions"):
            if region.ja in text:
                found.add(region.id)
    return min(found) if len(found) == 1 else ""


def _first(columns: Sequence[Guess], *roles: str, kinds: Sequence[str] = ("text", "period", "number")) -> Guess | None:
    return next((column for role in roles for column in columns if column.role == role and column.kind in kinds), None)


def _shown(column: Guess) -> str:
    return "、".join(column.samples)[:80]


def _period(lines: _Lines, columns: Sequence[Guess]) -> bool:
    """Put the period of rows; say what was guessed. False where no column has any."""
    dated = [column for column in columns if column.kind == "period"]
    column = next((one for one in dated if one.role == "period"), dated[0] if dated else None)
    column = column or _first(columns, "period")
    if column is None:
        return False
    kind = column.period_kind or "period"
    lines.say(
        f"時点（例：{_shown(column)}）。as：fiscal_year 年度、calendar_year 暦年、day 日、month 月、quarter 四半期",
        f"Period (e.g. {_shown(column)}); as: fiscal_year, calendar_year, day, month, quarter, or period where mixed",
    )
    if kind == "calendar_year":
        lines.say(
            "年だけが書かれている。年度ならば fiscal_year にする",
            "Bare years: write fiscal_year if they are fiscal years",
        )
    lines.put("period", lines.column(column, f", as = {_quoted(kind)}"))
    return True


def _fill(column: Guess) -> str:
    return ", fill = true" if column.kind == "text" and 0 < column.filled < 1 - _GAPS else ""


def _observations(lines: _Lines, seen: Sample, columns: Sequence[Guess]) -> None:
    lines.open("[fields]")
    place = _first(columns, "place", kinds=("text",))
    if place is not None:
        kind = "hub" if any(notation.place(text, "hub") for text in place.samples) and "拠点" in place.name else "place"
        lines.say(f"地域の列（例：{_shown(place)}）", f"Column of places (e.g. {_shown(place)})")
        lines.put("place", lines.column(place, f', as = "{kind}"{_fill(place)}'))
    else:
        lines.say("地域：hub:sendai、JP-04、宮城県 など", "The place: hub:sendai, JP-04, 宮城県, …")
        lines.put("place", _quoted(_place_in([*seen.titles]) or TO_DECIDE))
    wide = [column for column in columns if column.period and column.kind in ("number", "empty")]
    indicator = _first(columns, "indicator", kinds=("text",))
    if indicator is None and wide:
        indicator = next(
            (one for one in columns if one.kind == "text" and one.role in ("", "amount") and one.distinct > 1), None
        )
    if indicator is not None:
        lines.say(
            f'指標の列（例：{_shown(indicator)}）。meguriの指標に当たるものは words = {{"列の語" = "指標ID"}} で結ぶ',
            f'Column of indicators (e.g. {_shown(indicator)}); words = {{"text" = "id"}} ties them to those of meguri',
        )
        lines.put("indicator", lines.column(indicator, _fill(indicator)))
    if not wide:
        has_period = _period(lines, columns)
        if not has_period:
            lines.say("時点：2023、FY2023、2023Q4", "The period: 2023, FY2023, 2023Q4")
            lines.put("period", _quoted(TO_DECIDE))
    unit = _first(columns, "unit", kinds=("text",))
    if unit is not None:
        lines.say(f"単位の列（例：{_shown(unit)}）", f"Column of units (e.g. {_shown(unit)})")
        lines.put("unit", lines.column(unit, _fill(unit)))
    note = _first(columns, "note", kinds=("text",))
    if note is not None:
        lines.put("note", lines.column(note))
    values = wide or [
        column for column in columns if column.kind in ("number", "empty") and column.name not in lines.used
        and (column.kind == "number" or column.role in ("actual", "target", "amount"))
    ]  # fmt: skip
    for column in values:
        _value(lines, seen, column, indicator is None, unit is None)
        if column.period:
            lines.put("period", _quoted(column.period))
        if column.role == "target" or re.search("目標|target", column.name, re.IGNORECASE):
            lines.put("status", '"target"')


def _value(lines: _Lines, seen: Sample, column: Guess, names_indicator: bool, needs_unit: bool) -> None:
    lines.open("[[value]]")
    if column.samples:
        lines.say(f"例：{_shown(column)}", f"e.g. {_shown(column)}")
    lines.used.add(column.name)
    lines.put("column", _quoted(column.name))
    if names_indicator:
        name = re.sub(r"[（(\[［〔【].*$", "", column.name).strip() or column.name
        lines.put("indicator", _quoted(name))
    if needs_unit:
        said = column.unit or unit_said(" ".join(seen.titles))
        if not said:
            lines.say(
                "単位：百万円、千円、社、件、人、percent など", "The unit: JPY_m, 千円, firm, count, person, percent, …"
            )
        elif not column.unit:
            lines.say("単位は表題から", "The unit stands in the title")
        lines.put("unit", _quoted(said or TO_DECIDE))


def _flows(lines: _Lines, seen: Sample, columns: Sequence[Guess]) -> None:
    lines.open("[fields]")
    lines.say(
        "流れの種類：joint_research 共同研究、contract_research 受託研究、licence_from_firm 実施料 など",
        "What the money is: joint_research, contract_research, licence_from_firm, endowed_chair, …",
    )
    topic = " ".join([*seen.titles, *seen.names])
    joint = "共同研究" in topic or "joint research" in topic.lower()
    lines.put("flow", _quoted("joint_research" if joint else TO_DECIDE))
    if joint:
        lines.say("契約の件数のための記録", "Records, so that contracts can be counted")
        lines.put("act", '"research_contract"')
    if not _period(lines, columns):
        lines.put("period", _quoted(TO_DECIDE))
    payer = _first(columns, "from", kinds=("text",))
    payee = _first(columns, "to", kinds=("text",))
    lines.say("払う側", "Who pays")
    lines.put("from", lines.column(payer, _fill(payer)) if payer else _quoted(TO_DECIDE))
    size = _first(columns, "class", kinds=("text",))
    lines.say(
        "払う側の区分：large_firm 大企業、mid_firm 中堅、small_firm 中小、firm_size_unknown 規模不明 など",
        "Class of the payer: large_firm, mid_firm, small_firm, firm_size_unknown, treasury, …",
    )
    if size:
        lines.put("from_class", lines.column(size, ', otherwise = "firm_size_unknown"'))
    else:
        lines.put("from_class", '"firm_size_unknown"')
    number = _first(columns, "number")
    if number is not None and payer is not None:
        lines.put("from_number", lines.column(number))
    lines.say("受け取る側とその区分（大学なら university_institution）", "Who receives, and its class")
    lines.put("to", lines.column(payee, _fill(payee)) if payee else _quoted(TO_DECIDE))
    lines.put("to_class", '"university_institution"')
    contract = _first(columns, "contract", kinds=("text", "number"))
    if contract is not None:
        lines.put("contract", lines.column(contract))
    programme = _first(columns, "programme", kinds=("text",))
    if programme is not None:
        lines.put("programme", lines.column(programme))
    taken = [one for one in columns if one.kind == "number" and one.name not in lines.used]
    money = [one for one in taken if one.role == "amount" or _is_money(one.unit)]
    for column in money or taken[:1]:
        _value(lines, seen, column, False, True)
        if column.period:
            lines.put("period", _quoted(column.period))


def _records(lines: _Lines, seen: Sample, columns: Sequence[Guess]) -> None:
    lines.open("[fields]")
    lines.say(
        "出来事の種類（例：award 採択、alliance 業務提携、funding_round 資金調達）",
        "What happened: award, alliance, funding_round, …",
    )
    lines.put("act", _quoted(TO_DECIDE))
    if not _period(lines, columns):
        lines.put("period", _quoted(TO_DECIDE))
    payer, payee = _first(columns, "from", kinds=("text",)), _first(columns, "to", kinds=("text",))
    actor, other = (payer, payee) if payer else (payee, None)
    lines.say("主体とその区分", "The actor and its class")
    lines.put("actor", lines.column(actor, _fill(actor)) if actor else _quoted(TO_DECIDE))
    lines.put("actor_class", _quoted("firm_size_unknown" if actor and actor.role == "from" else TO_DECIDE))
    if other is not None:
        lines.put("counterparty", lines.column(other))
        lines.put("counterparty_class", _quoted("university_institution"))
    contract = _first(columns, "contract", kinds=("text", "number"))
    if contract is not None:
        lines.put("contract", lines.column(contract))
    for column in columns:
        if column.kind == "number" and column.role == "amount":
            _value(lines, seen, column, False, True)


def _aside(lines: _Lines, seen: Sample) -> None:
    """Put the rows of totals among those that are left out."""
    found: dict[str, list[str]] = {}
    for _, row in seen.rows:
        for name, cell in zip(seen.names, row, strict=False):
            if cell.strip() and TOTALS.match(notation.plain(cell)) and cell.strip() not in found.setdefault(name, []):
                found[name].append(cell.strip())
    for name, texts in found.items():
        if not texts:
            continue
        lines.open("[[aside]]")
        lines.say("合計の行は二重に数えないよう除く", "Rows of totals are left out, so that nothing counts twice")
        lines.put("column", _quoted(name))
        lines.put("is", f"[{', '.join(_quoted(text) for text in texts)}]")


def _left(lines: _Lines, columns: Sequence[Guess]) -> None:
    left = [column for column in columns if column.name not in lines.used]
    if left:
        lines.lines.append("")
        lines.say("読まない列：", "Columns that are not read:")
        lines.lines += [
            f"#   {_one_line(column.name)}" + (f"  ({_one_line(_shown(column))})" if column.samples else "")
            for column in left
        ]


def _open(key: str, said: object) -> Iterable[str]:
    """Yield the keys whose text is still to be decided."""
    if isinstance(said, dict):
        for name, one in said.items():
            yield from _open(f"{key}.{name}" if key else name, one)
    elif isinstance(said, list):
        for number, one in enumerate(said, start=1):
            yield from _open(f"{key} {number}", one)
    elif isinstance(said, str) and TO_DECIDE in said:
        yield key
