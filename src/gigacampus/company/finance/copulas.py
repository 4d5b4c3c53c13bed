"""Rank dependence of copulas, and the dependence that gives a wanted rank correlation."""

from __future__ import annotations

from math import asin, pi, sin, sqrt

import numpy as np


def kendall_of_gaussian_copula(rho: float) -> float:
    """Kendall's tau of a Gaussian copula; the same for every elliptical one.

    Parameters
    ----------
    rho : float
        Correlation parameter of the copula, -1 to 1.

    Returns
    -------
    float
        Kendall's tau, -1 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(kendall_of_gaussian_copula(0.5), 12)
    0.333333333333
    """
    return 2.0 / pi * asin(rho)


def spearman_of_gaussian_copula(rho: float) -> float:
    """Spearman's rank correlation of a Gaussian copula.

    Parameters
    ----------
    rho : float
        Correlation parameter of the copula, -1 to 1.

    Returns
    -------
    float
        Spearman's rank correlation, -1 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(spearman_of_gaussian_copula(0.5), 6)
    0.482584
    """
    return 6.0 / pi * asin(rho / 2.0)


def kendall_of_t_copula(rho: float, nu: float = 4.0) -> float:
    """Kendall's tau of a t copula: that of any elliptical one, whatever ``nu``.

    Parameters
    ----------
    rho : float
        Correlation parameter of the copula, -1 to 1.
    nu : float, optional
        Degrees of freedom, no unit.

    Returns
    -------
    float
        Kendall's tau, -1 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> kendall_of_t_copula(0.5, 3.0) == kendall_of_gaussian_copula(0.5)
    True
    """
    return kendall_of_gaussian_copula(rho)


def spearman_of_t_copula(rho: float, nu: float, *, nodes: int = 64) -> float:
    """Spearman's rank correlation of a t copula with ``nu`` degrees of freedom.

    Parameters
    ----------
    rho : float
        Correlation parameter of the copula, -1 to 1.
    nu : float
        Degrees of freedom, no unit.
    nodes : int, optional
        Nodes of the quadrature in each direction; a number without unit.

    Returns
    -------
    float
        Spearman's rank correlation, -1 to 1.

    References
    ----------
    DEF : of three independent copies, concordance of the first with the second in x and the third in y; given the
        three mixing variances w the pair is normal with correlation rho w1 / sqrt((w1 + w2)(w1 + w3)), so the mean of
        6/pi asin of it. By quadrature.

    Examples
    --------
    >>> round(spearman_of_t_copula(0.5, 1e6), 5), spearman_of_t_copula(0.5, 3.0) < spearman_of_gaussian_copula(0.5)
    (0.48258, True)
    """
    from scipy.special import gammaincinv

    x, weight = np.polynomial.legendre.leggauss(nodes)
    w = 0.5 * nu / gammaincinv(0.5 * nu, 0.5 * (x + 1.0))
    share = np.sqrt(w[:, None] / (w[:, None] + w[None, :]))
    joint = np.arcsin(rho * share[:, :, None] * share[:, None, :])
    each = 0.5 * weight
    return float(6.0 / pi * np.einsum("i,j,k,ijk->", each, each, each, joint))


def tail_dependence_of_t_copula(rho: float, nu: float) -> float:
    """Probability that one is extreme when the other is, in the limit; 0 for a Gaussian copula.

    Parameters
    ----------
    rho : float
        Correlation parameter of the copula, -1 to 1.
    nu : float
        Degrees of freedom, no unit.

    Returns
    -------
    float
        Tail dependence, 0 to 1.

    References
    ----------
    EMS02 : 2 t_{nu+1}(-sqrt((nu+1)(1-rho)/(1+rho))), Embrechts, McNeil and Straumann 2002.

    Examples
    --------
    >>> round(tail_dependence_of_t_copula(0.5, 4.0), 4)
    0.2532
    """
    from scipy.special import stdtr

    return float(2.0 * stdtr(nu + 1.0, -sqrt((nu + 1.0) * (1.0 - rho) / (1.0 + rho))))


def kendall_of_clayton_copula(theta: float) -> float:
    """Kendall's tau of a Clayton copula.

    Parameters
    ----------
    theta : float
        Parameter of the copula, no unit.

    Returns
    -------
    float
        Kendall's tau, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> kendall_of_clayton_copula(2.0)
    0.5
    """
    return theta / (theta + 2.0)


def kendall_of_gumbel_copula(theta: float) -> float:
    """Kendall's tau of a Gumbel copula.

    Parameters
    ----------
    theta : float
        Parameter of the copula, no unit.

    Returns
    -------
    float
        Kendall's tau, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> kendall_of_gumbel_copula(2.0)
    0.5
    """
    return 1.0 - 1.0 / theta


def kendall_of_frank_copula(theta: float) -> float:
    """Kendall's tau of a Frank copula, by quadrature of the Debye function.

    Parameters
    ----------
    theta : float
        Parameter of the copula, no unit.

    Returns
    -------
    float
        Kendall's tau, -1 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(kendall_of_frank_copula(5.7363), 4)
    0.5
    """
    x, weight = np.polynomial.legendre.leggauss(80)
    t = 0.5 * theta * (x + 1.0)
    debye = float(np.sum(weight * 0.5 * t / np.expm1(t)))
    return 1.0 - 4.0 / theta * (1.0 - debye)


def rho_of_kendall(tau: float) -> float:
    """Correlation of an elliptical copula with Kendall's ``tau``.

    Parameters
    ----------
    tau : float
        Kendall's tau, -1 to 1.

    Returns
    -------
    float
        Correlation parameter, -1 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(rho_of_kendall(1 / 3), 12)
    0.5
    """
    return sin(0.5 * pi * tau)


def rho_of_spearman(rank: float) -> float:
    """Correlation of a Gaussian copula with a rank correlation.

    Parameters
    ----------
    rank : float
        Spearman's rank correlation, -1 to 1.

    Returns
    -------
    float
        Correlation parameter, -1 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(rho_of_spearman(0.4825837), 6)
    0.5
    """
    return 2.0 * sin(pi * rank / 6.0)


def lower_tail_of_clayton_copula(theta: float) -> float:
    """Lower tail dependence of a Clayton copula.

    Parameters
    ----------
    theta : float
        Parameter of the copula, no unit.

    Returns
    -------
    float
        Tail dependence, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> lower_tail_of_clayton_copula(1.0)
    0.5
    """
    out: float = 2.0 ** (-1.0 / theta)
    return out


def upper_tail_of_gumbel_copula(theta: float) -> float:
    """Upper tail dependence of a Gumbel copula.

    Parameters
    ----------
    theta : float
        Parameter of the copula, no unit.

    Returns
    -------
    float
        Tail dependence, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(upper_tail_of_gumbel_copula(2.0), 6)
    0.585786
    """
    out: float = 2.0 - 2.0 ** (1.0 / theta)
    return out
