"""Numbers with a unit as scenarios and ``--set`` give them: one value, or the reason why there is none."""

from __future__ import annotations

import pytest

from gigacampus.foundation.types import Unit

MONEY = {
    "5 USD bn": 5e9,
    "5 bn USD": 5e9,
    "USD 5bn": 5e9,
    "$5bn": 5e9,
    "US$ 5 billion": 5e9,
    "-$ 3 million": None,
    "$-3 million": -3e6,
    "5 GUSD": 5e9,
    "475 USD m": 475e6,
    "5_000 USD": 5e3,
    "5 USD": 5.0,
    "1 usd": 1.0,
}
AMISS = {
    "5,000": "no marks between thousands",
    "1,5 GUSD": "no marks between thousands",
    "5 000 000": "no marks between thousands",
    "$5,000": "expected a number|no marks",
    "5'000 USD": "no marks between thousands",
    "5 EUR bn": "another currency",
    "5 bn": "unknown unit 'bn'",
    "$60/MWh": "unknown unit",
    "5 MW": "power",
    "much": "expected a number",
}


@pytest.mark.parametrize("text", MONEY)
def test_money_is_read_as_people_write_it(text):
    if MONEY[text] is None:
        with pytest.raises(ValueError, match="expected a number"):
            Unit("USD").parse(text)
    else:
        assert Unit("USD").parse(text) == pytest.approx(MONEY[text])
        assert Unit("MUSD").parse(text) == pytest.approx(MONEY[text] / 1e6)


@pytest.mark.parametrize("text", AMISS)
def test_marks_other_money_and_other_quantities_are_refused(text):
    with pytest.raises(ValueError, match=AMISS[text]):
        Unit("USD").parse(text)


@pytest.mark.parametrize(("text", "unit", "value"), [("12 %", "1", 0.12), ("1.2 GW", "MW", 1200.0), ("5MW", "MW", 5.0), ("3 kt", "", None)])
def test_other_units_are_those_of_the_table(text, unit, value):
    if value is None:
        with pytest.raises(ValueError):
            Unit("t").parse(text)
    else:
        assert Unit(unit).parse(text) == pytest.approx(value)
