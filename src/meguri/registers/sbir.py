"""SBIR: themes, calls, projects from the application to the exit, and the demonstrations of the third phase."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from meguri.registers import Act, Column, Due, Duty, Kind, Option, Register, Role, Rule, Shipped, State
from meguri.registers import _sbir_rules as rules
from meguri.registers._history import Book
from meguri.registers._sbir_run import from_run
from meguri.vocabulary import table

ROLES = (
    Role("command_tower", "司令塔（内閣府）", "command tower (Cabinet Office)"),
    Role("ministry", "政府機関等", "government body"),
    Role("office", "事務局（交付機関）", "programme office"),
    Role("programme_manager", "プログラムマネージャー", "programme manager"),
    Role("reviewer", "審査委員", "reviewer"),
    Role("startup", "スタートアップ・研究者", "start-up or researcher"),
)

_FIELD = Column("field", "分野", "field", "choice", table="fields")
_PHASE = Column("phase", "フェーズ", "phase", "choice", table="sbir_phases")

THEME = Kind(
    "theme", "研究開発テーマ", "research theme", title="title",
    columns=(
        Column("title", "テーマ名", "title"),
        _FIELD,
        Column("need", "政府のニーズ・社会課題", "need of government, social issue", longest=2000),
        Column("need_by", "ニーズを示した機関", "who presents the need"),
        Column("seed", "技術シーズ", "technology seed", longest=2000),
        Column("seed_by", "シーズを示した者", "who presents the seed"),
        Column("written_by", "執筆したPM", "programme manager who wrote it"),
    ),
    states=(
        State("drafting", "検討中", "being drafted"),
        State("set", "策定済み", "set"),
        State("closed", "終了", "closed"),
    ),
    acts=(
        Act("present_need", "ニーズの提示", "present a need", ("ministry", "command_tower"), opens=True, to="drafting",
            needs=("title", "need", "need_by"), may=("field",), word="theme_need"),
        Act("present_seed", "技術シーズの提示", "present a seed", ("startup",), after=("drafting",),
            needs=("seed", "seed_by"), word="theme_seed"),
        Act("write", "テーマの執筆", "write the theme", ("programme_manager",), after=("drafting",),
            needs=("written_by",), may=("title", "field"), word="theme_written"),
        Act("set", "テーマの策定", "set the theme", ("office", "command_tower"), after=("drafting",), to="set",
            word="register_decision"),
        Act("close", "テーマの終了", "close the theme", ("office", "command_tower"), after=("drafting", "set"),
            to="closed", reason=True, word="register_decision"),
    ),
)  # fmt: skip

CALL = Kind(
    "call", "公募", "call", title="title",
    columns=(
        Column("title", "公募名", "title"),
        Column("theme", "研究開発テーマ", "research theme", "key", kind="theme"),
        _PHASE,
        Column("opens", "公募開始日", "opens on", "date"),
        Column("closes", "公募締切日", "closes on", "date"),
        Column("budget", "予算", "budget", "yen", "JPY"),
    ),
    states=(State("open", "公募中", "open"), State("closed", "締切", "closed")),
    acts=(
        Act("open_call", "公募の開始", "open the call", ("office",), opens=True, to="open",
            needs=("theme", "phase", "opens", "closes"), may=("title", "budget"), value="budget"),
        Act("close_call", "公募の締切", "close the call", ("office",), after=("open",), to="closed",
            word="register_decision"),
    ),
)  # fmt: skip

SUPPORT = (
    Option("mentoring", "メンタリング", "mentoring"),
    Option("company_matching", "企業マッチング", "matching with companies"),
    Option("funding_matching", "資金調達マッチング", "matching for funding"),
)
EXITS = (
    Option("private_market", "民間市場での事業化", "commercialisation in private markets"),
    Option("government_procurement", "政府調達", "government procurement"),
)
LAST_SUPPORT = (
    Option("procurement", "政府調達", "government procurement"),
    Option("survey", "技術調査事業", "technology-survey project"),
    Option("matching", "民間企業とのマッチング", "matching with private companies"),
    Option("test_marketing", "テストマーケティング", "test marketing"),
)

PROJECT = Kind(
    "project", "応募・採択事業", "application and project", title="title",
    columns=(
        Column("title", "事業名", "title"),
        Column("applicant", "応募者", "applicant"),
        Column("call", "公募", "call", "key", kind="call"),
        _FIELD,
        Column("score", "評点", "score", "number"),
        Column("affiliation", "審査委員の所属", "reviewer's affiliation"),
        Column("conflict", "利益相反の有無", "conflict of interest", "flag"),
        _PHASE,
        Column("amount", "支援額", "amount", "yen", "JPY"),
        Column("starts", "開始日", "starts on", "date"),
        Column("ends", "終了日", "ends on", "date"),
        Column("support", "伴走支援の内容", "support", "choice", options=SUPPORT, many=True),
        Column("partner", "マッチングの相手", "partner"),
        Column("technology", "技術面の合否", "passed on technology", "flag"),
        Column("business", "事業面の合否", "passed on business", "flag"),
        Column("exit", "出口", "exit", "choice", options=EXITS),
        Column("last_support", "事業化段階の支援", "support towards the exit", "choice", options=LAST_SUPPORT,
               many=True),
        Column("buyer", "調達機関", "procuring body"),
        Column("procured", "調達額", "value procured", "yen", "JPY"),
    ),
    states=(
        State("applied", "応募済み", "applied"),
        State("adopted", "採択", "adopted"),
        State("rejected", "不採択", "not adopted"),
        State("running", "実施中", "running"),
        State("completed", "完了", "completed"),
        State("passed", "ステージゲート通過", "gate passed"),
        State("stopped", "中止", "stopped"),
        State("ended", "終了", "ended"),
        State("exited", "出口", "exited"),
    ),
    acts=(
        Act("apply", "応募", "apply", ("startup",), opens=True, to="applied", needs=("applicant",),
            may=("title", "call", "field"), word="sbir_application"),
        Act("carry_over", "実施中の事業の引継ぎ", "carry over a running project", ("office", "ministry"), opens=True,
            to="running", needs=("applicant", "phase"), may=("title", "field", "amount", "starts", "ends"),
            reason=True),
        Act("carry_over_passed", "ゲート通過済みの事業の引継ぎ", "carry over a project that passed its gate",
            ("office", "ministry"), opens=True, to="passed",
            needs=("applicant", "phase", "technology", "business"), may=("title", "field"), reason=True),
        Act("review", "審査", "review", ("reviewer",), after=("applied", "passed"),
            may=("score", "affiliation", "conflict"), word="sbir_score"),
        Act("adopt", "採択", "adopt", ("office", "ministry"), after=("applied",), to="adopted",
            word="register_decision"),
        Act("reject", "不採択", "not adopt", ("office", "ministry"), after=("applied",), to="rejected", reason=True,
            word="register_decision"),
        Act("award", "交付決定", "award", ("office", "ministry"), after=("adopted", "passed"), to="running",
            needs=("phase", "amount", "starts", "ends"), may=("field",), word="award", value="amount"),
        Act("accompany", "PMの伴走支援", "accompany", ("programme_manager",),
            after=("running", "completed", "passed", "stopped", "ended"), needs=("support",), may=("partner",),
            word="manager_support"),
        Act("complete", "完了", "complete", ("startup", "office"), after=("running",), to="completed",
            word="register_report"),
        Act("stop", "中止", "stop", ("office", "startup"), after=("running",), to="stopped", reason=True,
            word="register_decision"),
        Act("gate", "ステージゲート審査", "stage gate", ("reviewer",), after=("completed",),
            needs=("technology", "business"), word="register_decision"),
        Act("go_on", "次フェーズへの移行決定", "decide to go on", ("office", "ministry"), after=("completed",),
            to="passed", word="gate_decision"),
        Act("defer", "移行の見送り", "defer", ("office", "ministry"), after=("completed",), word="gate_decision"),
        Act("apply_again", "次フェーズへの応募", "apply for the next phase", ("startup",), after=("passed",),
            needs=("phase",), word="sbir_application"),
        Act("decline", "辞退", "decline", ("startup",), after=("applied", "adopted", "completed", "passed"), to="ended",
            word="sbir_withdrawal"),
        Act("procure", "政府調達契約", "procurement contract", ("ministry", "office"),
            after=("running", "completed", "passed", "stopped", "ended", "exited"), needs=("procured",),
            may=("buyer", "last_support"), word="procurement_contract", value="procured"),
        Act("exit", "事業化", "exit", ("startup", "office"), after=("completed", "passed", "stopped", "ended"),
            to="exited", needs=("exit",), may=("buyer", "procured", "last_support"), word="register_report"),
    ),
)  # fmt: skip

DEMONSTRATION = Kind(
    "demonstration", "フェーズ3の技術実証", "demonstration of the third phase", title="title",
    columns=(
        Column("title", "テーマ", "theme"),
        Column("aim", "実証の名称", "aim"),
        Column("items", "開発項目", "development items", many=True),
        Column("awardees", "採択者", "awardees", many=True),
        Column("user", "利用する官公庁・自治体", "public user"),
        Column("fields", "対応する重要領域", "fields", "choice", table="fields", many=True),
        Column("mapping", "対応付けの主体", "who maps", "choice",
               options=(Option("stated", "資料", "the document"), Option("ours", "本プロジェクト", "this project"))),
        Column("project", "事業の記録", "project", "key", kind="project", many=True),
    ),
    states=(State("listed", "掲載", "listed"),),
    acts=(
        Act("list", "掲載", "list", ("command_tower", "office"), opens=True, to="listed", needs=("title", "items"),
            may=("aim", "awardees", "user", "fields", "mapping", "project")),
        Act("complement", "補足", "complement", ("command_tower", "office", "ministry"), after=("listed",), reason=True,
            may=("awardees", "user", "fields", "mapping", "project")),
    ),
)  # fmt: skip

_CURRENT = ("award",)
RULES = (
    Rule("old_scheme", "2021年4月1日より前の記録は旧制度とする", "a record from before April 2021 is of the old scheme",
         "project", rules.mark_old, weight="mark", basis="stated", facts=("document:sbir.law_date",)),
    Rule("theme_contributions", "テーマは三者の寄与を記す", "a theme names its three contributions", "theme",
         rules.three_contributions, ("set",), basis="stated", facts=("document:sbir.theme_roles",)),
    Rule("theme_of_call", "公募は策定されたテーマについて行う", "a call is for a theme that is set", "call",
         rules.theme_is_set, ("open_call",), facts=("document:sbir.flow",)),
    Rule("call_dates", "応募は公募期間内に行う", "an application comes within its call", "project",
         rules.within_the_call, ("apply",), weight="flag"),
    Rule("conflict_of_interest", "利益相反のある者は評点を付けない", "nobody with an interest scores", "project",
         rules.no_conflict, ("review",)),
    Rule("scored", "採択には評点が要る", "who is adopted has been scored", "project", rules.reviewed, ("adopt",),
         weight="flag"),
    Rule("phase_amount", "支援額はフェーズの支援規模（程度）による", "an award is of about the size of its phase",
         "project", rules.amount, _CURRENT, weight="flag", basis="stated",
         facts=("document:sbir.phase1.amount", "document:sbir.phase2.amount")),
    Rule("third_phase_amount", "フェーズ3の支援規模は技術分野による", "the third phase's amount is by field", "project",
         rules.third_by_field, _CURRENT, weight="flag", basis="stated", facts=("document:sbir.phase3.amount",)),
    Rule("phase_term", "事業期間はフェーズの期間以内とする", "an award ends within the term of its phase", "project",
         rules.term, _CURRENT, basis="stated",
         facts=("document:sbir.phase1.duration", "document:sbir.phase3.duration")),
    Rule("phase_term_about", "事業期間はフェーズの期間（程度）による", "an award takes about the term of its phase",
         "project", rules.term_about, _CURRENT, weight="flag", basis="stated",
         facts=("document:sbir.phase2.duration",)),
    Rule("longest_path", "三つのフェーズは合わせて8年以内となる", "the three phases take eight years at most",
         "project", rules.path, _CURRENT, weight="flag", facts=("document:derived.sbir.max_years",)),
    Rule("phase_order", "フェーズは順に進む", "phases follow one another", "project", rules.one_after_the_other,
         _CURRENT),
    Rule("gate_both", "フェーズ2の前に技術面・事業面の審査に合格する",
         "phase 2 needs a gate passed on technology and business", "project", rules.gate_on_both, _CURRENT,
         basis="stated", facts=("document:sbir.stage_gate.definition",)),
    Rule("gate_third", "フェーズ3の前にも審査に合格する", "phase 3 needs a gate, too", "project",
         rules.gate_before_third, _CURRENT, weight="flag", facts=("document:anomaly.sbir_gates",)),
    Rule("gate_decision", "移行は技術面・事業面の合格による", "to go on needs both criteria", "project",
         rules.decided_on_both, ("go_on",), basis="stated", facts=("document:sbir.stage_gate.definition",)),
)  # fmt: skip


def _closing(book: Book, until: date) -> Iterator[Due]:
    """Calls past their last day that are still open."""
    for call in book.histories("call"):
        day = date.fromisoformat(call.values["closes"]) if call.state == "open" else None
        if day is not None and day <= until:
            yield Due("call", call.key, "close_call", day, f"公募「{call.title}」の締切", f"call '{call.title}' closes")


def _ending(book: Book, until: date) -> Iterator[Due]:
    """Projects past their last day that are neither completed nor stopped."""
    for project in book.histories("project"):
        ends = project.values.get("ends") if project.state == "running" else None
        if ends and date.fromisoformat(ends) <= until:
            yield Due(
                "project",
                project.key,
                "complete",
                date.fromisoformat(ends),
                f"「{project.title}」の事業期間の終了",
                f"the term of '{project.title}' ends",
            )


def _judging(book: Book, until: date) -> Iterator[Due]:
    """Projects of the first two phases that are completed and wait for their gate."""
    for project in book.histories("project"):
        if project.state != "completed" or project.values.get("phase") == "phase_3":
            continue
        done = project.of("complete")[-1].date
        if done is not None and done <= until and not rules._since_award(project):
            yield Due(
                "project",
                project.key,
                "gate",
                done,
                f"「{project.title}」のステージゲート審査",
                f"the stage gate of '{project.title}'",
            )


def shipped(items: Mapping[str, Any]) -> Iterable[Shipped]:
    """Make the eight demonstrations of the third phase from the document's items."""
    for word in table("demonstrations"):
        item = items[f"sbir.p3.{word.id}"]
        more = item.attributes
        values = {"title": word.ja, "aim": more.get("title_ja"), "items": list(item.value),
                  "awardees": list(more.get("awardees", ())) or None, "fields": word.list("field"),
                  "mapping": word["mapping"]}  # fmt: skip
        yield Shipped(
            "demonstration", word.id, "list", {name: value for name, value in values.items() if value is not None},
            {"title": word.en, "items": list(item.value_en)}, fact=item.id,
        )  # fmt: skip


register = Register(
    id="sbir", ja="SBIR制度", en="SBIR",
    ja_what="研究開発テーマ、公募、応募・審査・採択、フェーズ別の支援、ステージゲート、伴走支援、出口を記録する。",
    en_what="Themes, calls, applications, reviews and awards by phase, stage gates, support, and exits.",
    roles=ROLES,
    kinds=(THEME, CALL, PROJECT, DEMONSTRATION),
    rules=RULES,
    duties=(
        Duty("call_closes", "公募の締切", "calls close", _closing),
        Duty("project_ends", "事業期間の終了", "projects end", _ending, basis="stated",
             facts=("document:sbir.phase1.duration",)),
        Duty("gate_due", "ステージゲート審査", "stage gates", _judging, basis="stated",
             facts=("document:sbir.stage_gate.definition",)),
    ),
    shipped=shipped,
    from_run=from_run,
    references=("document:sbir.process", "document:sbir.flow"),
)  # fmt: skip
