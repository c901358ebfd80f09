"""An invented run for the tests of the report: every number here is made up and none is data."""

from __future__ import annotations

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
PAYERS = {
    "university_startup": ("startup", "university"),
    "university_company": ("company", "university"),
}
# Invented yen of one year on each link: forward, back (None: no money recorded).
AMOUNTS = {
    "government_investor": (700, 120),
    "government_startup": (610, None),
    "university_startup": (9, None),
    "company_startup": (2900, None),
    "government_company": (9500, None),
    "university_company": (1900, None),
    "investor_startup": (4230, 35),
    "company_investor": (1400, 800),
    "investor_university": (None, None),
    "government_university": (31000, None),
}


def band(value: float, spread: float = 0.1) -> Band:
    return Band(
        value, value * (1 - spread), value * (1 + spread), value * (1 - spread / 2.5), value * (1 + spread / 2.5)
    )


def links() -> list[Link]:
    made = []
    for word in table("links"):
        forward, back = AMOUNTS[word.id]
        payer, payee = PAYERS.get(word.id, (word["from_kind"], word["to_kind"]))
        years = [
            LinkYear(
                f"FY{2016 + step}",
                None if forward is None else band(forward * OKU * (0.7 + 0.045 * step)),
                None if back is None else band(back * OKU * (0.6 + 0.06 * step)),
            )
            for step in range(14)
        ]
        made.append(
            Link(
                word.id,
                Text(word.ja, word.en),
                word["from_kind"],
                word["to_kind"],
                word["both_ways"] == "yes",
                payer,
                payee,
                word["pair_confidence"],
                Text(word["reason_ja"], word["reason_en"]),
                Text("、".join(word.list("alternatives_ja")), ", ".join(word.list("alternatives_en"))),
                years,
            )
        )
    return made


def comparisons() -> list[Comparison]:
    document = Text("内閣府資料（2025年）", "Cabinet Office document (2025)")
    rows = [
        (
            "vc_investment_to_gdp",
            "VC投資額の対GDP比",
            "VC investment to GDP",
            "2016",
            "share",
            0.0003,
            0.00005,
            0.00031,
        ),
        (
            "vc_investment_to_gdp",
            "VC投資額の対GDP比",
            "VC investment to GDP",
            "2022",
            "share",
            0.0006,
            0.00005,
            0.00057,
        ),
        ("vc_investments_count", "VC投資件数", "VC investments", "FY2023", "investment", 1285, 100, 1150),
        ("vc_investments_amount", "VC投資額", "VC investment amount", "FY2023", "JPY_bn", 173.0, 12, 177.5),
        (
            "acquisition_share_vc_backed",
            "出口に占めるM&Aの割合（VC支援企業）",
            "M&A share of exits (VC-backed)",
            "2020",
            "share",
            0.33,
            0.06,
            0.36,
        ),
        (
            "funding_share",
            "資金調達額に占める東京都の割合",
            "Tokyo's share of start-up funding",
            "2023",
            "share",
            0.798,
            0.02,
            0.74,
        ),
        (
            "industry_share_of_university_rd",
            "大学研究費に占める産業界負担の割合",
            "Industry-funded share of university R&D",
            "FY2022",
            "share",
            0.035,
            0.003,
            0.0362,
        ),
        ("joint_research_amount", "共同研究費受入額", "Joint research payments", "FY2023", "JPY_bn", 128.3, 4, 125.0),
        ("rd_total", "研究開発費総額", "Total R&D", "FY2023", "JPY_tn", 22.0, 0.5, 21.7),
    ]
    made = [
        Comparison(
            indicator,
            Text(ja, en),
            period,
            unit,
            value,
            value - tolerance,
            value + tolerance,
            "exact",
            "observed",
            band(simulated, 0.06),
            document,
        )
        for indicator, ja, en, period, unit, value, tolerance, simulated in rows
    ]
    made.append(
        Comparison(
            "startups_raising",
            Text("資金調達を行った社数", "Start-ups that raised money"),
            "2023",
            "firm",
            None,
            None,
            None,
            "",
            "missing",
            band(3100),
            document,
        )
    )
    made.append(
        Comparison(
            "patent_family_share",
            Text("パテントファミリー数のシェア", "Share of patent families"),
            "2017/2019",
            "share",
            0.26,
            0.245,
            0.275,
            "approx",
            "observed",
            None,
            Text("記憶による値", "remembered"),
            modelled=False,
        )
    )
    return made


def series() -> list[Series]:
    def one(identifier, ja, en, unit, start, growth, fiscal, observed, target=None, note=None):
        prefix = "FY" if fiscal else ""
        periods = [f"{prefix}{year}" for year in range(2016, 2030)]
        bands = [band(start * growth**step * (1 + 0.03 * (-1) ** step), 0.05 + 0.008 * step) for step in range(14)]
        points = [Point(prefix + year, value, value * 0.95, value * 1.05) for year, value in observed]
        if target:
            points.append(Point(prefix + target[0], target[1], status="target"))
        return Series(identifier, Text(ja, en), unit, periods, bands, points, note)

    return [
        one(
            "vc_investment_to_gdp",
            "VC投資額の対GDP比",
            "VC investment to GDP",
            "share",
            0.0003,
            1.09,
            False,
            [("2016", 0.0003), ("2022", 0.0006)],
        ),
        one(
            "joint_research_amount",
            "大学等の共同研究費受入額",
            "Joint research payments",
            "JPY_bn",
            75,
            1.06,
            True,
            [("2018", 88.4), ("2023", 128.3)],
            ("2025", 150.3),
            Text("目標は基準額に対し＋70％（2025年度）。", "Target: +70% on the base (FY2025)."),
        ),
        one(
            "rd_total",
            "研究開発費総額",
            "Total R&D",
            "JPY_tn",
            18.4,
            1.022,
            True,
            [("2021", 19.7), ("2022", 20.7), ("2023", 22.0)],
        ),
        one(
            "university_startups_recognised",
            "大学発スタートアップ数",
            "University start-ups",
            "firm",
            1900,
            1.1,
            False,
            [("2018", 2278), ("2022", 3782)],
        ),
        one(
            "acquisition_share_vc_backed",
            "出口に占めるM&Aの割合",
            "M&A share of exits",
            "share",
            0.3,
            1.02,
            False,
            [("2020", 0.33)],
        ),
        one(
            "below_listing_value_share",
            "上場時の価値を下回るグロース企業の割合",
            "Growth firms below their listing value",
            "share",
            0.42,
            1.01,
            False,
            [("2025", 0.5)],
        ),
    ]


def funnel() -> Funnel:
    words = [
        ("founded", "創業", "founded", 9120),
        ("funded", "初回の外部資金", "first outside money", 4310),
        ("early", "シリーズA", "series A", 1980),
        ("expansion", "シリーズB～C", "series B–C", 760),
        ("later", "レイター", "late stage", 205),
    ]
    ends = [
        ("listed", "株式上場（IPO）", "listed (IPO)", 118),
        ("acquired", "M&A", "acquired (M&A)", 402),
        ("closed", "廃業・清算", "closed", 3555),
        ("alive", "事業継続", "still operating", 5045),
    ]
    steps = [FunnelStep(name, Text(ja, en), count) for name, ja, en, count in words]
    steps += [FunnelStep(name, Text(ja, en), count, "end") for name, ja, en, count in ends]
    return Funnel("2016", "2020", "2030", steps)


def story() -> Story:
    fund = Text("独立系VCファンド 412、東京都", "independent VC fund 412, Tokyo")
    several = Text("投資家 4 者", "4 investors")
    events = [
        StoryEvent("2016Q3", "event", Text("創業", "founded")),
        StoryEvent(
            "2017Q2", "grant", Text("SBIR補助金・委託費", "SBIR award"), 8.5e6, Text("国（中央政府）", "treasury")
        ),
        StoryEvent("2017Q4", "round", Text("シード", "seed"), 0.8e8, fund),
        StoryEvent(
            "2018Q4",
            "licence",
            Text("スタートアップの実施料", "licence fee paid by start-ups"),
            3e6,
            Text("大学 23、宮城県", "university 23, Miyagi"),
        ),
        StoryEvent("2019Q2", "round", Text("アーリー", "early"), 4.6e8, several),
        StoryEvent(
            "2020Q1",
            "grant",
            Text("ディープテック支援補助金", "deep-tech grant"),
            3.1e8,
            Text("国（中央政府）", "treasury"),
        ),
        StoryEvent("2021Q3", "round", Text("エクスパンション", "expansion"), 18e8, several),
        StoryEvent("2021Q4", "round", Text("エクスパンション", "expansion"), 3e8, several),
        StoryEvent("2024Q1", "round", Text("レイター", "later"), 42e8, several),
        StoryEvent(
            "2027Q4", "exit", Text("株式上場（IPO）", "listed (IPO)"), 210e8, Text("株式市場", "public equity market")
        ),
    ]
    sales = [
        (str(year), value * 1e8)
        for year, value in zip(range(2017, 2028), (0.1, 0.2, 0.6, 1.1, 2.4, 3.9, 7.5, 11, 16, 24, 33), strict=True)
    ]
    return Story(
        "48213",
        Text("大学発スタートアップ", "university start-up"),
        Text("宮城県", "Miyagi"),
        Text("健康・医療", "medicine and health care"),
        "2016Q3",
        "2027Q4",
        events,
        sales,
        Text("選び方：作り物の例。", "How it was chosen: an invented example."),
    )


def invented_run(**changes: object) -> RunView:
    """Return the invented run, with some of its fields replaced."""
    actors = {"university": 898, "startup": 18250, "company": 14012, "investor": 640, "government": 1}
    fields: dict[str, object] = {
        "run_id": "baseline-0123456789ab",
        "version": "0.1.0",
        "scenario": "baseline",
        "name": Text("基準シナリオ", "Baseline"),
        "country": Text("日本", "Japan"),
        "institutions": [],
        "first": "2016Q1",
        "last": "2030Q4",
        "scale": 1.0,
        "seeds": list(range(16)),
        "members": 16,
        "band_holds": "chance",
        "command": "uv run meguri run baseline --members 16",
        "reference": "FY2023",
        "changes": [
            Change(
                "inventor_share",
                Text("発明者への配分割合", "Inventor share"),
                "share",
                0.33,
                0.5,
                Text("シナリオ", "scenario"),
                "assumed",
            ),
            Change(
                "negotiation_time",
                Text("契約交渉期間", "Negotiation time"),
                "month",
                4.0,
                3.0,
                Text("施策", "lever"),
                "published",
            ),
        ],
        "kinds": [
            Kind(word.id, Text(word.ja, word.en), actors[word.id]) for word in table("kinds") if word.id in actors
        ],
        "links": links(),
        "link_members": 16,
        "comparisons": comparisons(),
        "series": series(),
        "goals": [
            Goal(
                "joint_research_growth",
                Text("共同研究受入額の伸び", "Growth of joint research"),
                "FY2025",
                "share",
                0.7,
                Band(0.62, 0.5, 0.75),
                0.1875,
            )
        ],
        "funnel": funnel(),
        "story": story(),
        "evidence": [
            EvidenceShare("published", 41, 0.28),
            EvidenceShare("derived", 12, 0.09),
            EvidenceShare("document", 19, 0.11),
            EvidenceShare("remembered", 33, 0.14),
            EvidenceShare("assumed", 64, 0.31),
            EvidenceShare("calibrated", 9, 0.07),
        ],
        "calibrated": [
            Calibrated(
                "partner_choice.knowledge",
                Text("相手選択における知識の重み", "Weight of knowledge in partner choice"),
                "1",
                0.6,
                0.4,
                0.2,
                1.0,
            )
        ],
        "misses": [
            Miss(
                "funding_share",
                Text("資金調達額に占める東京都の割合", "Tokyo's share of start-up funding"),
                "2023",
                "share",
                0.798,
                0.755,
                [
                    Text("距離の重みを強めた", "a stronger weight of distance"),
                    Text("運営者の集中を高めた", "more fund managers in the capital"),
                ],
                Text("本店移転を含む個票", "firm-level data with moves of head offices"),
            )
        ],
        "gaps": [
            Gap(
                Text("国際標準", "International standards"),
                Text("標準化活動の仕組みがないため、効果は含まれない。", "There is no mechanism for standards yet."),
            )
        ],
        "sources": [
            Attribution(
                Text("内閣府資料「イノベーション・エコシステムの構造」", "Cabinet Office material"),
                Text("内閣府の資料をもとに作成", "based on material of the Cabinet Office"),
                "政府標準利用規約 / Government of Japan standard terms of use",
                "https://www8.cao.go.jp/",
            )
        ],
        "caveats": [],
    }
    return RunView(**{**fields, **changes})  # type: ignore[arg-type]
