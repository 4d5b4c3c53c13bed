"""Claims on a company's shares: notes that convert, pools, protection against cheaper rounds, payouts by rank."""

from __future__ import annotations

from collections.abc import Sequence


def safe_ownership(*, invested: float, cap: float, post_money: bool = True) -> float:
    """Share that a SAFE converts into before the next round: of the company as it then stands with the SAFE in it
    (post-money form), or of a company valued at the cap before it (pre-money form).

    Parameters
    ----------
    invested : float
        Money invested, money.
    cap : float
        Valuation cap; 0 for none, money.
    post_money : bool, optional
        Whether the cap is after the SAFE.

    Returns
    -------
    float
        Share of the company, 0 to 1.

    References
    ----------
    DEF

    Examples
    --------
    >>> safe_ownership(invested=1.0, cap=10.0), safe_ownership(invested=1.0, cap=9.0, post_money=False)
    (0.1, 0.1)
    """
    return invested / (cap if post_money else cap + invested)


def conversion_price(*, round_price: float, discount: float = 0.0, cap: float = 0.0, shares: float = 0.0) -> float:
    """Price at which a note or SAFE converts: the lower of the discounted round price and the cap over shares.

    Parameters
    ----------
    round_price : float
        Price of the next round, money/share.
    discount : float, optional
        Discount on the round price, 0 to 1.
    cap : float, optional
        Valuation cap; 0 for none, money.
    shares : float, optional
        Shares outstanding; a number without unit.

    Returns
    -------
    float
        Price, money/share.

    References
    ----------
    DEF

    Examples
    --------
    >>> conversion_price(round_price=2.0, discount=0.2, cap=5e6, shares=4e6)
    1.25
    """
    discounted = round_price * (1.0 - discount)
    return min(discounted, cap / shares) if cap and shares else discounted


def note_shares(
    *,
    principal: float,
    round_price: float,
    rate: float = 0.0,
    years: float = 0.0,
    discount: float = 0.0,
    cap: float = 0.0,
    shares: float = 0.0,
) -> float:
    """Shares that a convertible note becomes, with simple interest.

    Parameters
    ----------
    principal : float
        Amount lent, money.
    round_price : float
        Price of the next round, money/share.
    rate : float, optional
        Yearly simple interest, 1/year.
    years : float, optional
        Years, years.
    discount : float, optional
        Discount on the round price, 0 to 1.
    cap : float, optional
        Valuation cap; 0 for none, money.
    shares : float, optional
        Shares outstanding; a number without unit.

    Returns
    -------
    float
        Shares, count.

    References
    ----------
    DEF

    Examples
    --------
    >>> note_shares(principal=1000.0, rate=0.05, years=2, round_price=1.0, discount=0.2)
    1375.0
    """
    owed = principal * (1.0 + rate * years)
    return owed / conversion_price(round_price=round_price, discount=discount, cap=cap, shares=shares)


def treasury_shares(*, options: float, strike: float, price: float) -> float:
    """New shares of options in the money when the company buys back with what they pay.

    Parameters
    ----------
    options : float
        Options in the money; a number without unit.
    strike : float
        Price at which an option is used, money/share.
    price : float
        Price, money.

    Returns
    -------
    float
        New shares, count.

    References
    ----------
    ASC260 : treasury-stock method, ASC 260-10-45.

    Examples
    --------
    >>> treasury_shares(options=100.0, strike=4.0, price=10.0)
    60.0
    """
    return options * max(1.0 - strike / price, 0.0)


def weighted_average_price(*, old_price: float, outstanding: float, raised: float, new_price: float) -> float:
    """Conversion price after a cheaper round under broad-based weighted-average protection.

    Parameters
    ----------
    old_price : float
        Conversion price before the round, money/share.
    outstanding : float
        Shares outstanding before; a number without unit.
    raised : float
        Money raised, money.
    new_price : float
        Price of the new round, money/share.

    Returns
    -------
    float
        Price, money/share.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(weighted_average_price(old_price=2.0, outstanding=9.0, raised=1.0, new_price=1.0), 6)
    1.9
    """
    issued = raised / new_price
    return old_price * (outstanding + raised / old_price) / (outstanding + issued)


def pool_top_up(*, pool: float, outstanding: float, target_frac: float) -> float:
    """New options that lift the pool to ``target_frac`` of all shares with them.

    Parameters
    ----------
    pool : float
        Options in the pool; a number without unit.
    outstanding : float
        Shares outstanding before; a number without unit.
    target_frac : float
        Pool wanted over all shares, 0 to 1.

    Returns
    -------
    float
        New options, count.

    References
    ----------
    DEF

    Examples
    --------
    >>> pool_top_up(pool=5.0, outstanding=100.0, target_frac=0.24)
    25.0
    """
    return (target_frac * outstanding - pool) / (1.0 - target_frac)


def participating_payouts(value: float, *, preferred: Sequence[tuple[float, float]], common_frac: float, cap: float = 0.0) -> list[float]:
    """Payouts when each preferred (preference, share) takes its preference and shares in the rest; common last.

    ``cap`` is a multiple of the preference at which a holder stops sharing; one that gets more by giving its preference up for common
    stock does, and shares what the others' preferences leave. 0 is none.

    Parameters
    ----------
    value : float
        Value, money.
    preferred : Sequence[tuple[float, float]]
        (preference, share) of each holder, money, 0 to 1.
    common_frac : float
        Share of the company held as common stock, 0 to 1.
    cap : float, optional
        Multiple of the preference at which sharing stops; 0 for none, no unit.

    Returns
    -------
    list of float
        Payout of each holder, common last, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> participating_payouts(100.0, preferred=[(20.0, 0.25)], common_frac=0.75)
    [40.0, 60.0]
    """

    def paid(per_share: float) -> list[float]:
        """Payout of each preferred holder where all of the company's shares together would get ``per_share`` of the rest."""
        sharing = [p + f * per_share for p, f in preferred]
        held = [min(x, cap * p) if cap else x for x, (p, _) in zip(sharing, preferred, strict=True)]
        return [max(x, f * per_share) for x, (_, f) in zip(held, preferred, strict=True)]

    def total(per_share: float) -> float:
        return sum(paid(per_share)) + common_frac * per_share

    due = total(0.0)
    if value < due:
        return [*(x * value / due for x in paid(0.0)), 0.0]
    turns = sorted(x for p, f in preferred if cap and f > 0.0 for x in ((cap - 1.0) * p / f, cap * p / f))
    low = max((x for x in turns if total(x) < value), default=0.0)
    high = next((x for x in turns if x > low), low + 1.0)
    rise = total(high) - total(low)
    out = paid(low + (value - total(low)) * (high - low) / rise if rise > 0.0 else low)
    return [*out, value - sum(out)]


def seniority_payouts(value: float, *, claims: Sequence[float]) -> list[float]:
    """Payouts by rank: each claim in full before the next; what is left goes last.

    Parameters
    ----------
    value : float
        Value, money.
    claims : sequence of float
        Claims in order of rank, money.

    Returns
    -------
    list of float
        Payout of each claim, and what is left last, money.

    References
    ----------
    DEF

    Examples
    --------
    >>> seniority_payouts(70.0, claims=[50.0, 40.0])
    [50.0, 20.0, 0.0]
    """
    out = []
    for claim in claims:
        out.append(min(claim, value))
        value -= out[-1]
    return [*out, value]
