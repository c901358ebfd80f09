"""From a run folder to what its report shows."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from meguri.registry import shelf
from meguri.reports.reading import comparisons, links, parameters, remarks, startups
from meguri.reports.reading.simulated import Simulated
from meguri.reports.reading.tables import open_run
from meguri.reports.view import Attribution, Comparison, RunView, Text

LEDGER = ("actors", "flows", "records")


def view_of(run_folder: Path | str) -> RunView:
    """Return what the report of a run shows; raise InputError when the folder is not a run."""
    folder = open_run(Path(run_folder))
    manifest = folder.manifest
    country = folder.country
    simulated = Simulated(folder)
    observed = comparisons.observed_rows(country)
    placed = comparisons.comparisons(folder)
    rows = [row for _, row in placed]
    years = _years(manifest["first"], manifest["last"])
    reference = _reference(rows, years)
    found_links, link_members = links.links(folder, simulated, years)
    numbers = parameters.rows(folder)
    ledger = startups.Startups(folder) if all(folder.has(table) for table in LEDGER) else None
    seed, members = int(manifest["seed"]), int(manifest["members"])
    return RunView(
        run_id=str(manifest["id"]), version=_version(), scenario=str(manifest["scenario"]),
        name=Text(manifest["name"]["ja"], manifest["name"]["en"]), country=_country(country),
        institutions=[Text(str(name), str(name)) for name in manifest.get("institutions", [])],
        first=manifest["first"], last=manifest["last"], scale=folder.scale,
        seeds=[seed + member for member in range(members)], members=members,
        band_holds="parameters" if manifest.get("draws") else "chance", parameter_share=simulated.parameter_share(),
        command=parameters.command(folder), reference=reference,
        changes=parameters.changes(folder, numbers), kinds=links.kinds(folder, reference), links=found_links,
        link_members=link_members, comparisons=rows, series=comparisons.series(observed, simulated, country),
        funnel=startups.funnel(ledger) if ledger else None, story=startups.story(ledger) if ledger else None,
        evidence=parameters.evidence(numbers), calibrated=parameters.calibrated(numbers),
        goals=comparisons.goals(folder, simulated), misses=remarks.misses(placed),
        gaps=[*remarks.gaps(), *comparisons.gaps()], sources=_sources(),
    )


def _version() -> str:
    try:
        return version("meguri")
    except PackageNotFoundError:
        return "?"


def _country(code: str) -> Text:
    from babel import Locale

    return Text(Locale("ja").territories.get(code, code), Locale("en").territories.get(code, code))


def _years(first: str, last: str) -> list[str]:
    """Return the calendar years that lie whole within a span of quarters."""
    return [str(year) for year in range(int(first[:4]), int(last[:4]) + 1)
            if f"{year}Q1" >= first and f"{year}Q4" <= last]


def _reference(rows: list[Comparison], years: list[str]) -> str:
    """Return the year of the run of which most observed values speak (the later of equals), else its last year."""
    known = Counter(row.period.removeprefix("FY") for row in rows if row.observed is not None)
    best = max(years, key=lambda year: (known[year], year), default="")
    return best if known[best] else (years[-1] if years else "")


def _sources() -> list[Attribution]:
    return [
        Attribution(Text(source.ja, source.en), Text(source.attribution_ja, source.attribution_en), source.licence,
                    source.url)
        for source in shelf("meguri.sources")
    ]
