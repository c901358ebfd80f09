"""The kinds of record among the cases: models of countries, ventures, venture capital, start-ups abroad, guidelines."""

from __future__ import annotations

from meguri.registers import Act, Column, Kind, Option, Role, State

ROLES = (Role("office", "調査担当", "case office"),)
BY = ("office",)

#: Whether the document says it or we read it so.
BASIS = (Option("stated", "資料", "the document"), Option("ours", "本プロジェクトの読み", "our reading"))
LISTED = (State("listed", "掲載", "listed"), State("removed", "削除", "removed"))


def _revisions(columns: tuple[str, ...]) -> tuple[Act, ...]:
    """Return the acts by which an entry of a list is changed or taken out."""
    return (
        Act("revise", "変更", "revise", BY, after=("listed",), reason=True, may=columns),
        Act("remove", "削除", "remove", BY, after=("listed",), to="removed", reason=True, word="register_decision"),
    )


DRIVERS = (
    Option("spin_out", "研究機関からのスピンアウト", "spin-outs of research institutes"),
    Option("network_organisation", "ネットワーク機関", "network organisation"),
    Option("mission_agency", "使命を持つ機関", "mission agency"),
    Option("university_equity", "大学の出資", "equity of a university"),
    Option("contract_research", "受託研究", "contract research"),
    Option("group_and_university", "企業グループと大学", "groups of firms and universities"),
)
CHANNELS = (
    Option("spin_out", "スピンアウト", "spin-out"),
    Option("matching", "連携の仲介", "bringing together"),
    Option("technology_transfer", "技術移転", "technology transfer"),
    Option("equity", "出資", "equity"),
    Option("acceleration", "アクセラプログラム", "acceleration programme"),
    Option("contract_research", "受託研究", "contract research"),
    Option("joint_research", "共同研究", "joint research"),
    Option("training", "人材育成", "training"),
    Option("hiring", "採用", "hiring"),
)
REACH = (
    Option("basic_research", "基礎研究", "basic research"),
    Option("applied_research", "応用研究・技術開発", "applied research"),
    Option("prototype", "試作・概念実証", "prototype, proof of concept"),
    Option("seed", "シード", "seed"),
    Option("product", "製品・事業", "product, business"),
    Option("listing", "上場", "listing"),
)
_AXES = ("name", "place", "driver", "hub_organisation", "fields", "funding", "from_kind", "to_kinds", "channels",
         "reach_from", "reach_to", "example", "mechanisms", "pack", "reading")  # fmt: skip

MODEL = Kind(
    "model", "各国のモデル", "model of a country", title="name",
    columns=(
        Column("name", "名称", "name"),
        Column("place", "国・地域", "place", longest=40),
        Column("driver", "核となるもの", "driver", "choice", options=DRIVERS),
        Column("hub_organisation", "ハブとなる機関", "hub organisation", many=True),
        Column("fields", "分野", "fields", many=True),
        Column("funding", "資金の経路", "funding route", "choice", table="links", many=True),
        Column("from_kind", "移転元", "who transfers", "choice", table="kinds", many=True),
        Column("to_kinds", "移転先", "to whom", "choice", table="kinds", many=True),
        Column("channels", "研究から市場への経路", "route from research to market", "choice", options=CHANNELS,
               many=True),
        Column("reach_from", "対象とする段階（始まり）", "stage reach: from", "choice", options=REACH),
        Column("reach_to", "対象とする段階（終わり）", "stage reach: to", "choice", options=REACH),
        Column("example", "例", "example"),
        Column("mechanisms", "対応するモデルの仕組み", "mechanisms of the model", many=True),
        Column("pack", "対応する機関パック", "institution pack", longest=80),
        Column("reading", "軸への当てはめの主体", "who reads the axes", "choice", options=BASIS),
    ),
    states=LISTED,
    acts=(
        Act("list", "掲載", "list", BY, opens=True, to="listed", needs=("name", "place", "driver", "channels"),
            may=tuple(one for one in _AXES if one not in ("name", "place", "driver", "channels"))),
        *_revisions(_AXES),
    ),
)  # fmt: skip

CATEGORIES = (
    Option("university", "大学", "university"),
    Option("lab", "国立研究開発法人等", "national lab"),
    Option("corporation", "支援法人・持株会社", "support corporation, holding"),
    Option("firm", "企業", "firm"),
    Option("venture", "大学・国研発ベンチャー", "university or lab venture"),
)
VENTURE_EXITS = (Option("listing", "上場（IPO）", "listing (IPO)"), Option("acquisition", "M&A", "acquisition (M&A)"))

ORGANISATION = Kind(
    "organisation", "機関・ベンチャー", "organisation or venture", title="name",
    columns=(
        Column("name", "名称", "name"),
        Column("category", "区分", "category", "choice", options=CATEGORIES),
        Column("parent", "母体", "parent", "key", kind="organisation", acyclic=True),
        Column("business", "事業", "business", longest=2000),
        Column("founded", "設立年", "founded", "count", "calendar_year", low=1800, high=2100),
        Column("exit", "出口", "exit", "choice", options=VENTURE_EXITS),
        Column("year", "出口・終了の年", "year of exit or end", "count", "calendar_year", low=1800, high=2100),
        Column("market", "市場", "market"),
        Column("acquirer", "買収者", "acquirer"),
    ),
    states=(
        State("standing", "存続", "standing"),
        State("operating", "事業中", "operating"),
        State("exited", "出口", "exited"),
        State("ended", "終了", "ended"),
    ),
    acts=(
        Act("enter", "母体の登録", "enter an organisation", BY, opens=True, to="standing", needs=("name", "category"),
            may=("parent",)),
        Act("found", "設立", "found", BY, opens=True, to="operating", needs=("name", "category", "parent", "founded"),
            may=("business",)),
        Act("transfer", "母体の変更", "change of parent", BY, after=("standing", "operating"), needs=("parent",),
            reason=True),
        Act("exit", "出口", "exit", BY, after=("operating",), to="exited", needs=("exit", "year"),
            may=("market", "acquirer"), word="register_report"),
        Act("end", "終了", "end", BY, after=("standing", "operating"), to="ended", needs=("year",), reason=True,
            word="register_report"),
    ),
)  # fmt: skip

SERIES = Kind(
    "series", "ベンチャー数の系列", "series of ventures", title="place",
    columns=(
        Column("place", "国・地域", "place", longest=40),
        Column("year", "年", "year", "count", "calendar_year", low=1900, high=2100),
        Column("founded", "設立数", "founded", "count", "firm"),
        Column("source", "出典", "source"),
        Column("definition", "定義", "definition", longest=2000),
    ),
    states=LISTED,
    acts=(
        Act("load", "読み込み", "load", BY, opens=True, to="listed", needs=("place", "year", "founded", "source"),
            may=("definition",), value="founded", word="register_report"),
        *_revisions(("founded", "source", "definition")),
    ),
)  # fmt: skip

_FIRM = ("name", "countries", "rank", "investments", "period", "country_names")
INVESTOR = Kind(
    "investor", "世界トップVC", "leading venture firm", title="name",
    columns=(
        Column("name", "名称", "name"),
        Column("countries", "国", "countries", longest=40, many=True),
        Column("country_names", "国（印字）", "countries as printed"),
        Column("rank", "順位（印字）", "rank as printed", "count", low=1),
        Column("investments", "ユニコーンへのリード投資件数", "lead investments in unicorns", "count", "investment"),
        Column("period", "期間", "period", longest=40),
    ),
    states=LISTED,
    acts=(
        Act("list", "掲載", "list", BY, opens=True, to="listed", needs=("name", "countries", "investments", "period"),
            may=("rank", "country_names"), value="investments"),
        *_revisions(_FIRM),
    ),
)  # fmt: skip

DESTINATION = Kind(
    "destination", "世界トップVCの投資先", "destination of venture capital", title="name",
    columns=(
        Column("name", "名称", "name"),
        Column("place", "国・地域", "place", longest=40),
        Column("rank", "順位（印字）", "rank as printed", "count", low=1),
        Column("investments", "投資件数", "investments", "count", "investment"),
        Column("period", "期間", "period", longest=40),
    ),
    states=LISTED,
    acts=(
        Act("list", "掲載", "list", BY, opens=True, to="listed", needs=("name", "place", "investments", "period"),
            may=("rank",), value="investments"),
        *_revisions(("name", "rank", "investments", "period")),
    ),
)  # fmt: skip

PATTERNS = (
    Option(
        "founded_abroad", "日本の創業者が海外で創業し日本に展開", "founded abroad by Japanese founders, then to Japan"
    ),
    Option(
        "linked_from_japan", "国内で創業し海外のエコシステムと連携", "founded in Japan, linked with ecosystems abroad"
    ),
)
LINKS = (
    Option("founding", "海外での創業", "founding abroad"),
    Option("site", "日本の拠点", "site in Japan"),
    Option("talent", "人材", "talent"),
    Option("capital", "資金", "capital"),
    Option("listing", "上場の場", "place of listing"),
    Option("management", "経営陣", "management"),
    Option("market", "市場・事業展開", "market"),
    Option("acquisition", "買収による出口", "exit by acquisition"),
)
_EVENT = ("year", "places")
_MORE = ("planned", "place_basis", "mode")
ABROAD = Kind(
    "abroad", "海外とつながるスタートアップ", "start-up linked abroad", title="name",
    columns=(
        Column("name", "名称", "name"),
        Column("business", "事業", "business"),
        Column("pattern", "類型", "pattern", "choice", options=PATTERNS),
        Column("fields", "対応する分野", "fields", "choice", table="fields", many=True),
        Column("former", "創業者の前職", "founders' former positions", many=True),
        Column("links", "連携の種類", "kinds of link", "choice", options=LINKS, many=True),
        Column("linked_places", "連携先の国・地域", "places of the links", longest=40, many=True,
               ja_help="連携の種類:国・地域（例：talent:US|listing:JP）",
               en_help="kind of link:place, for example talent:US|listing:JP"),
        Column("year", "出来事の年", "year of the event", "count", "calendar_year", low=1900, high=2100),
        Column("places", "出来事の場所", "place of the event", longest=40, many=True),
        Column("planned", "予定", "planned", "flag"),
        Column("place_basis", "場所の根拠", "who says the place", "choice", options=BASIS),
        Column("mode", "内容", "what"),
        Column("dollars", "金額（ドル）", "amount in US dollars", "count", "USD"),
        Column("yen", "金額（円）", "amount in yen", "yen", "JPY"),
        Column("counterparty", "相手", "counterparty"),
    ),
    states=(
        State("operating", "事業中", "operating"),
        State("listed", "上場", "listed"),
        State("acquired", "被買収", "acquired"),
        State("ended", "終了", "ended"),
    ),
    acts=(
        Act("found", "創業", "founding", BY, opens=True, to="operating", needs=("name", "business", "pattern", *_EVENT),
            may=("fields", "former", "links", "linked_places", *_MORE)),
        Act("enter", "日本への展開", "entry into Japan", BY, after=("operating", "listed", "acquired"), needs=_EVENT,
            may=_MORE, word="register_report"),
        Act("raise", "資金調達", "financing", BY, after=("operating", "listed"), needs=_EVENT,
            may=(*_MORE, "dollars", "yen", "counterparty"), word="register_report"),
        Act("list_shares", "上場", "listing", BY, after=("operating",), to="listed", needs=_EVENT, may=_MORE,
            word="register_report"),
        Act("sell", "被買収", "acquisition", BY, after=("operating", "listed"), to="acquired", needs=_EVENT,
            may=(*_MORE, "dollars", "yen", "counterparty"), word="register_report"),
        Act("describe", "補足", "complement", BY, after=("operating", "listed", "acquired"), reason=True,
            may=("name", "business", "fields", "former", "links", "linked_places")),
        Act("end", "終了", "end", BY, after=("operating", "listed"), to="ended", needs=("year",), reason=True,
            word="register_report"),
    ),
)  # fmt: skip

CYCLE = (
    Option("creation", "創造", "creation"),
    Option("protection", "保護", "protection"),
    Option("use", "活用", "use"),
)
GUIDELINE = Kind(
    "guideline", "指針・報告書", "guideline or report", title="title",
    columns=(
        Column("title", "名称", "title"),
        Column("published", "公表年月", "published (year and month)", longest=20),
        Column("stage", "知的創造サイクルの段階", "stage of the creation cycle", "choice", options=CYCLE),
        Column("issue", "対応する課題", "issue that it answers"),
        Column("issuer", "作成者", "issuer"),
    ),
    states=(State("valid", "有効", "valid"), State("abolished", "廃止", "abolished")),
    acts=(
        Act("publish", "公表", "publish", BY, opens=True, to="valid", needs=("title", "published"),
            may=("stage", "issue", "issuer")),
        Act("revise", "改訂", "revise", BY, after=("valid",), needs=("published",), may=("title", "issue"),
            reason=True, word="register_decision"),
        Act("abolish", "廃止", "abolish", BY, after=("valid",), to="abolished", reason=True, word="register_decision"),
    ),
)  # fmt: skip

KINDS = (MODEL, ORGANISATION, SERIES, INVESTOR, DESTINATION, ABROAD, GUIDELINE)
