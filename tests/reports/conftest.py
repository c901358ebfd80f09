"""An invented run for the tests of the report: every number here is made up and none is data."""

from __future__ import annotations

import pytest

from meguri.reports.view import (
    Attribution,
    Band,
    Calibrated,
    Change,
    Comparison,
    EvidenceShare,
    Funnel,
    FunnelStep,
    Gap,
    Goal,
    Kind,
    Link,
    LinkYear,
    Miss,
    Point,
    RunView,
    Series,
    Story,
    StoryEvent,
    Text,
)
from meguri.vocabulary import table

OKU = 1e8
PAYERS = {"university_startup": ("startup", "university"), "university_company": ("company", "university")}
# Invented yen (億円) of one year on each link: forward, back (None: no money recorded).
AMOUNTS = {
    "government_investor": (700, 120), "government_startup": (610, None), "university_startup": (9, None),
    "company_startup": (2900, None), "government_company": (9500, None), "university_company": (1900, None),
    "investor_startup": (4230, 35), "company_investor": (1400, 800), "investor_university": (None, None),
    "government_university": (31000, None),
}
DOCUMENT = "内閣府資料（2025年）|Cabinet Office document (2025)"


def both(words: str) -> Text:
    """Return ``日本語|English`` as a text."""
    return Text(*words.split("|"))


def band(value: float, spread: float = 0.1) -> Band:
    return Band(value, value * (1 - spread), value * (1 + spread), value * (1 - spread / 2.5),
                value * (1 + spread / 2.5))


def year(period: int, amounts: tuple[float | None, float | None]) -> LinkYear:
    growth = 0.7 + 0.045 * (period - 2016), 0.6 + 0.06 * (period - 2016)
    forward, back = (None if amount is None else band(amount * OKU * factor)
                     for amount, factor in zip(amounts, growth, strict=True))
    return LinkYear(f"FY{period}", forward, back)


def links() -> list[Link]:
    return [
        Link(word.id, Text(word.ja, word.en), word["from_kind"], word["to_kind"], word["both_ways"] == "yes",
             *PAYERS.get(word.id, (word["from_kind"], word["to_kind"])), word["pair_confidence"],
             Text(word["reason_ja"], word["reason_en"]),
             Text("、".join(word.list("alternatives_ja")), ", ".join(word.list("alternatives_en"))),
             [year(period, AMOUNTS[word.id]) for period in range(2016, 2030)])
        for word in table("links")
    ]


def comparisons() -> list[Comparison]:
    rows = [
        ("vc_investment_to_gdp", "VC投資額の対GDP比|VC investment to GDP", "2016", "share", 0.0003, 5e-5, 0.00031),
        ("vc_investment_to_gdp", "VC投資額の対GDP比|VC investment to GDP", "2022", "share", 0.0006, 5e-5, 0.00057),
        ("vc_investments_count", "VC投資件数|VC investments", "FY2023", "investment", 1285, 100, 1150),
        ("vc_investments_amount", "VC投資額|VC investment amount", "FY2023", "JPY_bn", 173.0, 12, 177.5),
        ("acquisition_share", "出口に占めるM&Aの割合|M&A share of exits", "2020", "share", 0.33, 0.06, 0.36),
        ("funding_share", "資金調達額に占める東京都の割合|Tokyo's share", "2023", "share", 0.798, 0.02, 0.74),
        ("industry_share", "大学研究費の産業界負担|Industry-funded share", "FY2022", "share", 0.035, 0.003, 0.0362),
        ("joint_research_amount", "共同研究費受入額|Joint research", "FY2023", "JPY_bn", 128.3, 4, 125.0),
        ("rd_total", "研究開発費総額|Total R&D", "FY2023", "JPY_tn", 22.0, 0.5, 21.7),
    ]
    made = [
        Comparison(indicator, both(label), period, unit, value, value - tolerance, value + tolerance, "exact",
                   "observed", band(simulated, 0.06), both(DOCUMENT), "document")
        for indicator, label, period, unit, value, tolerance, simulated in rows
    ]
    made.append(Comparison("startups_raising", both("資金調達を行った社数|Start-ups that raised money"), "2023", "firm",
                           None, None, None, "", "missing", band(3100), both(DOCUMENT)))
    made.append(Comparison("patent_family_share", both("パテントファミリー数のシェア|Share of patent families"),
                           "2017/2019", "share", 0.26, 0.245, 0.275, "approx", "observed", None, both("|"),
                           "remembered", modelled=False))
    return made


def one_series(identifier, label, unit, start, growth, prefix, observed, target=None, note=None) -> Series:
    periods = [f"{prefix}{year}" for year in range(2016, 2030)]
    bands = [band(start * growth**step * (1 + 0.03 * (-1) ** step), 0.05 + 0.008 * step) for step in range(14)]
    points = [Point(f"{prefix}{year}", value, value * 0.95, value * 1.05) for year, value in observed]
    if target:
        points.append(Point(f"{prefix}{target[0]}", target[1], status="target"))
    return Series(identifier, both(label), unit, periods, bands, points, both(note) if note else None)


def series() -> list[Series]:
    return [
        one_series("vc_investment_to_gdp", "VC投資額の対GDP比|VC investment to GDP", "share", 0.0003, 1.09, "",
                   [(2016, 0.0003), (2022, 0.0006)]),
        one_series("joint_research_amount", "共同研究費受入額|Joint research", "JPY_bn", 75, 1.06, "FY",
                   [(2018, 88.4), (2023, 128.3)], (2025, 150.3), "目標は基準額の＋70％。|Target: +70% on the base."),
        one_series("rd_total", "研究開発費総額|Total R&D", "JPY_tn", 18.4, 1.022, "FY",
                   [(2021, 19.7), (2022, 20.7), (2023, 22.0)]),
        one_series("university_startups", "大学発スタートアップ数|University start-ups", "firm", 1900, 1.1, "",
                   [(2018, 2278), (2022, 3782)]),
        one_series("acquisition_share", "M&Aの割合|M&A share of exits", "share", 0.3, 1.02, "", [(2020, 0.33)]),
        one_series("rounds", "資金調達ラウンド数|Rounds", "deal", 1400, 1.03, "", []),
    ]


def funnel() -> Funnel:
    stages = [("founded", "創業|founded", 9120), ("funded", "初回の外部資金|first outside money", 4310),
              ("early", "シリーズA|series A", 1980), ("expansion", "シリーズB～C|series B–C", 760),
              ("later", "レイター|late stage", 205)]
    ends = [("listed", "株式上場（IPO）|listed (IPO)", 118), ("acquired", "M&A|acquired (M&A)", 402),
            ("closed", "廃業・清算|closed", 3555), ("alive", "事業継続|still operating", 5045)]
    return Funnel("2016", "2020", "2030", [
        FunnelStep(name, both(label), count, group)
        for group, steps in (("stage", stages), ("end", ends)) for name, label, count in steps
    ])


def story() -> Story:
    state, several = "国（中央政府）|treasury", "投資家 4 者|4 investors"
    told = [
        ("2016Q3", "event", "創業|founded", None, None),
        ("2017Q2", "grant", "SBIR補助金・委託費|SBIR award", 8.5e6, state),
        ("2017Q4", "round", "シード|seed", 0.8e8, "独立系VCファンド（東京都）|independent VC fund (Tokyo)"),
        ("2018Q4", "licence", "スタートアップの実施料|licence fee", 3e6, "大学（宮城県）|university (Miyagi)"),
        ("2019Q2", "round", "アーリー|early", 4.6e8, several),
        ("2020Q1", "grant", "ディープテック支援補助金|deep-tech grant", 3.1e8, state),
        ("2021Q3", "round", "エクスパンション|expansion", 18e8, several),
        ("2021Q4", "round", "エクスパンション|expansion", 3e8, several),
        ("2024Q1", "round", "レイター|later", 42e8, several),
        ("2027Q4", "exit", "株式上場（IPO）|listed (IPO)", 210e8, "株式市場|public equity market"),
    ]
    events = [StoryEvent(period, lane, both(label), amount, both(who) if who else None)
              for period, lane, label, amount, who in told]
    sales = [(str(2017 + place), value * OKU)
             for place, value in enumerate((0.1, 0.2, 0.6, 1.1, 2.4, 3.9, 7.5, 11, 16, 24, 33))]
    return Story("48213", both("大学発スタートアップ|university start-up"), both("宮城県|Miyagi"),
                 both("健康・医療|medicine and health care"), "2016Q3", "2027Q4", events, sales,
                 both("選び方：作り物の例。|How it was chosen: an invented example."))


def make_run(**changes: object) -> RunView:
    """Return the invented run, with some of its fields replaced."""
    actors = {"university": 898, "startup": 18250, "company": 14012, "investor": 640, "government": 1}
    tokyo = both("資金調達額に占める東京都の割合|Tokyo's share")
    fields: dict[str, object] = {
        "run_id": "baseline-0123456789ab", "version": "0.1.0", "scenario": "baseline",
        "name": both("基準シナリオ|Baseline"), "country": both("日本|Japan"), "institutions": [],
        "first": "2016Q1", "last": "2030Q4", "scale": 1.0, "seeds": list(range(16)), "members": 16,
        "band_holds": "chance", "command": "uv run meguri run baseline --members 16", "reference": "FY2023",
        "changes": [
            Change("inventor_share", both("発明者への配分割合|Inventor share"), "share", 0.33, 0.5,
                   both("シナリオ|scenario"), "assumed"),
            Change("negotiation_time", both("契約交渉期間|Negotiation time"), "month", 4.0, 3.0, both("施策|lever"),
                   "published"),
        ],
        "kinds": [Kind(word.id, Text(word.ja, word.en), actors[word.id]) for word in table("kinds")
                  if word.id in actors],
        "links": links(), "link_members": 16, "comparisons": comparisons(), "series": series(),
        "goals": [Goal("joint_research_growth", both("共同研究の伸び|Growth of joint research"), "FY2025", "share",
                       0.7, Band(0.62, 0.5, 0.75), 0.1875)],
        "funnel": funnel(), "story": story(),
        "evidence": [EvidenceShare("published", 41, 0.28), EvidenceShare("derived", 12, 0.09),
                     EvidenceShare("document", 19, 0.11), EvidenceShare("remembered", 33, 0.14),
                     EvidenceShare("assumed", 64, 0.31), EvidenceShare("calibrated", 9, 0.07)],
        "calibrated": [Calibrated("joint_research.knowledge", both("相手選択での知識の重み|Weight of knowledge"), "1",
                                  0.6, 0.4, 0.2, 1.0)],
        "misses": [Miss("funding_share", tokyo, "2023", "share", 0.798, 0.755,
                        [both("距離の重みを強めた|a stronger weight of distance"),
                         both("運営者の集中を高めた|more fund managers in the capital")],
                        both("本店移転を含む個票|firm-level data with moves of head offices"))],
        "gaps": [Gap(both("国際標準|International standards"), both("仕組みがない。|There is no mechanism yet."))],
        "sources": [Attribution(both("内閣府資料|Cabinet Office material"), both("内閣府資料を基に作成|based on it"),
                                "CC BY 4.0", "https://www8.cao.go.jp/")],
    }
    return RunView(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.fixture
def invented_run():
    """The maker of the invented run: ``invented_run(field=value, ...)``."""
    return make_run
