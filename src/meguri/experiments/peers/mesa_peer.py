"""The quarter as a Mesa 3 model: start-ups and funds are agents, the model calls them in its step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mesa
import numpy as np

from meguri.experiments.peers.agents import Market, changed, funds_of, startups_of
from meguri.experiments.peers.fund_agent import FundRules
from meguri.experiments.peers.quarter import Offers, Quarter
from meguri.experiments.peers.startup_agent import StartUpRules


class StartUp(mesa.Agent, StartUpRules):
    """A start-up that has not ended."""

    def __init__(self, model: MarketModel, values: dict[str, Any]) -> None:
        super().__init__(model)
        self.market = model.market
        self.__dict__.update(values)


class Fund(mesa.Agent, FundRules):
    """A fund that looks at start-ups in this quarter."""

    def __init__(self, model: MarketModel, values: dict[str, Any]) -> None:
        super().__init__(model)
        self.market = model.market
        self.__dict__.update(values)
        self.prepare()


class MarketModel(mesa.Model):
    """Start-ups and funds of one quarter (or of the file that holds one); a step is the search of one quarter."""

    def __init__(self, quarter: Quarter | str, seed: int | None = None, keyed: bool = False) -> None:
        super().__init__(seed=seed)
        if isinstance(quarter, str):
            quarter = Quarter.load(Path(quarter))
        self.market = Market(quarter, self.random, self.rng, keyed)
        for values in startups_of(quarter):
            StartUp(self, values)
        for values in funds_of(quarter):
            Fund(self, values)
        self.datacollector = mesa.DataCollector(
            model_reporters={"looks": lambda m: m.market.looks, "offers": lambda m: len(m.market.offers)}
        )

    def progress(self) -> None:
        """Move all start-ups through one quarter."""
        self.agents_by_type[StartUp].do("progress")

    def search(self) -> None:
        """Let the funds look at who raises."""
        self.market.open([startup for startup in self.agents_by_type[StartUp] if startup.raises()])
        self.agents_by_type[Fund].do("search")

    def step(self) -> None:
        """Search, and collect the numbers of looks and of offers."""
        self.search()
        self.datacollector.collect(self)


class Mesa:
    """The Mesa model as a peer."""

    keyed = False

    def __init__(self, quarter: Quarter) -> None:
        self.model = MarketModel(quarter, int(quarter.keys.search & np.uint64(0x7FFFFFFF)), self.keyed)

    def progress(self) -> None:
        """Move all start-ups through one quarter."""
        self.model.progress()

    def search(self) -> Offers:
        """Let the funds look at who raises."""
        self.model.search()
        return self.model.market.result()

    def startups(self) -> dict[str, np.ndarray]:
        """Return what progress changed."""
        return changed(self.model.agents_by_type[StartUp])


class MesaKeyed(Mesa):
    """The Mesa model whose search is keyed as declared, and so stable under entry."""

    keyed = True
