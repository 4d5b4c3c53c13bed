"""Rows of published and closed-form answers: one function by name, arguments as JSON, one expected number, list or object."""

from __future__ import annotations

import ast
import inspect
import json
import math
import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from gigacampus.validation.finance_arguments import RESULT_NAMES, NotUnderstood, bound, parameter_of
from gigacampus.validation.finance_functions import FUNCTIONS

OPERATORS: Mapping[type, Callable[..., float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
LONGEST = 200
"""Characters of a number's text; a longer one is a remark."""
LARGEST_POWER = 64.0


def value_of(given: Any) -> Any:
    """Numbers as they are; ``"0.075/12"`` and ``"1.5%"`` are computed; ISO dates become dates; lists item by item; words stay.

    >>> value_of("0.06/12"), value_of("2008-01-01").year, value_of(["1/4", 2]), value_of("end of month")
    (0.005, 2008, [0.25, 2], 'end of month')
    """
    if isinstance(given, list):
        return [value_of(v) for v in given]
    if not isinstance(given, str):
        return given
    text = given.strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        scale, body = (0.01, text[:-1]) if text.endswith("%") else (1.0, text)
        return scale * _computed(ast.parse(body.replace("^", "**"), mode="eval").body) if len(text) <= LONGEST else given
    except (SyntaxError, TypeError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return given


def _computed(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_computed(node.operand))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = _computed(node.left), _computed(node.right)
        if isinstance(node.op, ast.Pow) and abs(right) > LARGEST_POWER:
            raise ValueError("power too large")
        return OPERATORS[type(node.op)](left, right)
    raise ValueError("not a number")


def answer(function: str, inputs_json: str, *, expected: str = "0", source: str = "") -> Any:
    """Our answer to one row. ``expected`` tells its shape alone: for a list, a charge of one period becomes a schedule.

    >>> round(answer("pmt", '{"rate": "0.06/12", "n": 360, "pv": 200000}'), 6)
    -1199.10105
    >>> answer("syd", '{"cost": 30, "life": 2}', expected="[0, 0]")
    [20.0, 10.0]
    """
    name = function.strip().lower().replace("-", "_").replace(" ", "_").removesuffix("_")
    call = FUNCTIONS.get(name)
    if call is None:
        raise NotUnderstood(f"no function {function!r}")
    try:
        given = json.loads(inputs_json)
        args = {str(k): value_of(v) for k, v in given.items()}
        wanted, parameters = _shape(expected), inspect.signature(call).parameters
        if isinstance(wanted, list) and "per" in parameters and not any(parameter_of(k, parameters) == "per" for k in args):
            return [call(**bound(call, args | {"per": k}, source=source)) for k in range(1, len(wanted) + 1)]
        return call(**bound(call, args, source=source))
    except NotUnderstood:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError, IndexError, RecursionError, MemoryError) as error:
        raise NotUnderstood(f"{function}: {type(error).__name__}: {error}") from error


def _shape(expected: str) -> Any:
    """The expected text as JSON, a bare word, or infinity."""
    text = expected.strip()
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        plain = text.lower()
        if plain in ("true", "false"):
            return plain == "true"
        try:
            return float(text)
        except ValueError:
            return text


def largest_gap(ours: Any, expected: str) -> float:
    """Largest absolute difference between an answer and the table's text: a number, a list, an object, a word.

    >>> largest_gap({"price": 800.0}, '{"price": 800}'), largest_gap("finance", "finance"), largest_gap(float("inf"), "null")
    (0.0, 0.0, 0.0)
    """
    return _gap(ours, _shape(expected))


def _gap(ours: Any, wanted: Any) -> float:
    if isinstance(wanted, dict):
        if not isinstance(ours, dict):
            if len(wanted) == 1:
                return _gap(ours, next(iter(wanted.values())))
            raise NotUnderstood(f"results {', '.join(wanted)}")
        return max(_gap(_result(ours, k), v) for k, v in wanted.items())
    if isinstance(wanted, list):
        try:
            ours = list(ours)
        except TypeError:
            ours = [ours]
        if len(ours) != len(wanted):
            raise NotUnderstood(f"{len(wanted)} results, ours has {len(ours)}")
        return max((_gap(o, w) for o, w in zip(ours, wanted, strict=True)), default=0.0)
    if isinstance(wanted, str) or isinstance(ours, str):
        return 0.0 if str(ours).strip().lower() == str(wanted).strip().lower() else math.inf
    try:
        x = float(ours)
    except TypeError as error:
        raise NotUnderstood(f"one result, ours has {type(ours).__name__}") from error
    if wanted is None:
        return 0.0 if not math.isfinite(x) else math.inf
    y = float(wanted)
    return 0.0 if x == y or (math.isnan(x) and math.isnan(y)) else math.inf if not math.isfinite(x - y) else abs(x - y)


def _result(ours: Mapping[str, Any], key: str) -> Any:
    plain = key.strip().lower()
    group = next((g for g in RESULT_NAMES if plain in g), frozenset({plain}))
    for name, value in ours.items():
        if name in group:
            return value
    raise NotUnderstood(f"no result {key!r}")


def tolerance(text: str, expected: str) -> float:
    """Allowed gap; ``exact`` and 0 mean to the last bit of the arithmetic: 1e-12 of the largest expected number.

    >>> tolerance("1e-9", "1"), tolerance("exact", "[3, 200]"), tolerance("1e-6 rel", "2")
    (1e-09, 2e-10, 2e-06)
    """
    plain = text.strip().lower()
    size = max(1.0, *_numbers(_shape(expected)), 0.0)
    try:
        if plain in ("exact", "") or float(plain) == 0.0:
            return 1e-12 * size
        return float(plain)
    except ValueError:
        words = plain.replace("relative", "rel").split()
        if "rel" in words and len(words) == 2:
            return float(value_of(next(w for w in words if w != "rel"))) * max(_numbers(_shape(expected)), default=1.0)
        raise NotUnderstood(f"tolerance {text!r}") from None


def _numbers(wanted: Any) -> list[float]:
    if isinstance(wanted, dict):
        return [x for v in wanted.values() for x in _numbers(v)]
    if isinstance(wanted, list):
        return [x for v in wanted for x in _numbers(v)]
    return [abs(float(wanted))] if isinstance(wanted, (int, float)) and math.isfinite(float(wanted)) else []
