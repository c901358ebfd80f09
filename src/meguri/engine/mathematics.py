"""exp, log, pow and the normal quantile from ``+ - * / sqrt``: the same bits on every processor.

The C library picks other instructions on other processors, and its last bits change with them.
"""

from __future__ import annotations

import math

import numpy as np

from meguri.engine.kernels import kernel

_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_INVERSE_LN2 = 1.44269504088896338700
_SQRT_HALF = 0.70710678118654752440
_LEAST_NORMAL = 2.0**-1022
_OF_MANTISSA, _OF_ONE_HALF = 0x000FFFFFFFFFFFFF, 0x3FE0000000000000


@kernel
def exp(x: float) -> float:
    """Return e**x: reduction by ln 2 in two parts, then the Taylor polynomial of degree 13.

    The power of two is put together from its bits and the ends are chosen, not branched to, so that a loop
    over an array is compiled to vector instructions.
    """
    k = math.floor(min(max(x, -708.0), 709.0) * _INVERSE_LN2 + 0.5)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    total = 1.0
    for n in range(13, 0, -1):
        total = 1.0 + total * r / n
    value = total * np.int64((np.int64(k) + 1023) << 52).view(np.float64)
    return math.inf if x > 709.0 else (0.0 if x < -708.0 else value)


@kernel
def log(x: float) -> float:
    """Return the natural logarithm of a positive x: mantissa near one, then the series of artanh.

    Mantissa and exponent are read from the bits of x, without a branch, as in :func:`exp`.
    """
    tiny = x < _LEAST_NORMAL
    bits = np.float64(x * 2.0**54 if tiny else x).view(np.int64)
    mantissa: float = np.int64((bits & _OF_MANTISSA) | _OF_ONE_HALF).view(np.float64)
    exponent: float = np.float64((bits >> 52) - (1076 if tiny else 1022))
    small = mantissa < _SQRT_HALF
    mantissa = mantissa * 2.0 if small else mantissa
    exponent = exponent - 1.0 if small else exponent
    s = (mantissa - 1.0) / (mantissa + 1.0)
    square = s * s
    total = 0.0
    for n in range(23, 0, -2):
        total = total * square + 1.0 / n
    value = exponent * _LN2_HIGH + (2.0 * s * total + exponent * _LN2_LOW)
    value = math.inf if x == math.inf else value
    return value if x > 0.0 else (-math.inf if x == 0.0 else math.nan)


@kernel
def power(base: float, exponent: float) -> float:
    """Return base**exponent for base >= 0."""
    if base <= 0.0:
        return 1.0 if exponent == 0.0 else 0.0
    return exp(exponent * log(base))


@kernel
def powers(bases, exponent, out):
    """Fill ``out`` with base**exponent of many bases, to the same bits: a loop a step, as vector loops."""
    for i in range(len(out)):
        out[i] = log(bases[i])
    for i in range(len(out)):
        out[i] = exp(exponent * out[i])
    for i in range(len(out)):
        if bases[i] <= 0.0:
            out[i] = power(bases[i], exponent)


@kernel
def logistic(x: float) -> float:
    """Return 1 / (1 + e**-x)."""
    return 1.0 / (1.0 + exp(-x))


@kernel
def normal_quantile(u: float) -> float:
    """Return the standard normal quantile of u in (0, 1), relative error about 1e-16.

    Wichura (1988), Algorithm AS 241 (PPND16), Applied Statistics 37(3), 477-484.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        above = (
            (
                (
                    (
                        ((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                        + 45921.953931549871457
                    )
                    * r
                    + 13731.693765509461125
                )
                * r
                + 1971.5909503065514427
            )
            * r
            + 133.14166789178437745
        ) * r + 3.387132872796366608
        below = (
            (
                (
                    (
                        ((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                        + 21213.794301586595867
                    )
                    * r
                    + 5394.1960214247511077
                )
                * r
                + 687.1870074920579083
            )
            * r
            + 42.313330701600911252
        ) * r + 1.0
        return q * above / below
    r = u if q < 0.0 else 1.0 - u
    r = math.sqrt(-log(r))
    if r <= 5.0:
        r -= 1.6
        above = (
            (
                (
                    (
                        ((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                        + 1.27045825245236838258
                    )
                    * r
                    + 3.64784832476320460504
                )
                * r
                + 5.7694972214606914055
            )
            * r
            + 4.6303378461565452959
        ) * r + 1.42343711074968357734
        below = (
            (
                (
                    (
                        ((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                        + 0.14810397642748007459
                    )
                    * r
                    + 0.68976733498510000455
                )
                * r
                + 1.6763848301838038494
            )
            * r
            + 2.05319162663775882187
        ) * r + 1.0
    else:
        r -= 5.0
        above = (
            (
                (
                    (
                        ((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                        + 0.026532189526576123093
                    )
                    * r
                    + 0.29656057182850489123
                )
                * r
                + 1.7848265399172913358
            )
            * r
            + 5.4637849111641143699
        ) * r + 6.6579046435011037772
        below = (
            (
                (
                    (
                        ((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                        + 7.868691311456132591e-4
                    )
                    * r
                    + 0.0148753612908506148525
                )
                * r
                + 0.13692988092273580531
            )
            * r
            + 0.59983220655588793769
        ) * r + 1.0
    value = above / below
    return -value if q < 0.0 else value
