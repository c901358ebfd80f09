"""What a report of a run shows: plain values, each with its unit and its labels in both languages.

A ``RunView`` holds no table and no path: ``meguri.reports.folder.view_of`` fills it from a run folder, and
``meguri.reports.page.report`` writes it as one HTML file. Values are floats in the unit named beside them
(``JPY``, ``JPY_bn``, ``share``, ``count``, ...); ``None`` is a missing value and is shown as such, never as zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")


@dataclass(frozen=True)
class Text:
    """The same words in Japanese and in English."""

    ja: str
    en: str

    def of(self, language: Language) -> str:
        """Return the words in one language."""
        return self.ja if language == "ja" else self.en


@dataclass(frozen=True)
class Band:
    """A simulated number: median of the members, 90% band (5-95%) and, where known, 50% band (25-75%)."""

    median: float
    low: float | None = None
    high: float | None = None
    inner_low: float | None = None
    inner_high: float | None = None


@dataclass(frozen=True)
class Change:
    """A number of the run that differs from its default; ``layer`` names what set it (pack, scenario, lever, user)."""

    id: str
    label: Text
    unit: str
    default: float | None
    value: float | None
    layer: Text
    evidence: str


@dataclass(frozen=True)
class Kind:
    """A box of the stakeholder figure; ``actors`` is how many actors of the kind lived in the reference year."""

    id: str
    label: Text
    actors: int | None = None


@dataclass(frozen=True)
class LinkYear:
    """Yen that lay on a link in one year: forward and back, gross, never netted."""

    period: str
    forward: Band | None
    back: Band | None


@dataclass(frozen=True)
class Link:
    """An arrow of the stakeholder figure with the money on it.

    ``payer`` and ``payee`` are the kinds between which the forward money goes; it may run against the arrow as
    printed (firms pay universities for joint research).
    """

    id: str
    label: Text
    from_kind: str
    to_kind: str
    both_ways: bool
    payer: str
    payee: str
    pair_confidence: str
    reason: Text
    alternatives: Text
    years: list[LinkYear] = field(default_factory=list)

    @property
    def is_uncertain(self) -> bool:
        """Whether the pair of kinds that the label joins is a reading with alternatives, not a certainty."""
        return self.pair_confidence != "high"

    def year(self, period: str) -> LinkYear:
        """Return the money of one period, empty when there is none."""
        return next((year for year in self.years if year.period == period), LinkYear(period, None, None))


@dataclass(frozen=True)
class Comparison:
    """One row of the table observed against simulated; ``low`` and ``high`` bound the tolerance of the target."""

    indicator: str
    label: Text
    period: str
    unit: str
    observed: float | None
    low: float | None
    high: float | None
    qualifier: str
    status: str
    simulated: Band | None
    source: Text
    evidence: str = ""
    modelled: bool = True
    judged: bool = True

    @property
    def verdict(self) -> str:
        """``inside``: the median lies within the tolerance; ``band``: only the 90% band holds the observed value;
        ``outside``: neither; ``unknown``: nothing to compare; ``not_modelled``: no mechanism yet.
        """
        if not self.modelled:
            return "not_modelled"
        if self.simulated is None or self.observed is None:
            return "unknown"
        low = self.observed if self.low is None else self.low
        high = self.observed if self.high is None else self.high
        # Bounds are written as decimal numbers: a median on the bound counts as inside.
        slack = 1e-9 * max(abs(low), abs(high))
        if low - slack <= self.simulated.median <= high + slack:
            return "inside"
        band = self.simulated
        if band.low is not None and band.high is not None and band.low <= self.observed <= band.high:
            return "band"
        return "outside"


@dataclass(frozen=True)
class Goal:
    """A goal of policy beside the run: ``probability`` is the share of members whose number is at least the goal."""

    indicator: str
    label: Text
    period: str
    unit: str
    goal: float
    simulated: Band
    probability: float | None


@dataclass(frozen=True)
class Point:
    """A value beside a run's series; ``status`` is observed, assumed (or remembered) or target."""

    period: str
    value: float
    low: float | None = None
    high: float | None = None
    status: str = "observed"


@dataclass(frozen=True)
class Series:
    """One indicator of one place over the periods of a run, with what was observed and what is aimed at."""

    indicator: str
    label: Text
    unit: str
    periods: list[str]
    bands: list[Band]
    points: list[Point] = field(default_factory=list)
    note: Text | None = None


@dataclass(frozen=True)
class FunnelStep:
    """How many start-ups of the cohort came at least this far (``group`` is ``stage``) or ended so (``end``)."""

    id: str
    label: Text
    count: int
    group: str = "stage"


@dataclass(frozen=True)
class Funnel:
    """The way of one cohort of start-ups from founding to exit, in the ledger of member 0."""

    cohort_first: str
    cohort_last: str
    until: str
    steps: list[FunnelStep]


@dataclass(frozen=True)
class StoryEvent:
    """Something that happened to the start-up of the story; ``lane`` is round, grant, licence, event or exit."""

    period: str
    lane: str
    label: Text
    amount: float | None = None
    counterparty: Text | None = None


@dataclass(frozen=True)
class Story:
    """One start-up of member 0, told from the ledger: known by number, class and place only."""

    number: str
    kind: Text
    place: Text
    field: Text | None
    founded: str
    ended: str | None
    events: list[StoryEvent]
    sales: list[tuple[str, float]]
    choice: Text


@dataclass(frozen=True)
class EvidenceShare:
    """How many parameters rest on one class of evidence; ``influence`` is their share of influence where known."""

    evidence: str
    count: int
    influence: float | None = None


@dataclass(frozen=True)
class Calibrated:
    """A parameter that was fitted: what it was, what it is, and its allowed range."""

    id: str
    label: Text
    unit: str
    old: float | None
    new: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Miss:
    """A row of the table that the model does not reach: the best found, the rules tried, the data that would decide."""

    indicator: str
    label: Text
    period: str
    unit: str
    target: float | None
    best: float | None
    tried: list[Text]
    data_needed: Text


@dataclass(frozen=True)
class Gap:
    """Something that is not modelled yet."""

    label: Text
    why: Text


@dataclass(frozen=True)
class Attribution:
    """A source of data with the words its licence asks for."""

    label: Text
    attribution: Text
    licence: str
    url: str = ""


@dataclass(frozen=True)
class RunView:
    """Everything the report of one run shows.

    ``parameter_share`` is the share of the members' variance that comes from draws of parameters and not from chance:
    the median over the indicators of the whole country; None for a run without draws.
    """

    run_id: str
    version: str
    scenario: str
    name: Text
    country: Text
    institutions: list[Text]
    first: str
    last: str
    scale: float
    seeds: list[int]
    members: int
    band_holds: str
    command: str
    reference: str
    parameter_share: float | None = None
    changes: list[Change] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    link_members: int = 1
    comparisons: list[Comparison] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    series: list[Series] = field(default_factory=list)
    funnel: Funnel | None = None
    story: Story | None = None
    evidence: list[EvidenceShare] = field(default_factory=list)
    calibrated: list[Calibrated] = field(default_factory=list)
    misses: list[Miss] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    sources: list[Attribution] = field(default_factory=list)
    caveats: list[Text] = field(default_factory=list)
