"""The registers that a run can be asked for, by name, and what each tells."""

from __future__ import annotations

MONEY = ("books", "lenders", "owners", "people", "siblings", "worth", "county")
"""Registers that a run carries along for its report."""
EXTRA = (*MONEY, "promises", "rank", "tornado", "burden")
TITLES = {
    "books": "The books of the company by year",
    "lenders": "What the lenders hold and what covers it",
    "owners": "Who owns how much",
    "people": "People at work and what they cost",
    "siblings": "The other firms of the same owner",
    "worth": "What the company is worth",
    "county": "What the county gets and gives",
    "promises": "What was promised and when it comes",
    "rank": "Where the campus ranks among others",
    "tornado": "What moves the runway and the break-even most",
    "burden": "Who bears the air and the noise",
}
"""What each register tells, as a reader asks for it."""
OF_COMPANY = tuple(name for name in (*MONEY, "tornado") if name != "county")
