"""Identities of records: what was decided is what was paid, deal by deal."""

from __future__ import annotations

from meguri.ledger.identities_contract import Identity
from meguri.ledger.identities_funds import DISTRIBUTIONS, listed

ROUNDS = ("vc_round", "corporate_fund_round", "firm_round", "angel_round", "foreign_round", "public_fund_round")
ACQUISITIONS = ("acquisition_price", "foreign_acquisition_price")


def _matched(act: str, flows: tuple[str, ...], actor: str) -> str:
    """Return the query: value of the records of an act - payments of the same contract, quarter and actor."""
    return f"""SELECT sum(part) AS off, count(*) AS rows, t, contract AS who, '{act}' AS what FROM (
        SELECT t, contract, actor, value AS part FROM records WHERE act = '{act}'
        UNION ALL SELECT t, contract, {actor}, -amount FROM flows WHERE flow IN {listed(flows)})
        GROUP BY t, contract, actor"""


#: What each holder of a start-up that was acquired or closed should have got: price times units over all units.
_BY_UNITS = f"""
    WITH held AS (
        SELECT t, contract, actor AS holder, sum(value) AS units, count(*) AS lines FROM records
        WHERE act = 'shares_cancelled' GROUP BY ALL),
    deal AS (
        SELECT t, contract, actor AS startup, max(counterparty) AS buyer, max(value) AS price FROM records
        WHERE act IN ('acquisition', 'dissolution') GROUP BY ALL),
    paid AS (
        SELECT t, contract, to_actor AS holder, sum(amount) AS amount FROM flows
        WHERE flow IN {listed((*ACQUISITIONS, "liquidation_proceeds"))} GROUP BY ALL),
    whole AS (SELECT t, contract, sum(units) AS units, sum(lines) AS lines FROM held GROUP BY ALL),
    compared AS (
        SELECT t, contract, whole.lines AS allowed,
               abs(coalesce(amount, 0) - price * held.units::DOUBLE / whole.units) AS distance
        FROM held JOIN deal USING (t, contract) JOIN whole USING (t, contract)
        LEFT JOIN paid USING (t, contract, holder) WHERE holder <> buyer)
    SELECT CASE WHEN distance <= allowed THEN 0 ELSE ceil(distance)::BIGINT END AS off, 1 AS rows, t,
           contract AS who, '' AS what
    FROM compared
"""

#: Price - payments - the buyer's own part, of which only the yen is known (one yen of rounding a holding).
_ACQUISITIONS = f"""
    WITH deal AS (
        SELECT t, contract, max(counterparty) AS buyer, sum(value) AS price FROM records WHERE act = 'acquisition'
        GROUP BY ALL),
    held AS (
        SELECT t, contract, sum(value) AS units, count(*) AS lines,
               coalesce(sum(value) FILTER (actor = buyer), 0) AS own
        FROM records JOIN deal USING (t, contract) WHERE act = 'shares_cancelled' GROUP BY ALL),
    paid AS (
        SELECT t, contract, sum(amount) AS amount, count(*) AS payments FROM flows WHERE flow IN {listed(ACQUISITIONS)}
        GROUP BY ALL),
    compared AS (
        SELECT t, contract, coalesce(payments, 0) + 1 AS rows, CASE WHEN own > 0 THEN lines ELSE 0 END AS allowed,
               coalesce(price, 0) - coalesce(amount, 0) - coalesce(price * own::DOUBLE / units, 0) AS distance
        FROM deal FULL JOIN paid USING (t, contract) LEFT JOIN held USING (t, contract))
    SELECT CASE WHEN abs(distance) <= coalesce(allowed, 0) THEN 0 ELSE ceil(abs(distance))::BIGINT END AS off, rows, t,
           contract AS who, 'acquisition' AS what
    FROM compared
"""

IDENTITIES = (
    Identity(
        "rounds_match_payments",
        "資金調達ラウンドの記録＝その契約の払込み",
        "the value of every funding round = what its investors paid",
        "JPY",
        _matched("funding_round", ROUNDS, "to_actor"),
    ),
    Identity(
        "acquisitions_match_payments",
        "買収の記録＝支払われた対価（買い手自身の持分を除く）",
        "the price of every acquisition = what was paid to holders, the buyer's own shares apart",
        "JPY",
        _ACQUISITIONS,
    ),
    Identity(
        "dissolutions_match_payments",
        "清算の記録＝株主に支払われた残余財産",
        "what is left at every dissolution = what its holders were paid",
        "JPY",
        _matched("dissolution", ("liquidation_proceeds",), "from_actor"),
    ),
    Identity(
        "holders_are_paid_by_shares",
        "買収・清算では各株主が持分に応じて受け取る（端数は保有一件につき1円まで）",
        "at an acquisition or dissolution every holder is paid by shares (but for rounding: one yen a holding)",
        "JPY",
        _BY_UNITS,
    ),
    Identity(
        "listings_match_payments",
        "上場の記録ごとに公募の払込みが一件ある",
        "every listing has one primary offering, of less than its value",
        "JPY",
        """SELECT CASE WHEN min(offering) > 0 AND sum(offering) < sum(value) AND count(offering) = count(value)
                       THEN 0 ELSE abs(coalesce(sum(value), 0) - coalesce(sum(offering), 0)) + 1 END AS off,
                  count(*) AS rows, t, contract AS who, 'listing' AS what FROM (
               SELECT t, contract, actor, value, NULL AS offering FROM records WHERE act = 'listing'
               UNION ALL SELECT t, contract, to_actor, NULL, amount FROM flows WHERE flow = 'listing_primary')
           GROUP BY t, contract, actor""",
    ),
    Identity(
        "hub_support_matches_payments",
        "拠点都市による支援の記録＝支払われた補助金",
        "the value of every support by a hub city = the grant that was paid",
        "JPY",
        _matched("hub_support", ("hub_support",), "to_actor"),
    ),
    Identity(
        "alliances_within_promise",
        "提携に伴う支払いの累計は契約額を超えない",
        "under an alliance at most what was promised is paid, by the firm that promised",
        "JPY",
        """SELECT CASE WHEN sum(promised) IS NULL THEN 0
                       ELSE greatest(coalesce(sum(paid), 0) - sum(promised), 0) END AS off,
                  count(*) AS rows, min(t) AS t, contract AS who, 'alliance' AS what FROM (
               SELECT t, contract, actor, value AS promised, NULL AS paid FROM records WHERE act = 'alliance'
               UNION ALL SELECT t, contract, from_actor, NULL, amount FROM flows WHERE flow = 'alliance_payment')
           GROUP BY contract, actor""",
    ),
    Identity(
        "contracts_match_payments",
        "共同研究契約の記録＝その契約の共同研究費",
        "the amount of every joint research contract = what the firm paid under it in the quarter",
        "JPY",
        _matched("research_contract", ("joint_research",), "from_actor"),
    ),
    Identity(
        "closings_match_commitments",
        "ファンド組成の記録＝その年末の出資約束額",
        "the size of every fund closed = its commitments at the end of the year",
        "JPY",
        """SELECT closed.value - coalesce(amount, 0) AS off, 1 AS rows, closed.t, closed.actor AS who, '' AS what
           FROM records AS closed JOIN actors USING (actor), span
           LEFT JOIN stocks ON stocks.actor = closed.actor AND stock = 'commitment'
                AND stocks.t = closed.t + 3 - closed.t % 4
           WHERE act = 'fund_closing' AND closed.t + 3 - closed.t % 4 <= last
                 AND ended > closed.t + 3 - closed.t % 4""",
    ),
    Identity(
        "fund_ends_match_distributions",
        "ファンド満了の記録＝LPへの分配の累計",
        "the record of every fund's end = all that it gave back to limited partners",
        "JPY",
        f"""SELECT sum(part) AS off, 1 AS rows, any_value(ended) AS t, actor AS who, '' AS what FROM (
               SELECT actor, value AS part FROM records WHERE act = 'fund_end'
               UNION ALL SELECT from_actor, -amount FROM flows WHERE flow IN {listed(DISTRIBUTIONS)}
               UNION ALL SELECT actor, -amount FROM stocks, span WHERE stock = 'distributed' AND t < first)
            JOIN actors USING (actor), span WHERE starts_with(class, 'fund_') AND ended <= last GROUP BY actor""",
    ),
)
