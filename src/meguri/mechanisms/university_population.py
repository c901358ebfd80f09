"""The universities and national labs: what they are, where they are, and how many researchers they have.

810 universities, 57 technical colleges and 4 inter-university corporations are university institutions;
27 national research and development agencies are labs. Researchers are spread over prefectures, over kinds
of founder and over fields so that the sums of each hold. The number of researchers follows a path.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births
from meguri.engine.contract import Mechanism, StockOf
from meguri.engine.tables import Column
from meguri.mechanisms._start import log_normal_draws, mixed_fields

NATIONAL, PUBLIC, PRIVATE, LAB = 1, 2, 3, 4
_FIELDS = len(vocabulary.table("fields"))
_ROUNDS_OF_FITTING = 40


def _institutions(p, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Return region code and founder of every institution, thinned evenly in a smaller country."""
    regions: list[np.ndarray] = []
    controls: list[np.ndarray] = []
    kinds = (
        (NATIONAL, p.national_universities), (NATIONAL, p.inter_university_corporations),
        (NATIONAL, p.technical_colleges), (PUBLIC, p.public_universities), (PRIVATE, p.private_universities),
        (LAB, p.national_labs),
    )
    for control, counts in kinds:
        places = np.repeat(np.arange(1, len(counts) + 1), np.asarray(counts, np.int64))
        kept = np.flatnonzero(np.diff(np.floor(np.arange(len(places) + 1) * scale + 0.5)) > 0)
        regions.append(places[kept if len(kept) else slice(0, 1)])
        controls.append(np.full(len(regions[-1]), control))
    return np.concatenate(regions), np.concatenate(controls)


def _shares(region, control, size, region_share, control_share) -> np.ndarray:
    """Return each university's share of researchers: sizes fitted in turn to prefectures and to founders."""
    share = size.copy()
    for _ in range(_ROUNDS_OF_FITTING):
        for group, wanted in ((region, region_share), (control, control_share)):
            sums = np.bincount(group, share, minlength=len(wanted) + 1)[1:]
            factor = np.where(sums > 0, wanted / np.where(sums > 0, sums, 1.0), 0.0)
            share = share * factor[group - 1]
    return share / share.sum()


def open(world, p) -> None:
    """Found every institution with its place, founder and share of researchers by field."""
    region, control = _institutions(p, world.scale)
    ids = births(np.zeros(len(region), np.int64), world.fixed_key("university_population.opening"),
                 np.arange(len(region)))
    size, fields = np.zeros(len(ids)), np.zeros((len(ids), _FIELDS))
    log_normal_draws(ids, world.fixed_key("university_population.size"), 0, p.size_spread, size)
    size *= p.relative_size[control - 1]
    mixed_fields(ids, world.fixed_key("university_population.field"), p.field_spread, p.field_share, fields)
    share = np.zeros(len(ids))
    lab = control == LAB
    share[~lab] = _shares(region[~lab], control[~lab], size[~lab], p.region_share, p.founder_share)
    share[lab] = size[lab] / size[lab].sum()
    classes = vocabulary.table("classes")
    cls = np.where(lab, classes.code("national_lab"), classes.code("university_institution"))
    world.university.add(
        ids, cls=cls.astype(np.uint8), region=region.astype(np.uint8), founded=world.t, control=control.astype(np.int8),
        researcher_share=share[:, None] * fields,
    )
    step(world, p)


def step(world, p) -> None:
    """Set the researchers of the quarter."""
    table = world.university
    total = np.where(table.control == LAB, p.lab_researchers, p.university_researchers) * world.scale
    table.researchers[:] = table.researcher_share * total[:, None]


mechanism = Mechanism(
    id="university_population",
    ja="大学・国研の配置と研究者数",
    en="universities and national labs and their researchers",
    phase="exogenous",
    since="2006Q1",
    formula="L_uf = share_uf L(t); sum over prefectures, founders and fields as observed",
    owns=(
        Column("university", "control", "int8", "設置者（1国立 2公立 3私立 4国研）",
               "founder (1 national, 2 public, 3 private, 4 lab)"),
        Column("university", "researcher_share", "float64", "研究者の割合（分野別）", "share of researchers by field",
               "share", extent=(_FIELDS,)),
        Column("university", "researchers", "float64", "研究者数（分野別）", "researchers by field", "person",
               extent=(_FIELDS,)),
    ),
    stocks=(StockOf("researchers", "university", "researchers"),),
    open=open,
    step=step,
)
