"""``meguri data link`` and ``links``: the same organisation in several sources, and what people decided about it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.imports import Store
from meguri.cli.language import language, text
from meguri.cli.options import Json, Lang, Output, TableFormat, at_least_one, option
from meguri.cli.output import Format, emit, number, print_table, say, write_json
from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.observatory.identity.links import Links

PAIR = text(
    "二つの組織（出典:番号、出典:名称、番号の種類:番号）",
    "two organisations (SOURCE:NUMBER, SOURCE:NAME, SCHEME:NUMBER)",
)


class Shown(StrEnum):
    """What became of a pair; ``all`` shows every one."""

    all = "all"
    accepted = "accepted"
    rejected = "rejected"
    number = "number"
    linked = "linked"
    numbers_differ = "numbers_differ"
    ambiguous = "ambiguous"
    conflict = "conflict"
    review = "review"


def register(app: typer.Typer) -> None:
    """Add the commands to ``meguri data``."""
    app.command(
        "link",
        help=text(
            "名寄せ：出典の間で同一の組織を結び付ける。人の判断も記録する。",
            "Link the same organisations across sources, or write down a decision.",
        ),
    )(link)
    app.command("links", help=text("名寄せの結果と理由を示す。", "Show links with their scores and reasons."))(links)


def link(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE...", help=text("出典のID（既定：すべて）", "Ids of sources (default: all)")),
    ] = None,
    within: Annotated[
        bool, option("--within", ja="出典の中の重複も探す", en="Look for duplicates within sources too")
    ] = False,
    threshold: Annotated[
        float | None,
        option("--threshold", ja="結び付ける最小の確率（既定：docs/identity.ja.md）", en="Least probability of a link"),
    ] = None,
    accept: Annotated[
        tuple[str, str] | None,
        option("--accept", metavar="A B", ja=f"同一とする：{PAIR}", en=f"Decide that they are one: {PAIR}"),
    ] = None,
    reject: Annotated[
        tuple[str, str] | None,
        option("--reject", metavar="A B", ja=f"別とする：{PAIR}", en=f"Decide that they are two: {PAIR}"),
    ] = None,
    undo: Annotated[
        tuple[str, str] | None,
        option("--undo", metavar="A B", ja="最後の判断を取り消す", en="Take back the last decision"),
    ] = None,
    by: Annotated[str, option("--by", ja="判断した人（既定：利用者名）", en="Who decided (default: the user)")] = "",
    note: Annotated[str, option("--note", ja="判断の理由", en="Why it was decided")] = "",
    store: Store = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Link sources, or write a decision down; decisions win over scores and stay until they are undone."""
    from meguri.observatory.identity import links as linked

    given = [(word, pair) for word, pair in (("accept", accept), ("reject", reject), ("undo", undo)) if pair]
    if given:
        if len(given) > 1 or sources:
            raise InputError(
                "one of --accept, --reject and --undo goes alone, without sources",
                "--accept、--reject、--undo は一つずつ、出典を付けずに指定してください",
            )
        word, (left, right) = given[0]
        decision = linked.decide(word, left, right, store, note, by)
        if as_json:
            write_json({name: getattr(decision, name) for name in linked.decided.COLUMNS})
            return
        say(
            text(
                f"記録しました：{decision.decision} {decision.left}（{decision.left_name}）"
                f" {decision.right}（{decision.right_name}）",
                f"written down: {decision.decision} {decision.left} ({decision.left_name}) "
                f"{decision.right} ({decision.right_name})",
            )
        )
        _counted(linked.needed_links(store))
        return
    before = linked.current(store)
    found, changed = linked.link(sources or (), store, within, linked.THRESHOLD if threshold is None else threshold)
    if as_json:
        write_json({"links": found.id, "changed": changed, "states": _states(found),
                    "no_longer_linked": _left(before, found), **found.manifest})  # fmt: skip
        return
    _summary(found)
    _counted(found)
    dropped = _left(before, found)
    if dropped:
        both = " ".join(sorted({*dropped, *found.sources}))
        say(
            text(
                f"前回名寄せした{'、'.join(dropped)}は含まれておらず、その結び付きはもう数えません。"
                f"合わせて名寄せするには：meguri data link {both}",
                f"{', '.join(dropped)} was linked before and no longer is: only the newest run counts; to link all: "
                f"meguri data link {both}",
            )
        )
    if not changed:
        say(text("すでに名寄せ済みで、変更はありません", "already linked: nothing changed"))


def _left(before: Links | None, found: Links) -> list[str]:
    """Return the sources that were linked before and no longer are."""
    return sorted(set(before.sources) - set(found.sources)) if before is not None else []


def _counted(found: Links) -> None:
    """Say how many organisations are one from now on, and where that counts."""
    actors = found.linked_actors()
    if actors.is_empty():
        say(text("同一として数える組織はありません", "no organisations count as one"))
        return
    many, few = number(actors.height), number(actors["same_as"].n_unique())
    say(
        text(
            f"全出典を通じて{many}組織は{few}組織です。show、count、compare などは、同じ出典にあるものを一つに数えます"
            "（別々に数えるには --no-links、一覧は meguri data links --groups）",
            f"over all sources {many} organisations are {few}; show, count, compare and others count those of one "
            "source once (--no-links counts them apart; meguri data links --groups lists them)",
        )
    )
    unclear = _states(found).get("ambiguous", 0)
    if unclear:
        within = text("出典の中の重複も探す（--within）か、", "look for duplicates within sources too (--within), or ")
        first = "" if found.manifest["within"] else within
        say(
            text(
                f"{number(unclear)}組は候補が複数あり結んでいません。{first}"
                "人が決めるには：meguri data link --accept 出典:名称 出典:名称",
                f"{number(unclear)} pairs have several candidates and are not linked: "
                f"{first}decide: meguri data link --accept SOURCE:NAME SOURCE:NAME",
            )
        )


def _states(found: Links) -> dict[str, int]:
    pairs, _ = found.resolved()
    return dict(pairs.group_by("state").len().sort("state").iter_rows())


def _summary(found: Links) -> None:
    from meguri.observatory.identity.groups import STATES

    said, counts = found.manifest, _states(found)
    rows = [{"state": state, "words": ja if language() == "ja" else en, "pairs": counts[state]}
            for state, (ja, en) in STATES.items() if state in counts]  # fmt: skip
    print_table(rows, text("状態|意味|組", "state|what it means|pairs").split("|"), ["state", "words", "pairs"])
    actors = found.linked_actors()
    groups = actors["same_as"].n_unique()
    print(
        text(
            f"組織 {number(said['organisations'])}、比べた組 {number(said['compared'])}、"
            f"結び付いた組織 {number(actors.height)}（{number(groups)}グループ）",
            f"{number(said['organisations'])} organisations, {number(said['compared'])} pairs compared, "
            f"{number(actors.height)} organisations linked in {number(groups)} groups",
        )
    )
    for count, ja, en in (
        (said["left_out"], "名称も番号もなく比べていない", "neither named nor numbered: not compared"),
        (said["numbers_refused"], "形または検査用数字が誤りで用いない登録番号", "registry numbers not used: malformed"),
        (said["keys_left_out"], "多すぎて鍵としなかった名称の部分", "parts of names too common to be keys"),
        (said["without_key"], "そのため相手のない組織", "organisations without any candidate for that reason"),
    ):
        if count:
            say(text(f"{ja}：{number(count)}", f"{en}: {number(count)}"))
    say(text(f"名寄せ {found.id}：{found.folder}", f"links {found.id}: {found.folder}"))


def links(
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help=text("出典のID（既定：すべて）", "Id of a source (default: all)")),
    ] = None,
    state: Annotated[Shown, option("--state", ja="示す状態（既定：all）", en="Which pairs (default: all)")] = Shown.all,
    groups: Annotated[
        bool,
        option("--groups", ja="組ではなく、同一とされた組織をグループごとに示す", en="Show who is one, group by group"),
    ] = False,
    limit: Annotated[int, option("--limit", ja="行数の上限（既定：100）", en="Most rows (default: 100)")] = 100,
    store: Store = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show scored pairs, best first: names, what became of them, score, and what each comparison said."""
    from meguri.observatory.identity.links import needed_links

    at_least_one(limit)
    found = needed_links(store)
    if source is not None and source not in found.sources:
        known = ", ".join(found.sources)
        raise InputError(
            f"'{source}' is not linked; linked are {known}", f"「{source}」は名寄せの対象外です（対象：{known}）"
        )
    if groups:
        if state is not Shown.all:
            raise InputError(
                "--state is about pairs and does not go with --groups",
                "--stateは組についての指定で、--groupsとは使えません",
            )
        _groups(found, source, limit, form, output, as_json)
        return
    rows = found.listed(source, None if state is Shown.all else state.value)
    for old in found.stale(store):
        say(text(f"「{old}」は名寄せの後に取り込み直されています", f"'{old}' was imported anew since it was linked"))
    columns = ["score", "state", "same_as", "left", "left_name", "right", "right_name", "reasons_ja", "reasons_en"]
    if as_json:
        write_json(rows)
        return
    flat = [{**row, **{f"reasons_{of}": "; ".join(f"{one[of]} ({one['weight']:+.1f})" for one in row["reasons"])
             for of in ("ja", "en")}} for row in rows]  # fmt: skip
    if form is not Format.table:
        emit(flat, columns, as_json, form, output, title="links")
        return
    headings = text(
        "確率|状態|グループ|組織|名称|組織|名称|理由（ビット）",
        "probability|state|group|one|name|other|name|reasons (bits)",
    ).split("|")
    shown: list[dict[str, Any]] = flat[:limit]
    emit(shown, [*columns[:-2], f"reasons_{language()}"], headings=headings, output=output)
    if len(flat) > limit:
        say(text(f"先頭の{limit}組（全{len(flat)}組、--limit）", f"the first {limit} of {len(flat)} pairs (--limit)"))


def _groups(found: Links, source: str | None, limit: int, form: Format, output: Path | None, as_json: bool) -> None:
    """Show the organisations that are one, group by group; of a source, the groups in which it has a member."""
    frame = found.linked_actors()
    if source is not None:
        frame = frame.filter(frame["same_as"].is_in(frame.filter(frame["source"] == source)["same_as"].implode()))
    rows = [{**row, "organisation": f"{row['source']}:{row['actor']}"} for row in frame.iter_rows(named=True)]
    columns = ["same_as", "members", "source", "actor", "name"]
    if as_json or form is not Format.table:
        emit([{name: row[name] for name in columns} for row in rows], columns, as_json, form, output, title="groups")
        return
    headings = text("グループ|組織数|組織|名称", "group|members|organisation|name").split("|")
    emit(rows[:limit], ["same_as", "members", "organisation", "name"], headings=headings, output=output)
    if len(rows) > limit:
        say(text(f"先頭の{limit}行（全{len(rows)}行、--limit）", f"the first {limit} of {len(rows)} rows (--limit)"))
