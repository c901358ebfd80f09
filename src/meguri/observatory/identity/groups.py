"""Groups of organisations that are one: by hand, by number, then by score, and never against a number or a person.

In this order: what people accepted; the same deciding number; scores of at least the threshold, the highest first. A
group never holds two different numbers of one deciding scheme, nor a pair that people rejected. Sources that are
compared with each other only (not within themselves) give a group one organisation each, unless a number or a person
says otherwise; where two of a source fit equally well, neither is taken.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

import polars as pl

from meguri.errors import InputError
from meguri.observatory.identity.decisions import ACCEPT, REJECT, Decision, Decisions

#: Bits by which the better of two candidates must be ahead.
AHEAD = 2.0
#: What became of a pair, in both languages.
STATES = {
    "accepted": ("人が同一と判断", "accepted by hand"),
    "rejected": ("人が別と判断", "rejected by hand"),
    "number": ("番号が同じ", "same number"),
    "linked": ("名寄せで同一", "linked by score"),
    "numbers_differ": ("番号が異なる", "numbers differ"),
    "ambiguous": ("候補が複数あり未決", "several fit: not decided"),
    "conflict": ("ほかの結び付きと矛盾", "in conflict with another link"),
    "review": ("点数が不足", "score too low"),
}


class Groups:
    """Organisations in groups; each group knows its numbers, sources and whom people keep out of it."""

    def __init__(self, actors: Iterable[tuple[int, str, list[str] | None]], apart: Iterable[tuple[int, int]]) -> None:
        """Begin with everyone alone: (organisation, source, deciding numbers), and the pairs that people rejected."""
        self.parent: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}
        self.numbers: dict[int, dict[str, set[str]]] = {}
        self.sources: dict[int, set[str]] = {}
        self.apart: dict[int, set[int]] = defaultdict(set)
        for actor, source, numbers in actors:
            self.parent[actor], self.members[actor], self.sources[actor] = actor, [actor], {source}
            held: dict[str, set[str]] = defaultdict(set)
            for number in numbers or ():
                held[number.partition(":")[0]].add(number)
            self.numbers[actor] = dict(held)
        for one, two in apart:
            self.apart[one].add(two)
            self.apart[two].add(one)

    def root(self, actor: int) -> int:
        """Return the organisation that stands for the group of one."""
        while self.parent[actor] != actor:
            self.parent[actor] = self.parent[self.parent[actor]]
            actor = self.parent[actor]
        return actor

    def numbers_differ(self, one: int, two: int) -> bool:
        """Tell whether two groups have different numbers of a scheme that decides."""
        first, second = self.numbers[self.root(one)], self.numbers[self.root(two)]
        return any(scheme in second and not numbers & second[scheme] for scheme, numbers in first.items())

    def kept_apart(self, one: int, two: int) -> bool:
        """Tell whether people rejected a pair across two groups."""
        first, second = self.root(one), self.root(two)
        return any(other in self.parent and self.root(other) == second
                   for member in self.members[first] for other in self.apart.get(member, ()))  # fmt: skip

    def conflict(self, one: int, two: int, within: bool) -> bool:
        """Tell whether a score may not join two groups: numbers, people, or (but ``within``) a source in both."""
        if self.numbers_differ(one, two) or self.kept_apart(one, two):
            return True
        return not within and bool(self.sources[self.root(one)] & self.sources[self.root(two)])

    def join(self, one: int, two: int) -> None:
        """Make one group of two."""
        first, second = self.root(one), self.root(two)
        if first == second:
            return
        if len(self.members[first]) < len(self.members[second]):
            first, second = second, first
        self.parent[second] = first
        self.members[first] += self.members.pop(second)
        self.sources[first] |= self.sources.pop(second)
        for scheme, numbers in self.numbers.pop(second).items():
            self.numbers[first].setdefault(scheme, set()).update(numbers)


def resolved(
    organisations: pl.DataFrame, pairs: pl.DataFrame, decisions: Decisions, threshold: float, within: bool
) -> tuple[pl.DataFrame, Groups]:
    """Return the pairs with what became of each (column ``state``), and the groups.

    ``organisations`` has unique_id, source, actor, deciding; decisions on organisations that are not there wait.
    Raises InputError where decisions contradict each other or a number.
    """
    numbered = {f"{source}:{actor}": number for number, source, actor in
                organisations.select("unique_id", "source", "actor").iter_rows()}  # fmt: skip
    rejected = _known(decisions, REJECT, numbered)
    groups = Groups(organisations.select("unique_id", "source", "deciding").iter_rows(), rejected)
    accepted = _known(decisions, ACCEPT, numbered)
    for (one, two), decision in accepted.items():
        if groups.numbers_differ(one, two):
            raise InputError(
                f"'{decision.left}' and '{decision.right}' are accepted as one (decision {decision.line}), "
                "but they, or what they are joined with, have different registry numbers; undo the acceptance",
                f"「{decision.left}」と「{decision.right}」は同一とされています（判断 {decision.line}）が、"
                "両者またはすでに結び付いた相手の登録番号が異なります。判断を取り消してください",
            )
        if groups.kept_apart(one, two):
            raise InputError(
                f"'{decision.left}' and '{decision.right}' are accepted as one (decision {decision.line}), "
                "but a pair that would come together by it is rejected; undo one of the two",
                f"「{decision.left}」と「{decision.right}」は同一とされています（判断 {decision.line}）が、"
                "それにより一つになる組が別とされています。どちらかを取り消してください",
            )
        groups.join(one, two)
    _by_number(organisations, groups)
    states = _by_score(pairs, groups, {*accepted}, {*rejected}, organisations, threshold, within)
    return pairs.with_columns(pl.Series("state", states, dtype=pl.String)), groups


def _known(decisions: Decisions, word: str, numbered: dict[str, int]) -> dict[tuple[int, int], Decision]:
    found = {}
    for decision in decisions.of(word):
        if decision.left in numbered and decision.right in numbered:
            one, two = sorted((numbered[decision.left], numbered[decision.right]))
            found[one, two] = decision
    return found


def _by_number(organisations: pl.DataFrame, groups: Groups) -> None:
    holders: dict[str, int] = {}
    held = organisations.filter(pl.col("deciding").is_not_null()).select("unique_id", "deciding").sort("unique_id")
    for actor, numbers in held.iter_rows():
        for number in numbers:
            first = holders.setdefault(number, actor)
            if not groups.numbers_differ(first, actor) and not groups.kept_apart(first, actor):
                groups.join(first, actor)


def _by_score(
    pairs: pl.DataFrame, groups: Groups, accepted: set, rejected: set, organisations: pl.DataFrame, threshold: float,
    within: bool,
) -> list[str]:  # fmt: skip
    """Return the state of each pair, joining those that can be, the best first."""
    states = [""] * pairs.height
    source = dict(organisations.select("unique_id", "source").iter_rows())
    open_pairs: list[tuple[float, int, int, int]] = []
    for row, (one, two, score, weight) in enumerate(pairs.select("left", "right", "score", "weight").iter_rows()):
        if (one, two) in accepted:
            states[row] = "accepted"
        elif (one, two) in rejected:
            states[row] = "rejected"
        elif groups.root(one) == groups.root(two):
            states[row] = "number"
        elif groups.numbers_differ(one, two):
            states[row] = "numbers_differ"
        elif score < threshold:
            states[row] = "review"
        else:
            open_pairs.append((-weight, one, two, row))
    unclear = set() if within else _ambiguous(open_pairs, source, groups)
    for _, one, two, row in sorted(open_pairs):
        if groups.root(one) == groups.root(two):
            states[row] = "linked"
        elif row in unclear:
            states[row] = "ambiguous"
        elif groups.conflict(one, two, within):
            states[row] = "conflict"
        else:
            groups.join(one, two)
            states[row] = "linked"
    return states


def _ambiguous(open_pairs: list[tuple[float, int, int, int]], source: dict[int, str], groups: Groups) -> set[int]:
    """Return the rows of pairs of which another pair is nearly as good: another group of the same source fits."""
    candidates: dict[tuple[int, str], list[tuple[float, int, int]]] = defaultdict(list)
    for weight, one, two, row in open_pairs:
        candidates[groups.root(one), source[two]].append((weight, groups.root(two), row))
        candidates[groups.root(two), source[one]].append((weight, groups.root(one), row))
    found = set()
    for several in candidates.values():
        best = min(weight for weight, _, _ in several)
        near = [(other, row) for weight, other, row in several if weight < best + AHEAD]
        if len({other for other, _ in near}) > 1:
            found |= {row for _, row in near}
    return found


def linked_actors(organisations: pl.DataFrame, groups: Groups) -> pl.DataFrame:
    """Return the organisations of groups of two and more: source, actor, name, ``same_as`` (the group), its size.

    The id of a group is made from its first deciding number, else from its first organisation, so that it stays when
    others join.
    """
    rows = []
    known = {number: (source, actor, name) for number, source, actor, name in
             organisations.select("unique_id", "source", "actor", "name").iter_rows()}  # fmt: skip
    for root, members in groups.members.items():
        if len(members) < 2:
            continue
        numbers = sorted(number for held in groups.numbers[root].values() for number in held)
        first = numbers[0] if numbers else min(f"{known[one][0]}:{known[one][1]}" for one in members)
        identifier = f"org:{hashlib.blake2b(first.encode(), digest_size=6).hexdigest()}"
        rows += [(*known[one], identifier, len(members)) for one in members]
    schema = {"source": pl.String, "actor": pl.Int64, "name": pl.String, "same_as": pl.String, "members": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("same_as", "source", "actor")
