"""The Cabinet Office document on Japan's innovation ecosystem (30 slides, 2025): facts as observations and items.

Single numbers and ranges become observations, bounds stay bounds and dashes stay missing. Events, lists and cases are
items only. Texts are said in our own words; labels, table heads and the nine questions are quoted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from meguri.sources import Caveat, Item, Source
from meguri.sources._document import Contents, contents
from meguri.sources._formula import evaluate, inputs
from meguri.sources._reading import bounds, is_number, observation

#: Kinds of fact that are records of registers, not observations.
RECORD_KINDS = ("event", "list", "case", "category", "issue")
RANGES = ("range", "range_approx")


def is_observed(fact: dict) -> bool:
    """Tell whether a fact is an observation: one number, one range, or a dash in a table."""
    if fact.get("missing"):
        return True
    if fact["kind"] in RECORD_KINDS:
        return False
    return is_number(fact["value"]) or fact.get("qualifier") in RANGES


def status(fact: dict) -> str:
    """Return the status of a fact: missing for a dash, target for a policy goal, else observed."""
    if fact.get("missing"):
        return "missing"
    return "target" if fact["kind"] == "target" else "observed"


def observations() -> list[dict]:
    """Return the observations of the document, in the order of the slides.

    A fact tied to one of the project's indicators by ``indicator_map.csv`` is given in that indicator's unit with the
    true place and period; any other is an indicator of its own, named by its item id.
    """
    known = contents()
    return [_observation(fact, known) for fact in known.facts.values() if is_observed(fact)]


def _observation(fact: dict, known: Contents) -> dict:
    item = f"document:{fact['id']}"
    tied = known.indicators.get(fact["id"])
    qualifier = fact.get("qualifier", "")
    factor = float(tied["factor"]) if tied else 1.0
    more = {
        "place": tied["place"] if tied else fact["place"],
        "period": tied["period"] if tied else fact.get("period", ""),
        "unit": tied["unit"] if tied else fact["unit"],
        "qualifier": qualifier,
        "status": status(fact),
        "note": "; ".join(_notes(fact, known)),
    }
    return observation(tied["indicator"] if tied else item, item, bounds(fact.get("value"), qualifier, factor), more)


def _notes(fact: dict, known: Contents) -> Iterator[str]:
    tied = known.indicators.get(fact["id"])
    if tied and tied["note_en"]:
        yield tied["note_en"]
    yield from (f"see {caveat.id}" for caveat in known.caveats(fact) if caveat.kind == "anomaly")


def items() -> Iterator[Item]:
    """Yield every item of the document: facts, derived values, anomalies, missing items, citations, slides."""
    known = contents()
    yield from (_fact(fact, known) for fact in known.facts.values())
    yield from (_derived(entry, known) for entry in known.derived.values())
    yield from (_anomaly(entry, known) for entry in known.anomalies.values())
    yield from (_missing(entry, known) for entry in known.missing.values())
    yield from (_citation(entry, known) for entry in known.citations.values())
    yield from (_slide(slide) for slide in known.slides.values())


def _titles(number: int, known: Contents) -> dict:
    slide = known.slides[number]
    return {"slide": number, "slide_ja": slide["ja"], "slide_en": slide["en"]}


def _references(identifiers: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"document:{identifier}" for identifier in identifiers)


def _fact(fact: dict, known: Contents) -> Item:
    tied = known.indicators.get(fact["id"])
    own = f"document:{fact['id']}" if is_observed(fact) else ""
    attributes = {"subject": fact["subject"], "quantity": fact["quantity"], **fact.get("more", {})}
    attributes |= {key: fact[key] for key in ("printed", "date") if key in fact}
    attributes |= {key: text for key, text in known.targets.get(fact["id"], {}).items() if text and key != "fact"}
    return Item(
        id=f"document:{fact['id']}", kind=fact["kind"], ja=fact["ja"], en=fact["en"],
        value=fact.get("value"), value_en=fact.get("value_en"), unit=fact.get("unit", ""),
        place=fact["place"], period=fact.get("period", ""), qualifier=fact.get("qualifier", ""),
        status=status(fact), evidence="document", basis=fact["basis"],
        citations=known.cited(fact.get("sources", [])), caveats=known.caveats(fact),
        uses=_references(fact.get("uses", [])), indicator=tied["indicator"] if tied else own,
        attributes=attributes, **_titles(fact["slide"], known),
    )


def _derived(entry: dict, known: Contents) -> Item:
    used = inputs(entry["formula"], known.facts)
    note = [Caveat("note", entry["notes_ja"], entry["notes_en"])] if "notes_ja" in entry else []
    printed = {"printed_in": f"document:{entry['printed_fact']}"} if "printed_fact" in entry else {}
    return Item(
        id=f"document:derived.{entry['id']}", kind="derived", ja=entry["ja"], en=entry["en"],
        value=evaluate(entry["formula"], known.facts), unit=entry.get("unit", ""), evidence="derived",
        caveats=tuple(note), uses=_references(used), formula=entry["formula"], attributes=printed,
        **_titles(known.facts[used[0]]["slide"], known),
    )


def _anomaly(entry: dict, known: Contents) -> Item:
    handling = Caveat("handling", entry["handling_ja"], entry["handling_en"])
    return Item(
        id=f"document:anomaly.{entry['id']}", kind="anomaly", ja=entry["ja"], en=entry["en"],
        value=entry["what_ja"], value_en=entry["what_en"], evidence="document", caveats=(handling,),
        uses=_references(entry["facts"]), attributes={"urls": entry.get("urls", [])},
        **_titles(entry["slide"], known),
    )


def _missing(entry: dict, known: Contents) -> Item:
    kept = ("showed_ja", "showed_en", "needed_for_ja", "needed_for_en", "public_source", "url", "priority",
            "outside_values_en", "outside_values_urls")
    return Item(
        id=f"document:missing.{entry['id']}", kind="missing", ja=entry["ja"], en=entry["en"],
        status="missing", evidence="document", citations=known.cited(entry.get("sources", [])),
        caveats=(Caveat("note", f"残っているもの：{entry['survives_ja']}", f"What survives: {entry['survives_en']}"),),
        uses=_references(entry.get("facts", [])), attributes={key: entry[key] for key in kept if key in entry},
        **_titles(entry["slide"], known),
    )


def _citation(entry: dict, known: Contents) -> Item:
    return Item(
        id=f"document:source.{entry['id']}", kind="citation", ja=entry["ja"], en=entry["en"], evidence="document",
        uses=_references(f"slide.{number}" for number in entry["slides"]),
        attributes={"urls": entry.get("urls", [])}, **_titles(entry["slides"][0], known),
    )


def _slide(slide: dict) -> Item:
    attributes = {"printed_page": slide["printed_page"], "printed_page_basis": slide["printed_page_basis"]}
    return Item(
        id=f"document:slide.{slide['no']}", kind="slide", ja=slide["ja"], en=slide["en"], evidence="document",
        slide=slide["no"], slide_ja=slide["ja"], slide_en=slide["en"], attributes=attributes,
    )


source = Source(
    id="document",
    ja="内閣府資料「イノベーション・エコシステム」（2025年、30枚）",
    en="Cabinet Office document on Japan's innovation ecosystem (2025, 30 slides)",
    publisher_ja="内閣府",
    publisher_en="Cabinet Office, Government of Japan",
    licence="facts and short labels, with attribution (Government of Japan standard terms of use)",
    url="https://www8.cao.go.jp/cstp/",
    attribution_ja="出典：内閣府資料（2025年）。数値・表題・論点を引用し、その他の文は本ソフトウェアの言葉で要約した。",
    attribution_en="Source: Cabinet Office (2025). Numbers, labels and the nine questions are quoted; "
                   "other sentences are said in our own words.",
    observations=observations,
    items=items,
)
