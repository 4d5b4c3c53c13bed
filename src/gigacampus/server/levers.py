"""The named levers of the live page: two of each area, by what a newcomer calls them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gigacampus.scenario.unread_inputs import is_read

EACH = 2
"""Levers of an area."""
AREAS = ("schedule", "power", "market", "deals")
NAMED: tuple[tuple[str, str, str], ...] = (
    ("schedule", "campuses.*.phases.*.slip_days", "Delay of the next extension"),
    ("schedule", "campuses.*.schedule.construction_slip_quantile", "Construction slip (quantile)"),
    ("schedule", "campuses.*.blocks.*.court_stop_quantile", "When a court stops a plant"),
    ("schedule", "campuses.*.blocks.*.slip_days", "Delay of a part of the plant"),
    ("power", "compute.utilisation_frac", "Utilisation of accelerators"),
    ("power", "campuses.*.cooling.design_pue", "PUE: facility power over IT power"),
    ("power", "campuses.*.blocks.*.it_mw", "Size of a hall"),
    ("power", "campuses.*.blocks.*.mw", "Rating of a supply block"),
    ("power", "campuses.*.blocks.*.count", "Number of machines or units"),
    ("power", "library.generators.*.iso_mw", "Turbine rating"),
    ("power", "library.accelerators.*.server_kw", "Power per accelerator"),
    ("market", "market.gas_usd_per_mmbtu", "Price of gas"),
    ("market", "company.revenue.momentum_per_year", "Growth of revenue"),
    ("market", "company.revenue.rental.usd_per_mw_month", "Rent of a megawatt"),
    ("market", "company.revenue.token_price_change_per_year", "Change of the price of tokens"),
    ("market", "products.chat_user_growth_per_year", "Growth of users"),
    ("market", "market", "A price or a drift of the market"),
    ("deals", "company.raise_policy.success_frac", "Chance that a round succeeds"),
    ("deals", "company.raise_policy.size_months_of_burn", "Size of a round"),
    ("deals", "company.opening_cash_usd", "Cash at the start"),
    ("deals", "company.raise_policy.debt_frac", "Debt in a round"),
    ("deals", "campuses.*.county", "The deal with the county"),
    ("deals", "company", "The company's own terms"),
)
"""Area, paths, and words for them; the first that a scenario leaves uncertain are its levers."""

OWN_WORDS = tuple(row for row in NAMED if row[1] not in ("market", "company", "campuses.*.county"))
"""Those that name one input each."""


def own_words(path: str) -> str:
    """What a newcomer calls an input; empty where it has no words of its own.

    >>> own_words("market.gas_usd_per_mmbtu"), own_words("company.staff_usd")
    ('Price of gas', '')
    """
    return next((words for _, pattern, words in OWN_WORDS if is_read(path, [pattern])), "")


def named(path: str) -> tuple[str, str]:
    """Area of an input and the words for it; empty where it belongs to none.

    >>> named("market.gas_usd_per_mmbtu"), named("red_lines.review.reported_frac")
    (('market', 'Price of gas'), ('', ''))
    """
    return next(((area, words) for area, pattern, words in NAMED if is_read(path, [pattern])), ("", ""))


def chosen(paths: Sequence[str], strongest: Iterable[str] = (), certain: Sequence[str] = ()) -> list[str]:
    """The levers among some uncertain inputs, area by area; where an area has too few, those that are ``certain`` fill it up.

    Of inputs with the same words the one that moves a known run's answers most comes first, then the one named last: the
    campus that is still being built stands behind those that run. A certain input must have words of its own.
    """
    known = list(strongest)
    out: list[str] = []
    for area in AREAS:
        mine = _of_area(area, paths, known, NAMED)[:EACH]
        said = {named(p)[1] for p in mine}
        more = [p for p in _of_area(area, certain, known, OWN_WORDS) if named(p)[1] not in said]
        out += [*mine, *more][:EACH]
    return out


def _of_area(area: str, paths: Sequence[str], known: list[str], words: Sequence[tuple[str, str, str]]) -> list[str]:
    """Inputs of an area as its words rank them, one of each before a second of any."""
    ranks = {path: next((k for k, (_, pattern, _) in enumerate(words) if is_read(path, [pattern])), None) for path in paths}
    mine = [p for p in reversed(paths) if (rank := ranks[p]) is not None and words[rank][0] == area]
    mine.sort(key=lambda p: (ranks[p], known.index(p) if p in known else len(known)))
    first_of_words = list({ranks[p]: p for p in reversed(mine)}.values())[::-1]
    return [*first_of_words, *(p for p in mine if p not in first_of_words)]
