"""The worked numbers in the docstrings of the money hold."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from gigacampus import company
from gigacampus.company import finance

MODULES = [f"{p.__name__}.{m.name}" for p in (company, finance) for m in pkgutil.iter_modules(p.__path__) if not m.ispkg]


@pytest.mark.parametrize("name", MODULES)
def test_worked_numbers(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0
