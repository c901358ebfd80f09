"""The R&D tax credit of a firm and fiscal year, worked out anew from the table of the statute.

Written apart from the model, so that the two can disagree. The statute is one row of numbers a fiscal year;
what a year's law does not know is zero in its row.
"""

from __future__ import annotations

import numpy as np
from numpy import ndarray

#: Values of one line a firm and fiscal year.
Columns = dict[str, ndarray]


def rows_of(statute: dict[str, list], fiscal_years: ndarray) -> Columns:
    """Return the statute's row of each fiscal year; years outside the table take its first or last row."""
    known = np.asarray(statute["fiscal_year"], np.int64)
    row = np.clip(np.searchsorted(known, fiscal_years, side="right") - 1, 0, len(known) - 1)
    numbers = {name: values for name, values in statute.items() if not any(isinstance(value, str) for value in values)}
    return {name: np.asarray(values, np.float64)[row] for name, values in numbers.items()}


def growth_of(research: ndarray, base: ndarray) -> ndarray:
    """Return R&D over the mean of the three years before, less 1; 0 without a past."""
    return np.where(base > 0, research / np.where(base > 0, base, 1.0) - 1.0, 0.0)


def rate(law: Columns, small: ndarray, growth: ndarray, intensity: ndarray, addition: ndarray) -> ndarray:
    """Return the rate of the credit on all R&D: one schedule for small firms, one for the others."""
    above = np.maximum(growth - law["sme_pivot"], 0.0)
    of_small = np.minimum(law["sme_rate"] + law["sme_slope"] * above, law["sme_maximum"])
    distance = growth - law["pivot"]
    slope = np.where(distance >= 0.0, law["slope_above"], law["slope_below"])
    of_others = law["base_rate"] + law["intensity_slope"] * intensity + slope * distance
    of_others = np.minimum(np.maximum(of_others, law["floor"]), law["ceiling"])
    over = intensity - law["high_intensity_threshold"]
    premium = np.minimum(law["high_intensity_rate_slope"] * over, law["high_intensity_rate_maximum"])
    of_others = np.where(over > 0.0, of_others * (1.0 + premium), of_others)
    return np.maximum(np.where(small, of_small, np.minimum(of_others, law["ceiling"])) + addition, 0.0)


def cap(law: Columns, small: ndarray, growth: ndarray, intensity: ndarray, sales_fell: ndarray) -> ndarray:
    """Return the cap of the credit as a share of the corporate tax."""
    threshold, slope, most = law["growth_cap_threshold"], law["growth_cap_slope"], law["growth_cap_maximum"]
    over = intensity - law["high_intensity_threshold"]
    of_intensity = np.minimum(law["high_intensity_cap_slope"] * over, law["high_intensity_cap_maximum"])
    change = np.select(
        [
            small & (law["sme_growth_cap"] > 0.0) & (growth > law["sme_pivot"]),
            (over > 0.0) & (law["high_intensity_cap_maximum"] > 0.0),
            growth > threshold,
            ~small & (growth < -threshold),
        ],
        [
            law["sme_growth_cap"],
            of_intensity,
            np.minimum(slope * (growth - threshold), most),
            -np.minimum(slope * (-growth - threshold), most),
        ],
        0.0,
    )
    return law["cap"] + change + np.where(sales_fell & (growth > 0.0), law["sales_fall_cap"], 0.0)


def credit(law: Columns, filed: Columns, base: ndarray, sales_fell: ndarray) -> ndarray:
    """Return the credit in whole yen.

    ``filed``: small (bool), research, sales, tax, joint (research with universities), take_up (share of it that
    is claimed as open innovation), addition (points on the rate); ``base`` is the mean R&D of the three years
    before.
    """
    research, tax, small = filed["research"], filed["tax"], filed["small"]
    growth = growth_of(research, base)
    intensity = np.where(filed["sales"] > 0, research / np.maximum(filed["sales"], 1.0), 0.0)
    claimed = filed["joint"] * filed["take_up"]
    general = rate(law, small, growth, intensity, filed["addition"]) * np.maximum(research - claimed, 0.0)
    rises = (law["increment_rate_maximum"] > 0.0) & (base > 0) & (growth > law["increment_threshold"])
    increment = np.minimum(np.maximum(growth, law["increment_rate_minimum"]), law["increment_rate_maximum"])
    on_increase = np.where(rises, increment * (research - base), 0.0)
    open_innovation = law["open_innovation_university"] * claimed
    own_cap = law["increment_cap"] > 0.0
    general = general + np.where(own_cap, 0.0, on_increase)
    on_increase = np.where(own_cap, np.minimum(on_increase, law["increment_cap"] * tax), 0.0)
    own_cap = law["open_innovation_cap"] > 0.0
    general = general + np.where(own_cap, 0.0, open_innovation)
    open_innovation = np.where(own_cap, np.minimum(open_innovation, law["open_innovation_cap"] * tax), 0.0)
    limit = cap(law, small, growth, intensity, sales_fell) * tax
    return np.trunc(np.minimum(general, limit) + on_increase + open_innovation).astype(np.int64)
