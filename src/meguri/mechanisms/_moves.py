"""One year's moves of researchers: where movers go, what they bring, and what is written down."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.mechanisms import _people as kernels
from meguri.mechanisms._geography import distances
from meguri.mechanisms._people import TO_FIRM, TO_STARTUP, TO_UNIVERSITY

_FIELDS = len(vocabulary.table("fields"))


class Moves:
    """The year's movers by destination: their choices, who left and arrived, and the knowledge that they bring.

    ``posts`` and ``startup_posts`` are the posts of firms and of start-ups, from which openings follow.
    ``acts``: what a move is called by destination; ``act_of_ended``: how those of a start-up that ended are taken on.
    """

    def __init__(self, world, p, posts, startup_posts, acts: dict[int, str], act_of_ended: str) -> None:
        self.world, self.p, self.acts, self.act_of_ended = world, p, acts, act_of_ended
        university, firm, startup = world.university, world.firm, world.startup
        near = kernels.nearness_of(distances(), p.distance_effect)
        self.near = near
        self.posts, self.startup_posts = posts, startup_posts
        pairs = np.arange(university.n * _FIELDS)
        open_firm = np.maximum(self.posts - (1.0 - p.retirement) * firm.researchers, 0.0)
        open_startup = np.maximum(self.startup_posts - startup.researchers, 0.0)
        fields = {TO_FIRM: firm.field, TO_STARTUP: startup.field}
        self.cells = {
            TO_UNIVERSITY: kernels.openings(np.repeat(university.region, _FIELDS), pairs % _FIELDS,
                                            np.repeat(university.id, _FIELDS), university.researchers.reshape(-1),
                                            near, _FIELDS),
            TO_FIRM: kernels.openings(firm.region, fields[TO_FIRM].astype(np.int64) - 1, firm.id, open_firm, near,
                                      _FIELDS),
            TO_STARTUP: kernels.openings(startup.region, fields[TO_STARTUP].astype(np.int64) - 1, startup.id,
                                         open_startup, near, _FIELDS),
        }
        self.left = {"firm": np.zeros(firm.n, np.int64), "startup": np.zeros(startup.n, np.int64)}
        self.arrived = {TO_FIRM: np.zeros(firm.n, np.int64), TO_STARTUP: np.zeros(startup.n, np.int64)}
        self.doctors = {TO_FIRM: np.zeros(firm.n, np.int64), TO_STARTUP: np.zeros(startup.n, np.int64)}
        self.knowledge = {TO_UNIVERSITY: np.zeros(len(pairs)), TO_FIRM: np.zeros(firm.n),
                          TO_STARTUP: np.zeros(startup.n)}  # fmt: skip

    def move(self, name: str, ids, regions, counts, to: int, stock, people, with_degree: bool, partners=None,
             fields=None) -> None:  # fmt: skip
        """Let ``counts`` leave for ``to``: rows by fields, or rows whose one field stands in ``fields``.

        ``stock`` (knowledge) and ``people`` are flat, by (row, field) or by row.
        """
        total = int(counts.sum())
        if not total:
            return
        world, p = self.world, self.p
        chooser, row, region, field = (np.empty(total, np.int64) for _ in range(4))
        key = world.key(f"people.{name}")
        if fields is None:
            kernels.listed(ids, regions, counts, key, chooser, row, region, field)
        else:
            kernels.listed_in_field(ids, regions, fields, counts, key, chooser, row, region, field)
        chosen = np.full(total, -1, np.int64)
        kernels.choose_places(chooser, region, field, self.near, *self.cells[to], _FIELDS,
                              world.key("people.region"), world.key("people.employer"), chosen)
        if partners is not None:
            kernels.choose_partners(chooser, row, p.hired_by_partner, *partners, world.key("people.partner"),
                                    world.key("people.by_partner"), chosen)
        if world.choices["people.knowledge"] == "on":
            origin = row * _FIELDS + field if fields is None else row
            kernels.bring(origin, stock, people, p.knowledge_carried, chosen, self.knowledge[to])
        there = chosen[chosen >= 0]
        if to in self.arrived:
            self.arrived[to] += np.bincount(there, minlength=len(self.arrived[to]))
            if with_degree:
                self.doctors[to] += np.bincount(there, minlength=len(self.doctors[to]))
        if not name.startswith("doctor"):
            self._record(to, ids, row, chosen, name.startswith("ended"))

    def _record(self, to: int, ids, row, chosen, ended: bool) -> None:
        """Write down who moved: one row for each pair of places, with the number of persons.

        Where the start-up has ended, the record is that of the employer that takes its researchers on.
        """
        world = self.world
        table = {TO_UNIVERSITY: world.university, TO_FIRM: world.firm, TO_STARTUP: world.startup}[to]
        place = chosen // _FIELDS if to == TO_UNIVERSITY else chosen
        found = place >= 0
        if ended:
            there, counts = np.unique(place[found], return_counts=True)
            world.record(self.act_of_ended, table.id[there], value=counts)
            return
        pairs, counts = np.unique(row[found] * (table.n + 1) + place[found], return_counts=True)
        origin, there = np.divmod(pairs, table.n + 1)
        world.record(self.acts[to], ids[origin], counterparty=table.id[there], value=counts)

    def arrive(self) -> None:
        """Add what movers bring to the knowledge of universities, firms and start-ups (yen of R&D capital)."""
        world = self.world
        world.university.knowledge[:] += self.knowledge[TO_UNIVERSITY].reshape(world.university.n, _FIELDS)
        world.firm.knowledge[:] += self.knowledge[TO_FIRM]
