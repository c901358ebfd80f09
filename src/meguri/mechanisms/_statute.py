"""The statute of the R&D tax credit as a function: what a firm may deduct, and what one more yen brings.

A statute is a row of numbers (``statute_of``), one for each fiscal year, the same form for every year: rates
that were not yet invented are zero.
"""

from __future__ import annotations

import numpy as np

from meguri.engine.kernels import kernel

#: The columns of the statute's table that the rule reads, in the order of a statute's row.
COLUMNS = (
    "base_rate", "intensity_slope", "pivot", "slope_above", "slope_below", "floor", "ceiling",
    "high_intensity_threshold", "high_intensity_rate_slope", "high_intensity_rate_maximum", "cap",
    "growth_cap_threshold", "growth_cap_slope", "growth_cap_maximum", "high_intensity_cap_slope",
    "high_intensity_cap_maximum", "sales_fall_cap", "increment_rate_minimum", "increment_rate_maximum",
    "increment_threshold", "increment_cap", "sme_rate", "sme_pivot", "sme_slope", "sme_maximum", "sme_growth_cap",
    "open_innovation_university", "open_innovation_cap",
)
(_BASE_RATE, _INTENSITY_SLOPE, _PIVOT, _SLOPE_ABOVE, _SLOPE_BELOW, _FLOOR, _CEILING, _HIGH_THRESHOLD, _HIGH_RATE_SLOPE,
 _HIGH_RATE_MAXIMUM, _CAP, _GROWTH_CAP_THRESHOLD, _GROWTH_CAP_SLOPE, _GROWTH_CAP_MAXIMUM, _HIGH_CAP_SLOPE,
 _HIGH_CAP_MAXIMUM, _SALES_FALL_CAP, _INCREMENT_MINIMUM, _INCREMENT_MAXIMUM, _INCREMENT_THRESHOLD, _INCREMENT_CAP,
 _SME_RATE, _SME_PIVOT, _SME_SLOPE, _SME_MAXIMUM, _SME_GROWTH_CAP, _OPEN_RATE, _OPEN_CAP) = range(len(COLUMNS))
#: A third of the present value, at 6%, of one yen in each of the three years whose base this year's R&D raises.
_EROSION = (1.06**-1 + 1.06**-2 + 1.06**-3) / 3.0


def statute_of(table, fiscal_year: int) -> np.ndarray:
    """Return the statute's row of a fiscal year; the first or last year stands for years outside the table."""
    years = np.asarray(table.fiscal_year, np.int64)
    row = int(np.clip(np.searchsorted(years, fiscal_year, side="right") - 1, 0, len(years) - 1))
    return np.array([float(getattr(table, column)[row]) for column in COLUMNS])


@kernel
def growth_of(research, base):
    """Return R&D over the mean of three years, minus 1; 0 for a firm without a past."""
    return research / base - 1.0 if base > 0 else 0.0


@kernel
def credit_rate(statute, small, growth, intensity, addition):
    """Return the rate of the credit on total R&D (share), never below zero."""
    if small:
        rate = statute[_SME_RATE] + statute[_SME_SLOPE] * max(growth - statute[_SME_PIVOT], 0.0)
        return max(min(rate, statute[_SME_MAXIMUM]) + addition, 0.0)
    distance = growth - statute[_PIVOT]
    slope = statute[_SLOPE_ABOVE] if distance >= 0.0 else statute[_SLOPE_BELOW]
    rate = statute[_BASE_RATE] + statute[_INTENSITY_SLOPE] * intensity + slope * distance
    rate = min(max(rate, statute[_FLOOR]), statute[_CEILING])
    if intensity > statute[_HIGH_THRESHOLD]:
        premium = statute[_HIGH_RATE_SLOPE] * (intensity - statute[_HIGH_THRESHOLD])
        rate *= 1.0 + min(premium, statute[_HIGH_RATE_MAXIMUM])
    return max(min(rate, statute[_CEILING]) + addition, 0.0)


@kernel
def credit_cap(statute, small, growth, intensity, sales_fell):
    """Return the cap of the main credit as a share of corporate tax."""
    cap, threshold, slope = statute[_CAP], statute[_GROWTH_CAP_THRESHOLD], statute[_GROWTH_CAP_SLOPE]
    if small and statute[_SME_GROWTH_CAP] > 0.0 and growth > statute[_SME_PIVOT]:
        cap += statute[_SME_GROWTH_CAP]
    elif intensity > statute[_HIGH_THRESHOLD] and statute[_HIGH_CAP_MAXIMUM] > 0.0:
        extra = statute[_HIGH_CAP_SLOPE] * (intensity - statute[_HIGH_THRESHOLD])
        cap += min(extra, statute[_HIGH_CAP_MAXIMUM])
    elif growth > threshold:
        cap += min(slope * (growth - threshold), statute[_GROWTH_CAP_MAXIMUM])
    elif not small and growth < -threshold:
        cap -= min(slope * (-growth - threshold), statute[_GROWTH_CAP_MAXIMUM])
    if sales_fell and growth > 0.0:
        cap += statute[_SALES_FALL_CAP]
    return cap


@kernel
def credit_on_increase(statute, research, base):
    """Return the credit on the increase of R&D (yen) before its cap."""
    growth = growth_of(research, base)
    if statute[_INCREMENT_MAXIMUM] <= 0.0 or base <= 0 or growth <= statute[_INCREMENT_THRESHOLD]:
        return 0.0
    return min(max(growth, statute[_INCREMENT_MINIMUM]), statute[_INCREMENT_MAXIMUM]) * (research - base)


@kernel
def credit_of(statute, small, research, base, sales, sales_fell, tax, joint, take_up, addition):
    """Return (credit in yen, True if the main cap binds) of one firm and fiscal year.

    ``research``: R&D of the year; ``base``: mean of the three years before; ``sales``: of the year; ``tax``:
    corporate tax before the credit; ``joint``: research with universities and labs, of which the share
    ``take_up`` is claimed as open innovation and not as general R&D (all yen).
    """
    growth = growth_of(research, base)
    intensity = research / sales if sales > 0 else 0.0
    claimed = joint * take_up
    general = credit_rate(statute, small, growth, intensity, addition) * max(research - claimed, 0.0)
    limit = credit_cap(statute, small, growth, intensity, sales_fell) * tax
    on_increase = credit_on_increase(statute, research, base)
    open_innovation = statute[_OPEN_RATE] * claimed
    if statute[_INCREMENT_CAP] > 0.0:
        on_increase = min(on_increase, statute[_INCREMENT_CAP] * tax)
    else:
        general += on_increase
        on_increase = 0.0
    if statute[_OPEN_CAP] > 0.0:
        open_innovation = min(open_innovation, statute[_OPEN_CAP] * tax)
    else:
        general += open_innovation
        open_innovation = 0.0
    return min(general, limit) + on_increase + open_innovation, general >= limit


@kernel
def marginal_rate(statute, small, growth, intensity, addition):
    """Return what one more yen of R&D brings, net of what it takes from the next three years' credits.

    The rate on all R&D rises with growth, but so do the later bases: rate + s (1 + g)[1 - (1 + g) x erosion].
    """
    rate = credit_rate(statute, small, growth, intensity, addition)
    higher = credit_rate(statute, small, growth + 0.001, intensity, addition)
    slope = (higher - rate) / 0.001
    total = rate + slope * (1.0 + growth) * (1.0 - (1.0 + growth) * _EROSION)
    if statute[_INCREMENT_MAXIMUM] > 0.0 and growth > statute[_INCREMENT_THRESHOLD]:
        step = min(max(growth, statute[_INCREMENT_MINIMUM]), statute[_INCREMENT_MAXIMUM])
        total += step * (1.0 - _EROSION)
    return max(total, 0.0)
