"""The quarter as an AgentPy model: start-ups and funds are agents in lists, the model calls the lists."""

from __future__ import annotations

from typing import Any

import agentpy
import numpy as np

from meguri.experiments.peers.agents import Market, changed, funds_of, startups_of
from meguri.experiments.peers.fund_agent import FundRules
from meguri.experiments.peers.quarter import Offers, Quarter
from meguri.experiments.peers.startup_agent import StartUpRules


class StartUp(agentpy.Agent, StartUpRules):
    """A start-up that has not ended."""

    def setup(self, values: dict[str, Any]) -> None:
        """Take the start-up's row."""
        self.market = self.model.market
        self.__dict__.update(values)


class Fund(agentpy.Agent, FundRules):
    """A fund that looks at start-ups in this quarter."""

    def setup(self, values: dict[str, Any]) -> None:
        """Take the fund's row."""
        self.market = self.model.market
        self.__dict__.update(values)
        self.prepare()


class MarketModel(agentpy.Model):
    """Start-ups and funds of one quarter; a step is start-up progress and the search."""

    def setup(self) -> None:
        """Make the agents from the quarter in the parameters."""
        quarter = self.p.quarter
        self.market = Market(quarter, self.random, self.nprandom, self.p.keyed)
        startups, funds = startups_of(quarter), funds_of(quarter)
        self.startups = agentpy.AgentList(self, len(startups), StartUp, values=agentpy.AttrIter(startups))
        self.funds = agentpy.AgentList(self, len(funds), Fund, values=agentpy.AttrIter(funds))

    def search(self) -> None:
        """Let the funds look at who raises."""
        self.market.open([startup for startup in self.startups if startup.raises()])
        self.funds.search()

    def step(self) -> None:
        """Move one quarter on."""
        self.startups.progress()
        self.search()


class AgentPy:
    """The AgentPy model as a peer."""

    keyed = False

    def __init__(self, quarter: Quarter) -> None:
        seed = int(quarter.keys.search & np.uint64(0x7FFFFFFF))
        self.model = MarketModel({"quarter": quarter, "keyed": self.keyed, "seed": seed, "steps": 1})
        self.model.sim_setup()

    def progress(self) -> None:
        """Move all start-ups through one quarter."""
        self.model.startups.progress()

    def search(self) -> Offers:
        """Let the funds look at who raises."""
        self.model.search()
        return self.model.market.result()

    def startups(self) -> dict[str, np.ndarray]:
        """Return what progress changed."""
        return changed(self.model.startups)


class AgentPyKeyed(AgentPy):
    """The AgentPy model whose search is keyed as declared, and so stable under entry."""

    keyed = True
