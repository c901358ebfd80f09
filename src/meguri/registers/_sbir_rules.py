"""The rules of SBIR: amounts and terms by phase, the stage gate, themes, conflicts of interest, the old scheme.

Amounts and terms stand once in ``vocabulary/sbir_phases.csv``, from where the model's mechanism reads them too.
"""

from __future__ import annotations

from datetime import date

from meguri.registers import Sentence
from meguri.registers._calendar import years_after
from meguri.registers._history import Book, Entry, History
from meguri.vocabulary import Word, table

#: The amended act in force (``document:sbir.law_date``); what is dated before belongs to the old scheme.
LAW_IN_FORCE = date(2021, 4, 1)
MILLION = 1_000_000
#: Quarters in a year, as terms are counted in the vocabulary.
_QUARTERS = 4
#: Acts that say which phase a project is in: what was begun before the register is carried over.
_AWARDS = ("award", "carry_over", "carry_over_passed")


def phase_of(entry: Entry) -> Word:
    """Return the phase that an award is of."""
    return table("sbir_phases")[entry.values["phase"]]


def old_scheme(entry: Entry) -> bool:
    """Whether an act was done under the scheme before the amended act."""
    return entry.date is not None and entry.date < LAW_IN_FORCE


def mark_old(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Mark what was done before the amended act came into force."""
    if before.standing or not old_scheme(entry):
        return None
    day = LAW_IN_FORCE.isoformat()
    return (f"旧制度（{day}より前）の記録です", f"is a record of the old scheme (before {day})")


def three_contributions(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A theme is set when it names need, seed and author."""
    said = {**before.values, **entry.values}
    parts = {
        "need": ("政府のニーズ", "the government's need"),
        "seed": ("スタートアップの技術シーズ", "a start-up's seed"),
        "written_by": ("執筆したPM", "the programme manager who wrote it"),
    }
    lacking = [words for column, words in parts.items() if not said.get(column)]
    if not lacking:
        return None
    return (
        f"テーマに{'、'.join(ja for ja, _ in lacking)}がありません",
        f"the theme does not name {' and '.join(en for _, en in lacking)}",
    )


def theme_is_set(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A call is opened for a theme that is set."""
    theme = book.history("theme", entry.values.get("theme", ""))
    if theme.state == "set" or not theme.standing:
        return None
    return (f"テーマ「{theme.key}」は策定されていません", f"theme '{theme.key}' is not set yet")


def within_the_call(entry: Entry, before: History, book: Book) -> Sentence | None:
    """An application comes while its call is open."""
    call = book.history("call", entry.values.get("call", ""))
    if not call.standing or entry.date is None:
        return None
    first, last = call.values["opens"], call.values["closes"]
    if first <= entry.date.isoformat() <= last:
        return None
    return (
        f"応募日{entry.date.isoformat()}は公募期間（{first}～{last}）の外です",
        f"the application of {entry.date.isoformat()} lies outside its call ({first} to {last})",
    )


def no_conflict(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Who has an interest in an applicant gives no score."""
    applicant = before.values.get("applicant", "")
    own = entry.values.get("affiliation", "")
    conflict = entry.values.get("conflict") or (bool(own) and own == applicant) or entry.actor == applicant
    if not conflict or entry.values.get("score") is None:
        return None
    return (
        f"利益相反のある審査委員「{entry.actor}」は評点を付けられません",
        f"reviewer '{entry.actor}' has a conflict of interest and may not score",
    )


def reviewed(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Who is adopted has been scored by somebody without an interest."""
    if any(one.values.get("score") is not None for one in before.of("review")):
        return None
    return ("評点のない応募を採択しています", "is adopted without a score")


def amount(entry: Entry, before: History, book: Book) -> Sentence | None:
    """An award lies within the amounts of its phase, which the document gives as *about*."""
    given = _in_force(entry, "amount")
    if given is None:
        return None
    phase = phase_of(entry)
    least, most, below = (float(phase[name]) if phase[name] else None for name in ("least", "most", "below"))
    million = given / MILLION
    if (least is None or million >= least) and (most is None or million <= most) and (below is None or million < below):
        return None
    if most is not None:
        ja, en = f"{_yen(least)}～{_yen(most)}万円程度", f"about {least:g} to {most:g} million yen"
    else:
        ja, en = f"{_yen(least)}万円～数億円程度", f"about {least:g} million to several hundred million yen"
    return (
        f"{phase.ja}の支援規模（{ja}）の外です：{_yen(million)}万円",
        f"the award of {million:g} million yen lies outside those of {phase.en}: {en}",
    )


def third_by_field(entry: Entry, before: History, book: Book) -> Sentence | None:
    """The third phase has a scale by field: the field must be known, and no amount is taken as given."""
    if phase_of(entry)["phase"] != "3" or old_scheme(entry) or before.values.get("field"):
        return None
    return (
        "フェーズ3の支援規模は技術分野に応じるため、分野が要ります",
        "the amount of phase 3 is by field, and no field is named",
    )


def term(entry: Entry, before: History, book: Book) -> Sentence | None:
    """An award ends within the longest term of its phase."""
    return None if phase_of(entry)["term_about"] == "yes" else _term(entry)


def term_about(entry: Entry, before: History, book: Book) -> Sentence | None:
    """The same for a phase whose term the document gives as *about*."""
    return _term(entry) if phase_of(entry)["term_about"] == "yes" else None


def _term(entry: Entry) -> Sentence | None:
    ends = _in_force(entry, "ends")
    if ends is None:
        return None
    phase = phase_of(entry)
    first, last = date.fromisoformat(entry.values["starts"]), date.fromisoformat(ends)
    if last < first:
        return (f"終了日{last}が開始日{first}より前です", f"ends on {last}, before it starts on {first}")
    years = int(phase["longest"]) // _QUARTERS
    if last > years_after(first, years):
        return (
            f"{phase.ja}の事業期間（{years}年以内）を超えます：{first}～{last}",
            f"the term from {first} to {last} is longer than the {years} year(s) of {phase.en}",
        )
    return None


def path(entry: Entry, before: History, book: Book) -> Sentence | None:
    """All phases together take eight years at most."""
    total = sum(int(phase["longest"]) for phase in table("sbir_phases")) // _QUARTERS
    days = sum(_days(one) for one in (*before.of("award"), entry))
    if days <= (years_after(date(2021, 4, 1), total) - date(2021, 4, 1)).days:
        return None
    return (f"各フェーズの期間の合計が{total}年を超えます", f"all phases together take longer than {total} years")


def _days(entry: Entry) -> int:
    starts, ends = entry.values.get("starts"), entry.values.get("ends")
    return (date.fromisoformat(ends) - date.fromisoformat(starts)).days if starts and ends else 0


def one_after_the_other(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Phases follow one another: none twice, none left out (except that a project may enter at the third by a call)."""
    earlier = [int(phase_of(one)["phase"]) for one in before.standing if one.act in _AWARDS]
    phase = int(phase_of(entry)["phase"])
    if phase == (earlier[-1] if earlier else 0) + 1 or (not earlier and phase > 1):
        return None
    return (
        f"フェーズ{phase}は{earlier[-1] if earlier else 0}の次ではありません",
        f"phase {phase} does not follow phase {earlier[-1] if earlier else 0}",
    )


def gate_on_both(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Phase 2 needs a gate that judged technology and business, and found both good."""
    return None if phase_of(entry)["phase"] != "2" else _gate(entry, before)


def gate_before_third(entry: Entry, before: History, book: Book) -> Sentence | None:
    """The second gate, which the figure shows and the glossary does not define."""
    return None if phase_of(entry)["phase"] != "3" else _gate(entry, before)


def decided_on_both(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A gate is passed on technology and business."""
    return _gate(entry, before)


def _gate(entry: Entry, before: History) -> Sentence | None:
    if old_scheme(entry):
        return None
    judged = _since_award(before)
    lacking = [
        (ja, en)
        for column, ja, en in (("technology", "技術面", "technology"), ("business", "事業面", "business"))
        if not (judged and judged[-1].values.get(column) is True)
    ]
    if not lacking:
        return None
    ja, en = "・".join(one for one, _ in lacking), " and ".join(one for _, one in lacking)
    return (f"ステージゲート審査で{ja}の合格が記録されていません", f"no stage gate on record was passed on {en}")


def _since_award(before: History) -> list[Entry]:
    """Return the gates that were held since the last award."""
    found: list[Entry] = []
    for one in before.standing:
        if one.act in ("award", "carry_over"):
            found = []
        elif one.act in ("gate", "carry_over_passed"):
            found.append(one)
    return found


def _in_force(entry: Entry, column: str):
    """Return what an award says in a column; None where it says nothing or stems from the old scheme."""
    return None if old_scheme(entry) else entry.values.get(column)


def _yen(million: float | None) -> str:
    return "" if million is None else f"{million * 100:,.0f}"
