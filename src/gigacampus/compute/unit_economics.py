"""What served tokens and accelerator-hours cost and earn."""

from __future__ import annotations

from gigacampus.foundation.units import HOURS_PER_DAY, MILLION, SECONDS_PER_DAY, SECONDS_PER_HOUR


def split_pool_nodes(
    input_tokens_per_day: float, output_tokens_per_day: float, *, prefill_per_node_s: float, decode_per_node_s: float
) -> float:
    """Busy nodes of a service with separate pools for reading and writing.

    Parameters
    ----------
    input_tokens_per_day : float
        Input tokens served, tokens/day.
    output_tokens_per_day : float
        Output tokens served, tokens/day.
    prefill_per_node_s : float
        Input tokens that one node reads, tokens/s.
    decode_per_node_s : float
        Output tokens that one node writes, tokens/s.

    Returns
    -------
    float
        Busy nodes, count.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(split_pool_nodes(608e9, 168e9, prefill_per_node_s=73_700, decode_per_node_s=14_800), 2)
    226.86
    """
    return (input_tokens_per_day / prefill_per_node_s + output_tokens_per_day / decode_per_node_s) / SECONDS_PER_DAY


def token_revenue_usd(
    hit_tokens: float,
    miss_tokens: float,
    output_tokens: float,
    *,
    usd_per_million_hit: float,
    usd_per_million_miss: float,
    usd_per_million_output: float,
) -> float:
    """Revenue at list prices.

    Parameters
    ----------
    hit_tokens : float
        Input tokens found in the cache, tokens.
    miss_tokens : float
        Input tokens not in the cache, tokens.
    output_tokens : float
        Output tokens, tokens.
    usd_per_million_hit : float
        Price of cached input, USD/million tokens.
    usd_per_million_miss : float
        Price of other input, USD/million tokens.
    usd_per_million_output : float
        Price of output, USD/million tokens.

    Returns
    -------
    float
        Revenue, USD.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(token_revenue_usd(342e9, 266e9, 168e9, usd_per_million_hit=0.14, usd_per_million_miss=0.55,
    ...                         usd_per_million_output=2.19))
    562100
    """
    read = hit_tokens * usd_per_million_hit + miss_tokens * usd_per_million_miss
    return (read + output_tokens * usd_per_million_output) / MILLION


def rent_usd_per_day(nodes: float, *, accelerators_per_node: float, usd_per_accelerator_hour: float) -> float:
    """Rent of a fleet for a day.

    Parameters
    ----------
    nodes : float
        Nodes; a number without unit.
    accelerators_per_node : float
        Accelerators of a node; a number without unit.
    usd_per_accelerator_hour : float
        Price of an accelerator-hour, USD/h.

    Returns
    -------
    float
        Rent, USD/day.

    References
    ----------
    DEF

    Examples
    --------
    >>> rent_usd_per_day(226.75, accelerators_per_node=8, usd_per_accelerator_hour=2.0)
    87072.0
    """
    return nodes * accelerators_per_node * HOURS_PER_DAY * usd_per_accelerator_hour


def margin_over_cost(revenue_usd: float, cost_usd: float) -> float:
    """Profit over cost.

    Parameters
    ----------
    revenue_usd : float
        Revenue, USD.
    cost_usd : float
        Cost over the same time, USD.

    Returns
    -------
    float
        Profit over cost, no unit.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(margin_over_cost(562_027, 87_072), 2)
    5.45
    """
    return revenue_usd / cost_usd - 1.0


def usd_per_million_tokens(usd_per_accelerator_hour: float, tokens_per_s: float, *, load_frac: float) -> float:
    """Cost of a million output tokens from the cost of an accelerator-hour.

    Parameters
    ----------
    usd_per_accelerator_hour : float
        Price of an accelerator-hour, USD/h.
    tokens_per_s : float
        Tokens processed, tokens/s.
    load_frac : float
        Mean load over the peak that the rate holds for, 0 to 1.

    Returns
    -------
    float
        Cost, USD/million tokens.

    References
    ----------
    DEF

    Examples
    --------
    >>> round(usd_per_million_tokens(2.0, 1850.0, load_frac=1.0), 3)
    0.3
    """
    return usd_per_accelerator_hour * MILLION / (SECONDS_PER_HOUR * tokens_per_s * load_frac)


def usd_per_accelerator_hour(
    *,
    capex_usd: float,
    life_h: float,
    server_kw: float,
    pue: float,
    usd_per_mwh: float,
    overhead_usd_per_h: float = 0.0,
    at_work_frac: float = 1.0,
) -> dict[str, float]:
    """Cost of one accelerator-hour at work, split into capital, power and overhead.

    Parameters
    ----------
    capex_usd : float
        Price of the accelerator with its share of server and network, USD.
    life_h : float
        Life, h.
    server_kw : float
        IT power for each accelerator, kW.
    pue : float
        Facility over IT power, no unit.
    usd_per_mwh : float
        Price of electricity, USD/MWh.
    overhead_usd_per_h : float, optional
        Other cost of an hour, USD/h.
    at_work_frac : float, optional
        Share of hours at work, 0 to 1.

    Returns
    -------
    dict[str, float]
        Part -> cost, USD/h.

    References
    ----------
    DEF

    Examples
    --------
    >>> parts = usd_per_accelerator_hour(capex_usd=45_000, life_h=43_800, server_kw=1.9, pue=1.3, usd_per_mwh=60)
    >>> round(parts["capital"], 2), round(parts["power"], 2)
    (1.03, 0.15)
    """
    capital = capex_usd / life_h / at_work_frac
    power = server_kw * pue * usd_per_mwh / 1000.0
    overhead = overhead_usd_per_h / at_work_frac
    return {"capital": capital, "power": power, "overhead": overhead, "total": capital + power + overhead}
