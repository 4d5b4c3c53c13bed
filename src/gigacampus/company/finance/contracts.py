"""Leases and rounds of equity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gigacampus.company.finance.time_value import annuity_factor, pmt


def lease_liability(*, payment: float, rate: float, n: float, advance: bool = False) -> float:
    """Present value of ``n`` level payments.

    Parameters
    ----------
    payment : float
        Payment of each period, money.
    rate : float
        Rate per period, 1/period.
    n : float
        Periods; a number without unit.
    advance : bool, optional
        Whether payments fall at the start of each period.

    Returns
    -------
    float
        Present value, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(lease_liability(payment=100, rate=0.01, n=60, advance=True), 4)
    4540.4589
    """
    return payment * annuity_factor(rate, n) * (1.0 + rate if advance else 1.0)


def level_rent(*, pv: float, annual_rate: float, n: float, per_year: float = 4.0, residual: float = 0.0) -> float:
    """Level rent in arrears that repays ``pv`` less the residual at ``annual_rate`` over ``per_year``.

    Parameters
    ----------
    pv : float
        Value today, money.
    annual_rate : float
        Nominal yearly rate, 1/year.
    n : float
        Periods; a number without unit.
    per_year : float, optional
        Periods in a year; a number without unit.
    residual : float, optional
        Share or amount that the rent does not repay, money.

    Returns
    -------
    float
        Rent of a period, money.

    References
    ----------
    TVM

    Examples
    --------
    >>> round(level_rent(pv=5400, annual_rate=0.105, n=20), 4)
    350.4978
    """
    return -pmt(annual_rate / per_year, n, pv=pv, fv=-residual)


def is_finance_lease(
    *, term_years: float, life_years: float, pv_of_payments: float, fair_value: float, option_reasonably_certain: bool = False
) -> bool:
    """Whether a lease is a finance lease for the lessee.

    Parameters
    ----------
    term_years : float
        Term of the lease, years.
    life_years : float
        Economic life, years.
    pv_of_payments : float
        Present value of the payments, money.
    fair_value : float
        Fair value of the asset, money.
    option_reasonably_certain : bool, optional
        Whether an option to buy will surely be used.

    Returns
    -------
    bool
        True for a finance lease.

    References
    ----------
    ASC842 : ASC 842-10-25-2 with the customary 75 % of life and 90 % of value.

    Examples
    --------
    >>> is_finance_lease(term_years=5, life_years=6, pv_of_payments=80, fair_value=100)
    True
    """
    return bool(option_reasonably_certain or term_years >= 0.75 * life_years or pv_of_payments >= 0.9 * fair_value)


@dataclass(frozen=True)
class Round:
    """What a priced round gives."""

    price_usd: float
    new_shares: float
    investor_frac: float


def priced_round(*, pre_shares: float, pre_money: float, raised: float) -> Round:
    """Price, new shares and the investor's share of a round.

    Parameters
    ----------
    pre_shares : float
        Shares before the round; a number without unit.
    pre_money : float
        Value before the round, money.
    raised : float
        Money raised, money.

    Returns
    -------
    Round
        Price (money/share), new shares (count) and the investor's share (0 to 1).

    References
    ----------
    DEF

    Examples
    --------
    >>> priced_round(pre_shares=100e6, pre_money=80e9, raised=20e9)
    Round(price_usd=800.0, new_shares=25000000.0, investor_frac=0.2)
    """
    price = pre_money / pre_shares
    new = raised / price
    return Round(price, new, new / (pre_shares + new))


def shares_with_pool(*, pre_money: float, raised: float, pool_post_frac: float) -> dict[str, float]:
    """Fractions after a round whose pre-money holds a new option pool of ``pool_post_frac`` of the post-money.

    Parameters
    ----------
    pre_money : float
        Value before the round, money.
    raised : float
        Money raised, money.
    pool_post_frac : float
        Pool over the company after the round, 0 to 1.

    Returns
    -------
    dict[str, float]
        Holder -> share of the company, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> {k: round(v, 12) for k, v in shares_with_pool(pre_money=80e9, raised=20e9, pool_post_frac=0.1).items()}
    {'investor': 0.2, 'pool': 0.1, 'existing': 0.7}
    """
    investor = raised / (pre_money + raised)
    return {"investor": investor, "pool": pool_post_frac, "existing": 1.0 - investor - pool_post_frac}


def exit_payouts(value: float, *, preferred: list[tuple[float, float]], common_frac: float) -> list[float]:
    """Payout by holder: each preferred (liquidation preference, share if converted) takes the better, common last.

    Pari passu, non-participating, 1 x preferences; conversion found by testing holders from the cheapest preference per
    share. The last entry is common. Sums to ``value``.

    Parameters
    ----------
    value : float
        Value, money.
    preferred : list[tuple[float, float]]
        (preference, share) of each holder, money, 0 to 1.
    common_frac : float
        Share of the company held as common stock, 0 to 1.

    Returns
    -------
    list of float
        Payout of each holder, common last, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> [round(x, 6) for x in exit_payouts(50.0, preferred=[(40.0, 0.2)], common_frac=0.8)]
    [40.0, 10.0]
    >>> [round(x, 6) for x in exit_payouts(500.0, preferred=[(40.0, 0.2)], common_frac=0.8)]
    [100.0, 400.0]
    """
    order = np.argsort([p / f for p, f in preferred])
    converted: set[int] = set()
    for i in order:
        trial = converted | {int(i)}
        left = value - sum(p for j, (p, _) in enumerate(preferred) if j not in trial)
        weight = common_frac + sum(preferred[j][1] for j in trial)
        if left > 0 and left * preferred[i][1] / weight >= preferred[i][0]:
            converted = trial
    due = sum(p for j, (p, _) in enumerate(preferred) if j not in converted)
    scale = min(1.0, value / due) if due > 0 else 1.0
    left = value - due * scale
    weight = common_frac + sum(preferred[j][1] for j in converted)
    return [left * f / weight if j in converted else p * scale for j, (p, f) in enumerate(preferred)] + [left * common_frac / weight]


def hhi(shares: list[float]) -> float:
    """Herfindahl-Hirschman index of shares.

    Parameters
    ----------
    shares : list of float
        Shares of a whole, 0 to 1.

    Returns
    -------
    float
        Index, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(hhi([0.67, 0.10, 0.23]), 6)
    0.5118
    """
    return float(sum(s * s for s in shares))
