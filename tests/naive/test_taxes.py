"""Corporate tax and the R&D tax credit equal a slow twin that reads the statute by name, year by year."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from meguri.mechanisms import _statute, taxes
from meguri.mechanisms.firm_population import LARGE, MID, SMALL
from meguri.packs import load_pack

from .waiting import Asked, buffer_of, waiting

N, PACKED = 400, load_pack("JP").table("credit_statute")
TABLE = {name: PACKED[name] for name in ("fiscal_year", *_statute.COLUMNS)}
YEARS = [int(year) for year in TABLE["fiscal_year"]]
#: What a yen of R&D takes from the credits of the next three years, at 6% a year, a third of a yen's base each.
EROSION = sum(1.06**-n / 3 for n in (1, 2, 3))


def _law(year):
    """Return the statute of a year by name: the latest line that is not later; the first one before all."""
    known = [n for n, begun in enumerate(YEARS) if begun <= year]
    return {name: float(column[known[-1] if known else 0]) for name, column in TABLE.items()}


def _rate(law, small, growth, intensity, addition):
    if small:
        extra = law["sme_slope"] * (growth - law["sme_pivot"]) if growth > law["sme_pivot"] else 0.0
        return max(min(law["sme_rate"] + extra, law["sme_maximum"]) + addition, 0.0)
    beyond = growth - law["pivot"]
    slope = law["slope_above"] if beyond >= 0 else law["slope_below"]
    rate = law["base_rate"] + law["intensity_slope"] * intensity + slope * beyond
    rate = sorted((law["floor"], rate, law["ceiling"]))[1]
    over = max(intensity - law["high_intensity_threshold"], 0.0)
    rate *= 1 + min(law["high_intensity_rate_slope"] * over, law["high_intensity_rate_maximum"])
    return max(min(rate, law["ceiling"]) + addition, 0.0)


def _cap(law, small, growth, intensity, fell):
    """Return the share of tax: one of the additions at most, the first that fits; that for falling sales besides."""
    least, slope, most = (law[f"growth_cap_{name}"] for name in ("threshold", "slope", "maximum"))
    cap = law["cap"]
    if small and growth > law["sme_pivot"] and law["sme_growth_cap"]:
        cap += law["sme_growth_cap"]
    elif intensity > law["high_intensity_threshold"] and law["high_intensity_cap_maximum"]:
        over = intensity - law["high_intensity_threshold"]
        cap += min(law["high_intensity_cap_slope"] * over, law["high_intensity_cap_maximum"])
    elif growth > least:
        cap += min(slope * (growth - least), most)
    elif growth < -least and not small:
        cap -= min(slope * (-growth - least), most)
    return cap + (law["sales_fall_cap"] if fell and growth > 0 else 0.0)


def _on_increase(law, growth, research, base):
    if not law["increment_rate_maximum"] or not base or growth <= law["increment_threshold"]:
        return 0.0, 0.0
    rate = sorted((law["increment_rate_minimum"], growth, law["increment_rate_maximum"]))[1]
    return rate * (research - base), rate


def _credit(law, small, research, base, sales, fell, tax, joint, take_up, addition):
    growth, intensity = research / base - 1 if base else 0.0, research / sales if sales else 0.0
    claimed = take_up * joint
    main = _rate(law, small, growth, intensity, addition) * max(research - claimed, 0.0)
    limit, besides = _cap(law, small, growth, intensity, fell) * tax, 0.0
    for amount, own_cap in ((_on_increase(law, growth, research, base)[0], law["increment_cap"]),
                            (law["open_innovation_university"] * claimed, law["open_innovation_cap"])):  # fmt: skip
        if own_cap:
            besides += min(amount, own_cap * tax)
        else:
            main += amount
    return min(main, limit) + besides, main >= limit


def _marginal(law, small, growth, intensity, addition):
    rate = _rate(law, small, growth, intensity, addition)
    slope = (_rate(law, small, growth + 0.001, intensity, addition) - rate) / 0.001
    total = rate + slope * (1 + growth) * (1 - (1 + growth) * EROSION)
    return max(total + _on_increase(law, growth, 1 + growth, 1.0)[1] * (1 - EROSION), 0.0)


@pytest.fixture(scope="module")
def firms():
    rng = np.random.default_rng(91)
    past = rng.integers(0, 10**9, (N, 3))
    past[:20] = 0
    mean = past.sum(axis=1) / 3
    growth = np.where(rng.random(N) < 0.5, rng.uniform(0.4, 1.6, N), rng.uniform(0.85, 1.15, N))
    research = (np.where(mean > 0, mean, 1e8) * growth).astype(np.int64)
    research[20:40] = 0
    sales = (research / rng.uniform(0.01, 0.2, N)).astype(np.int64)
    return {
        "ended": (rng.random(N) < 0.1).astype(np.int32) * 3, "cls": rng.choice([SMALL, MID, LARGE], N).astype(np.uint8),
        "profit": rng.integers(-10**9, 2 * 10**9, N), "losses": rng.integers(0, 10**9, N) * (rng.random(N) < 0.5),
        "research": research, "past": past, "joint": (research * rng.random(N) * 0.4).astype(np.int64),
        "sales": sales, "before": (sales * rng.uniform(0.8, 1.2, N)).astype(np.int64), "uncapped": rng.random(N),
        "received": np.where(rng.random(N) < 0.3, -1.0, rng.random(N) * 0.1), "budget": research // 4,
        "region": rng.integers(1, 48, N).astype(np.uint8), "field": rng.integers(1, 19, N).astype(np.uint8),
    }  # fmt: skip


@pytest.mark.twin("taxes")
@pytest.mark.parametrize("year", sorted({1990, *YEARS, YEARS[-1] + 5}))
def test_tax_and_credit_of_a_year(firms, year):
    f, law = firms, _law(year)
    row = _statute.statute_of(SimpleNamespace(**{k: np.asarray(v) for k, v in TABLE.items()}), year)
    losses, uncapped, received = f["losses"].copy(), f["uncapped"].copy(), f["received"].copy()
    tax, credit = np.full(N, -1), np.full(N, -1)
    taxes.assess(f["ended"], f["cls"], SMALL, row, 0.3, 0.5, 0.01, 0.6, 0.7, f["profit"], losses, f["research"],
                 f["past"], f["joint"], f["sales"], f["before"], uncapped, received, tax, credit)  # fmt: skip
    bound = 0
    for i in range(N):
        before = f["losses"][i], f["uncapped"][i], f["received"][i]
        if f["ended"][i]:
            assert (tax[i], credit[i], losses[i], uncapped[i], received[i]) == (0, 0, *before)
            continue
        profit = int(f["profit"][i])
        used = min(int(before[0]), math.floor(0.5 * profit)) if profit > 0 else 0
        due = math.floor(0.3 * (profit - used)) if profit > 0 else 0
        amount, capped = _credit(law, f["cls"][i] == SMALL, int(f["research"][i]), sum(map(int, f["past"][i])) / 3,
                                 int(f["sales"][i]), f["sales"][i] < f["before"][i], due, int(f["joint"][i]), 0.6, 0.01)
        bound += capped
        assert tax[i] == due
        assert losses[i] == before[0] - used + max(-profit, 0)
        assert credit[i] == math.floor(amount)
        if f["research"][i]:
            rate = amount / f["research"][i]
            assert uncapped[i] == pytest.approx(0.7 * before[1] + 0.3 * (not capped), rel=1e-12)
            assert received[i] == pytest.approx(rate if before[2] < 0 else 0.7 * before[2] + 0.3 * rate, rel=1e-12)
        else:
            assert (uncapped[i], received[i]) == before[1:]
    assert 50 < bound < N - 50


@pytest.mark.twin("taxes")
@pytest.mark.parametrize("year", YEARS[:: max(len(YEARS) // 6, 1)])
def test_what_firms_expect_of_one_more_yen(firms, year):
    f, law = firms, _law(year)
    row = _statute.statute_of(SimpleNamespace(**{k: np.asarray(v) for k, v in TABLE.items()}), year)
    marginal, cost, cash = (np.full(N, -7.0) for _ in range(3))
    taxes.expect(f["ended"], f["cls"], SMALL, row, 0.3, 0.01, 0.9, f["budget"], f["past"], f["sales"] // 4,
                 f["uncapped"], f["received"], marginal, cost, cash)  # fmt: skip
    for i in range(N):
        if f["ended"][i] or f["budget"][i] == 0:
            assert marginal[i] == cost[i] == cash[i] == -7.0
            continue
        base, sales = sum(map(int, f["past"][i])) / 3, int(f["sales"][i]) // 4
        growth = 4 * int(f["budget"][i]) / base - 1 if base else 0.0
        brings = _marginal(law, f["cls"][i] == SMALL, growth, int(f["budget"][i]) / sales if sales else 0.0, 0.01)
        expected = 0.9 * f["uncapped"][i] * brings
        assert marginal[i] == pytest.approx(expected, rel=1e-9, abs=1e-12)  # a slope is a difference over a thousandth
        comes = expected if f["received"][i] < 0 else 0.9 * f["received"][i]
        assert cost[i] == pytest.approx(max(0.7 - expected, 0.05) / 0.7, rel=1e-9)
        assert cash[i] == pytest.approx(max(0.7 - comes, 0.05) / 0.7, rel=1e-9)


@pytest.mark.twin("taxes")
def test_tax_and_credit_are_paid_gross(firms):
    f, rng, buffer, twin = firms, np.random.default_rng(92), buffer_of(2 * N), Asked()
    tax, credit = rng.integers(0, 3, N) * 10**6, rng.integers(0, 3, N) * 10**5
    taxes.pay_tax(buffer, 3, 100, np.arange(N), f["region"], f["field"], tax, credit)
    for i in range(N):
        twin.ask("corporate_tax", 100 + i, 3, tax[i], 0, f["field"][i], 0, f["region"][i])
        twin.ask("research_tax_credit", 3, 100 + i, credit[i], 0, f["field"][i], 0, f["region"][i])
    assert waiting(buffer) == twin
    assert (twin.total("corporate_tax"), twin.total("research_tax_credit")) == (tax.sum(), credit.sum())
    p = SimpleNamespace(take_up_start=0.1, take_up_slope=0.05, take_up_year=2015, take_up_most=0.4)
    assert [taxes.take_up(p, year) for year in (2010, 2015, 2018, 2030)] == pytest.approx([0.0, 0.1, 0.25, 0.4])
