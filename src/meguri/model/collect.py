"""From a world's quarters to a ledger in memory: sums of flows, single deals, records and yearly stocks."""

from __future__ import annotations

import numpy as np
import polars as pl

from meguri import vocabulary
from meguri.engine.kernels import kernel
from meguri.engine.records import Records
from meguri.engine.world import World
from meguri.ledger.ledger import Ledger
from meguri.ledger.schema import coded


@kernel
def _accumulate(
    places,
    n_classes,
    n_regions,
    n_stages,
    flow,
    payer_class,
    payee_class,
    region,
    stage,
    amount,
    cells,
    sums,
    rows,
    used,
):
    """Add payments to one cell for each (flow, class, class, region, stage); returns the number of cells.

    ``places`` maps a combination to its cell plus one; ``cells`` lists combinations; ``sums`` and ``rows``
    are the quarter's totals. A full list of cells returns -1.
    """
    for i in range(len(flow)):
        code = (np.int64(flow[i]) * n_classes + payer_class[i]) * n_classes + payee_class[i]
        code = (code * n_regions + region[i]) * n_stages + stage[i]
        cell = places[code]
        if cell == 0:
            if used == len(cells):
                return -1
            cells[used] = code
            used += 1
            cell = used
            places[code] = cell
        sums[cell - 1] += amount[i]
        rows[cell - 1] += 1
    return used


class Collector:
    """Builds the :class:`~meguri.ledger.ledger.Ledger` of one member, quarter by quarter."""

    def __init__(self, world: World, country: str, year_begins: int = 2, minor_unit: int = 0) -> None:
        self.country = country
        self.year_begins = year_begins
        self.minor_unit = minor_unit
        self.placed = int(vocabulary.has_regions(country))
        self.first = world.t
        self.n_classes = len(vocabulary.table("classes")) + 1
        self.n_regions = len(vocabulary.table("regions")) + 1
        self.n_stages = len(vocabulary.table("stages")) + 1
        flows = vocabulary.table("flows")
        size = (len(flows) + 1) * self.n_classes**2 * self.n_regions * self.n_stages
        self.places = np.zeros(size, np.int32)
        self.cells = np.zeros(200_000, np.int64)
        self._totals = np.zeros((2, len(self.cells)), np.int64)
        self.used = 0
        self.is_deal = np.array([False, *(word["summary"] == "deal" for word in flows)])
        self.sums: list[tuple[int, np.ndarray, np.ndarray, np.ndarray]] = []
        self.deals: list[dict[str, np.ndarray]] = []
        self.records: list[dict[str, np.ndarray]] = []
        self.stocks: list[dict[str, np.ndarray]] = []
        self.outside: dict[str, dict[int, float]] = {"gdp": {}}

    def add(self, world: World, flows: dict[str, np.ndarray], records: Records) -> None:
        """Take in the quarter that the world has just finished (its ``t`` has moved on)."""
        t = world.t - 1
        account_class = world.accounts.account_class
        payer_class, payee_class = account_class[flows["payer"]], account_class[flows["payee"]]
        sums, rows = self._totals
        self.used = _accumulate(
            self.places,
            self.n_classes,
            self.n_regions,
            self.n_stages,
            flows["flow"],
            payer_class,
            payee_class,
            flows["region"],
            flows["stage"],
            flows["amount"],
            self.cells,
            sums,
            rows,
            self.used,
        )
        if self.used < 0:
            raise RuntimeError("more kinds of payment than the collector has cells")
        there = np.flatnonzero(rows[: self.used])
        self.sums.append((t, self.cells[there], sums[there], rows[there]))
        self._totals[:, : self.used] = 0
        deals = np.flatnonzero(self.is_deal[flows["flow"]])
        if len(deals):
            actor = world.accounts.actor
            kept = {name: flows[name][deals] for name in ("flow", "amount", "contract", "field", "stage", "region")}
            kept |= {
                "t": np.full(len(deals), t, np.int32),
                "from_actor": actor[flows["payer"][deals]],
                "to_actor": actor[flows["payee"][deals]],
                "from_class": payer_class[deals],
            }
            self.deals.append(kept)
        if records:
            columns = records.columns
            self.records.append({"t": np.full(len(columns["actor"]), t, np.int32), **columns})
        if t % 4 == 3:
            self.stocks.extend(self._stocks(world, t))
        if "economy" in world.tables and world.economy.n:
            self.outside["gdp"][t] = float(world.economy.gdp[0])

    def _stocks(self, world: World, t: int) -> list[dict[str, np.ndarray]]:
        found = []
        for mechanism in world.mechanisms:
            for stock in mechanism.stocks:
                how = vocabulary.table("stocks")[stock.stock]["summary"]
                if how == "none" or stock.holder:
                    continue
                table = world.tables[stock.table]
                values = getattr(table, stock.column)
                if values.ndim > 1:
                    values = values.sum(axis=1)
                live = np.flatnonzero(table.alive & (values != 0))
                code = vocabulary.code("stocks", stock.stock)
                if how == "rows":
                    found.append(
                        _stock_rows(
                            t,
                            code,
                            table.id[live],
                            table.cls[live],
                            table.region[live],
                            values[live].astype(np.int64),
                            np.ones(len(live), np.int64),
                        )
                    )
                    continue
                group = table.cls[live].astype(np.int64) * self.n_regions + table.region[live]
                keys, place = np.unique(group, return_inverse=True)
                amount = np.zeros(len(keys), np.int64)
                np.add.at(amount, place, values[live].astype(np.int64))
                found.append(
                    _stock_rows(
                        t,
                        code,
                        np.zeros(len(keys), np.int64),
                        keys // self.n_regions,
                        keys % self.n_regions,
                        amount,
                        np.bincount(place, minlength=len(keys)),
                    )
                )
        return found

    def ledger(self, world: World) -> Ledger:
        """Return the ledger collected so far."""
        return Ledger(
            first=self.first,
            last=world.t - 1,
            country=self.country,
            sums=self._sums_frame(),
            deal_rows=self._deals_frame(),
            record_rows=self._records_frame(world),
            stock_rows=self._stocks_frame(),
            outside=self.outside,
            scale=world.scale,
            year_begins=self.year_begins,
            minor_unit=self.minor_unit,
        )

    def _sums_frame(self) -> pl.DataFrame:
        code = np.concatenate([part[1] for part in self.sums])
        t = np.concatenate([np.full(len(part[1]), part[0], np.int32) for part in self.sums])
        code, stage = np.divmod(code, self.n_stages)
        code, region = np.divmod(code, self.n_regions)
        code, to_class = np.divmod(code, self.n_classes)
        flow, from_class = np.divmod(code, self.n_classes)
        return pl.DataFrame(
            {
                "t": t,
                "flow": coded(flow, "flows"),
                "from_class": coded(from_class, "classes"),
                "to_class": coded(to_class, "classes"),
                "region": coded(region * self.placed, "regions"),
                "stage": coded(stage, "stages"),
                "amount": np.concatenate([part[2] for part in self.sums]),
                "rows": np.concatenate([part[3] for part in self.sums]),
            }
        )

    def _deals_frame(self) -> pl.DataFrame:
        names = ("t", "flow", "from_actor", "to_actor", "from_class", "amount", "contract", "field", "stage", "region")
        empty: dict[str, np.ndarray] = {name: np.zeros(0, np.int64) for name in names}
        rows = _joined(self.deals) if self.deals else empty
        rows["region"] = rows["region"] * self.placed
        tables = {"flow": "flows", "from_class": "classes", "field": "fields", "stage": "stages", "region": "regions"}
        return pl.DataFrame({name: coded(rows[name], tables[name]) if name in tables else rows[name] for name in names})

    def _records_frame(self, world: World) -> pl.DataFrame:
        names = ("t", "act", "actor", "counterparty", "contract", "value")
        rows = _joined(self.records) if self.records else {name: np.zeros(0, np.int64) for name in names}
        frame = pl.DataFrame({name: coded(rows[name], "acts") if name == "act" else rows[name] for name in names})
        tables = [world.tables[word.id] for word in vocabulary.table("entities")]
        classes = pl.DataFrame(
            {
                "actor": np.concatenate([table.id for table in tables]),
                "class": coded(np.concatenate([table.cls for table in tables]), "classes"),
            }
        )
        return frame.join(classes, on="actor", how="left", maintain_order="left")

    def _stocks_frame(self) -> pl.DataFrame:
        names = ("t", "stock", "actor", "class", "region", "amount", "count")
        rows = _joined(self.stocks) if self.stocks else {name: np.zeros(0, np.int64) for name in names}
        rows["region"] = rows["region"] * self.placed
        tables = {"stock": "stocks", "class": "classes", "region": "regions"}
        return pl.DataFrame({name: coded(rows[name], tables[name]) if name in tables else rows[name] for name in names})


def _stock_rows(t, code, actor, cls, region, amount, count) -> dict[str, np.ndarray]:
    rows = len(actor)
    return {
        "t": np.full(rows, t, np.int32),
        "stock": np.full(rows, code, np.uint8),
        "actor": actor,
        "class": cls.astype(np.uint8),
        "region": region.astype(np.uint8),
        "amount": amount,
        "count": count.astype(np.int64),
    }


def _joined(parts: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
