"""From the ledger of member 0: the funnel of a cohort of start-ups, and the story of one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from meguri import vocabulary
from meguri.reports.reading.tables import RunFolder
from meguri.reports.view import Funnel, FunnelStep, Story, StoryEvent, Text
from meguri.reports.words import catalogue

if TYPE_CHECKING:
    import polars as pl

LISTINGS = ("listing", "listing_vc_backed")
ACQUISITIONS = ("acquisition", "foreign_acquisition", "acquisition_vc_backed")
COHORT_YEARS = 5


def _flows(link: str = "", deals_into_startups: bool = False) -> list[str]:
    """Return the flow kinds of a link, or those by which equity goes into start-ups."""
    found = []
    for flow in vocabulary.table("flows"):
        is_equity = (flow["summary"] == "deal" and flow["direction"] == "forward"
                     and flow.list("to_classes")[0].startswith("startup_")
                     and flow["link"] in ("investor_startup", "company_startup"))
        if (deals_into_startups and is_equity) or (link and flow["link"] == link and flow["direction"] == "forward"):
            found.append(flow.id)
    return found


class Startups:
    """Start-ups of member 0 founded within the run, with their equity and their ends."""

    def __init__(self, folder: RunFolder) -> None:
        import polars as pl

        self.folder = folder
        actors = folder.read("actors")
        self.all_actors = actors
        self.born = actors.filter((pl.col("kind") == "startup") & (pl.col("founded") >= folder.manifest["first"]))
        columns = ["period", "flow", "from_actor", "to_actor", "amount", "contract", "stage", "field"]
        self.equity = folder.flows(_flows(deals_into_startups=True), columns).filter(
            pl.col("to_actor").is_in(self.born["actor"].implode())
        )
        self.records = folder.read("records").filter(
            pl.col("actor").is_in(self.born["actor"].implode())
        )

    def actors_with(self, acts: tuple[str, ...]) -> set[int]:
        """Return the start-ups that have a record of one of the acts."""
        import polars as pl

        return set(self.records.filter(pl.col("act").is_in(list(acts)))["actor"].to_list())


def funnel(startups: Startups) -> Funnel | None:
    """Return how far the start-ups founded in the first years of the run came by its end."""
    import polars as pl

    manifest = startups.folder.manifest
    first, last = int(manifest["first"][:4]), int(manifest["last"][:4])
    cohort_last = min(first + COHORT_YEARS - 1, first + max(0, (last - first) // 3))
    year = pl.col("founded").str.slice(0, 4).cast(pl.Int32)
    cohort = startups.born.filter(year <= cohort_last)
    members = set(cohort["actor"].to_list())
    if not members:
        return None
    words = catalogue()
    stages = {stage.id: stage for stage in vocabulary.table("stages") if stage["series"]}
    reached: dict[int, int] = {}
    for actor, stage in startups.equity.select("to_actor", "stage").unique().iter_rows():
        if actor in members:
            reached[actor] = max(reached.get(actor, 0), stages[stage].code if stage in stages else 0)
    steps = [FunnelStep("founded", words["funnel.founded"], len(members)),
             FunnelStep("funded", words["funnel.funded"], len(reached))]
    for stage in list(stages.values())[1:]:
        label = words.get(f"funnel.{stage.id}", Text(stage.ja, stage.en))
        steps.append(FunnelStep(stage.id, label, sum(code >= stage.code for code in reached.values())))
    listed = startups.actors_with(LISTINGS) & members
    acquired = (startups.actors_with(ACQUISITIONS) & members) - listed
    ended = set(cohort.filter(pl.col("ended").is_not_null())["actor"].to_list())
    closed = (ended | (startups.actors_with(("dissolution",)) & members)) - listed - acquired
    alive = members - listed - acquired - closed
    for name, group in (("listed", listed), ("acquired", acquired), ("closed", closed), ("alive", alive)):
        steps.append(FunnelStep(name, words[f"funnel.{name}"], len(group), "end"))
    return Funnel(str(first), str(cohort_last), str(last), steps)


def _chosen(startups: Startups, support: pl.DataFrame) -> int | None:
    """Return the start-up with an exit that has most kinds of flow and of stage; among equals the smallest id."""
    import polars as pl

    exits = startups.actors_with(LISTINGS) | startups.actors_with(ACQUISITIONS)
    for wanted in (exits, set(startups.born["actor"].to_list())):
        kinds: dict[int, set[str]] = {}
        for actor, flow, stage in startups.equity.select("to_actor", "flow", "stage").unique().iter_rows():
            if actor in wanted:
                kinds.setdefault(actor, set()).update((flow, f"stage {stage}"))
        for actor, flow in support.select(pl.col("startup"), pl.col("flow")).unique().iter_rows():
            if actor in kinds:
                kinds[actor].add(flow)
        if kinds:
            return min(kinds, key=lambda actor: (-len(kinds[actor]), actor))
    return None


def story(startups: Startups) -> Story | None:
    """Return the story of one start-up of member 0, or nothing when none raised money."""
    import polars as pl

    columns = ["period", "flow", "from_actor", "to_actor", "amount", "contract", "field"]
    grants, licences = _flows("government_startup"), _flows("university_startup")
    support = startups.folder.flows([*grants, *licences], columns).with_columns(
        pl.when(pl.col("flow").is_in(grants)).then(pl.col("to_actor")).otherwise(pl.col("from_actor")).alias("startup")
    )
    actor = _chosen(startups, support)
    if actor is None:
        return None
    row = startups.born.row(by_predicate=pl.col("actor") == actor, named=True)
    events = [StoryEvent(row["founded"], "event", catalogue()["story.founding"])]
    events += _rounds(startups, actor) + _support(startups, support.filter(pl.col("startup") == actor), grants)
    events += _ends(startups, actor, row)
    equity = startups.equity.filter(pl.col("to_actor") == actor)
    named = [field for field in equity["field"].to_list() if field]
    return Story(
        number=str(actor), kind=_word("classes", row["class"]), place=_word("regions", row["place"]),
        field=_word("fields", named[0]) if named else None, founded=row["founded"], ended=row["ended"],
        events=sorted(events, key=lambda event: event.period), sales=_sales(startups, actor),
        choice=catalogue()["story.choice"],
    )


def _word(table: str, identifier: str) -> Text:
    words = vocabulary.table(table)
    return Text(words[identifier].ja, words[identifier].en) if identifier in words else Text(identifier, identifier)


def _who(startups: Startups, actors: list[int]) -> Text | None:
    """Return an actor by class and place, or how many investors there were."""
    import polars as pl

    if len(actors) > 1:
        words = catalogue()["story.several"]
        return Text(words.ja.format(count=len(actors)), words.en.format(count=len(actors)))
    found = startups.all_actors.filter(pl.col("actor").is_in(actors)).to_dicts()
    if not found:
        return None
    name, place = _word("classes", found[0]["class"]), found[0]["place"]
    if place not in vocabulary.table("regions"):
        return name
    where = _word("regions", place)
    return Text(f"{name.ja}（{where.ja}）", f"{name.en} ({where.en})")


def _rounds(startups: Startups, actor: int) -> list[StoryEvent]:
    import polars as pl

    rounds = startups.equity.filter(pl.col("to_actor") == actor).group_by("period", "contract").agg(
        pl.col("amount").sum(), pl.col("stage").first(), pl.col("from_actor").unique().sort()
    ).sort("period", "contract")
    return [
        StoryEvent(period, "round", _word("stages", stage or ""), float(amount), _who(startups, list(investors)))
        for period, _, amount, stage, investors in rounds.iter_rows()
    ]


def _support(startups: Startups, rows: pl.DataFrame, grants: list[str]) -> list[StoryEvent]:
    """Return one event a contract: the quarter of its first payment and the sum of all."""
    import polars as pl

    other = pl.when(pl.col("flow").is_in(grants)).then(pl.col("from_actor")).otherwise(pl.col("to_actor"))
    sums = rows.with_columns(other.alias("other")).group_by("flow", "contract").agg(
        pl.col("period").min(), pl.col("amount").sum(), pl.col("other").first()
    ).sort("period", "flow", "contract")
    return [
        StoryEvent(period, "grant" if flow in grants else "licence", _word("flows", flow), float(amount),
                   _who(startups, [actor]))
        for flow, _, period, amount, actor in sums.iter_rows()
    ]


def _ends(startups: Startups, actor: int, row: dict[str, Any]) -> list[StoryEvent]:
    import polars as pl

    labels = dict.fromkeys(LISTINGS, "story.listing") | dict.fromkeys(ACQUISITIONS, "story.acquisition")
    rows = startups.records.filter((pl.col("actor") == actor) & pl.col("act").is_in(list(labels))).sort("period", "act")
    found: dict[str, StoryEvent] = {}
    for record in rows.iter_rows(named=True):
        key = labels[record["act"]]
        who = _who(startups, [record["counterparty"]]) if record["counterparty"] else None
        amount = float(record["value"]) if record["value"] else None
        found.setdefault(key, StoryEvent(record["period"], "exit", catalogue()[key], amount, who))
    if not found and row["ended"]:
        return [StoryEvent(row["ended"], "exit", catalogue()["story.closure"])]
    return list(found.values())


def _sales(startups: Startups, actor: int) -> list[tuple[str, float]]:
    """Return the start-up's sales by calendar year."""
    import polars as pl

    rows = startups.folder.flows(["sales"], ["period", "amount"], to_actor=actor)
    yearly = rows.group_by(pl.col("period").str.slice(0, 4).alias("year")).agg(pl.col("amount").sum()).sort("year")
    return [(year, float(amount)) for year, amount in yearly.iter_rows()]
