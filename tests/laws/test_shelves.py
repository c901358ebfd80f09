"""Laws that hold for everything on every shelf: two languages, sources, ranges, ids."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

import meguri
from meguri import vocabulary
from meguri.engine.parameters import ROLES, specifications
from meguri.registry import SHELVES, shelf

EVIDENCE = {"published", "derived", "document", "remembered", "assumed", "calibrated"}
JAPANESE = re.compile(r"[぀-ヿ一-鿿々〇ー]")
ROOT = Path(meguri.__file__).parent


def _specs():
    return [spec for mechanism in shelf("meguri.mechanisms") for spec in specifications(mechanism.id)]


def _labelled():
    for package, kind in SHELVES.items():
        for declared in shelf(package):
            yield f"{kind} {declared.id}", declared.ja, declared.en
    for mechanism in shelf("meguri.mechanisms"):
        for part in (*mechanism.owns, *mechanism.tables, *mechanism.choices):
            yield f"{mechanism.id} {part.id}", part.ja, part.en
    for spec in _specs():
        yield f"parameter {spec.id}", spec.ja, spec.en
    for name in vocabulary.tables():
        for word in vocabulary.table(name):
            yield f"vocabulary {name}.{word.id}", word.ja, word.en


def test_everything_has_a_label_in_both_languages():
    for what, ja, en in _labelled():
        assert ja.strip(), what
        assert en.strip(), what
        assert not JAPANESE.search(en), f"{what}: English label holds Japanese"


def test_labels_of_shelves_are_really_japanese():
    for package, kind in SHELVES.items():
        for declared in shelf(package):
            assert JAPANESE.search(declared.ja), f"{kind} {declared.id}"
    for spec in _specs():
        assert JAPANESE.search(spec.ja), spec.id


def test_ids_are_unique_across_shelves():
    """Registers and counting rules may bear names of other shelves: their full ids begin with their own."""
    seen: dict[str, str] = {}
    for package, kind in SHELVES.items():
        if kind in ("register", "rule"):
            continue
        for declared in shelf(package):
            assert declared.id not in seen, f"{declared.id} is a {kind} and a {seen.get(declared.id)}"
            seen[declared.id] = kind
    parameters = [spec.id for spec in _specs()]
    assert len(parameters) == len(set(parameters))
    assert not set(parameters) & set(seen)


def test_every_number_has_unit_range_evidence_and_reason():
    for spec in _specs():
        assert spec.unit, spec.id
        assert spec.evidence in EVIDENCE, f"{spec.id}: {spec.evidence}"
        assert spec.role in ROLES, spec.id
        if spec.evidence in {"published", "derived", "document"}:
            assert spec.source, f"{spec.id} is {spec.evidence} without a source"
        else:
            assert spec.why or spec.source, f"{spec.id} is {spec.evidence} without a reason"
        if spec.evidence == "calibrated" and spec.shape == "scalar":
            assert spec.was is not None, f"{spec.id} is calibrated and does not say what it was"
        if spec.role == "parameter" and spec.shape not in {"table"} and not spec.path and not spec.table:
            assert spec.low is not None, f"{spec.id} has no range"
            assert spec.high is not None, f"{spec.id} has no range"


def test_every_formula_and_rule_is_written_down():
    for mechanism in shelf("meguri.mechanisms"):
        assert mechanism.formula or not mechanism.owns, f"{mechanism.id} has no formula"
    for indicator in shelf("meguri.indicators"):
        assert indicator.formula, indicator.id
        assert indicator.basis in {"CY", "FY"}, indicator.id
        assert indicator.source_ja, indicator.id
        assert indicator.source_en, indicator.id


def test_flows_name_classes_and_links_that_exist():
    classes, links = vocabulary.table("classes"), vocabulary.table("links")
    for flow in vocabulary.table("flows"):
        assert all(cls in classes for cls in (*flow.list("from_classes"), *flow.list("to_classes"))), flow.id
        assert not flow["link"] or flow["link"] in links, flow.id
        assert flow["direction"] in {"forward", "back", "inside", "outside"}, flow.id
        assert bool(flow["link"]) == (flow["direction"] in {"forward", "back"}), flow.id


def test_the_figure_has_five_kinds_and_ten_links_one_for_each_pair():
    kinds = [word.id for word in vocabulary.table("kinds") if word.id != "outside"]
    pairs = {frozenset((link["from_kind"], link["to_kind"])) for link in vocabulary.table("links")}
    assert len(kinds) == 5
    assert len(vocabulary.table("links")) == len(pairs) == 10
    for kind in kinds:
        assert sum(kind in pair for pair in pairs) == 4


def test_declared_flows_and_stocks_are_words_of_the_vocabulary():
    for mechanism in shelf("meguri.mechanisms"):
        for flow in mechanism.flows:
            assert flow in vocabulary.table("flows"), f"{mechanism.id}: {flow}"
        for stock in mechanism.stocks:
            assert stock.stock in vocabulary.table("stocks"), f"{mechanism.id}: {stock.stock}"


def test_levers_act_on_parameters_that_exist_and_rest_inside_their_range():
    parameters = {spec.id for spec in _specs()}
    for lever in shelf("meguri.levers"):
        assert lever.low <= 0.0 <= lever.high, lever.id
        assert lever.who in vocabulary.table("kinds"), lever.id
        for act in lever.acts:
            assert act.parameter in parameters, f"{lever.id}: {act.parameter}"
            assert act.how in {"add", "multiply"}, lever.id


def test_no_country_code_outside_packs_and_data():
    code = re.compile(r"""["'](JP|US|GB|UK|DE|FR|KR|CN)(-\d\d)?["']""")
    for path in ROOT.rglob("*.py"):
        floor = path.relative_to(ROOT).parts[0]
        if floor in {"packs", "sources"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert not code.search(line), f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def test_the_package_speaks_only_of_itself():
    words = re.compile(r"\.\./shared|/work/|\bTODO\b|\bFIXME\b|pythonhosted|registry\.npm", re.I)
    for path in [*ROOT.rglob("*.py"), *ROOT.rglob("*.toml"), *ROOT.rglob("*.csv")]:
        found = words.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path.relative_to(ROOT)}: {found and found[0]}"


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", ["quarter", "odd"])
def test_a_generated_page_is_fresh(name, language):
    from importlib import import_module

    path = ROOT.parents[1] / "docs" / (f"{name}.md" if language == "en" else f"{name}.ja.md")
    page = import_module(f"meguri.model.{name}_page").page(language)
    assert path.read_text(encoding="utf-8") == page, "run `make docs`"


def test_the_pages_of_packs_are_fresh():
    from meguri.model.packs_page import files as pages
    from meguri.model.packs_page import page

    folder = ROOT.parents[1] / "docs" / "packs"
    expected = {name: page(identifier, language) for name, identifier, language in pages()}
    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == expected, "run `make docs`"


def test_shipped_scenarios_are_valid():
    from meguri.model.scenario import load, names

    assert "baseline" in names()
    for entry in files("meguri").joinpath("scenarios").iterdir():
        if entry.name.endswith(".toml"):
            load(entry.name[:-5])
