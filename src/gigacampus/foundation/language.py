"""The language in which a run is told: English texts are the keys of one catalogue a language; numbers and months follow the locale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

ENGLISH = "en"
LANGUAGES = (ENGLISH, "zh")
CATALOGUES = Path(__file__).parents[1] / "library" / "words"
_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Inside, :func:`say` speaks ``language``."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language spoken here.

    >>> with speaking("zh"): language()
    'zh'
    """
    return _spoken.get()


def say(text: str, **fields: Any) -> str:
    """An English text of the program in the language spoken here, its ``{fields}`` filled in; English where it is not translated.

    >>> say("{power} run in {month}", power="704 MW", month="2026-01")
    '704 MW run in 2026-01'
    """
    found = text if _spoken.get() == ENGLISH else catalogue(_spoken.get()).get(text) or text
    return found.format(**fields) if fields else found


def titled(key: str, text: str) -> str:
    """A text that the catalogue holds under a key of its own, since the English one carries numbers; English where it is not there.

    >>> titled("headline:runway", "Cash below the floor")
    'Cash below the floor'
    """
    return text if _spoken.get() == ENGLISH else catalogue(_spoken.get()).get(key) or text


WORDS = {
    "zh": (
        (r"not built yet: first in service (\d{4}-\d{2})", r"尚未建成：\1 投运"),
        (r"not built yet", "尚未建成"),
        (r"below hearing", "低于可听"),
        (r"the same in every future", "各情景相同"),
        (r"no uncertain input", "没有不确定的输入"),
        (r"(\d+)% of futures by (\d{4}-\d{2})", r"\2 前占 \1% 的情景"),
        (r"after (\d{4}-\d{2})", r"\1 之后"),
        (r"(\d+)% of futures by (\d{4}年\d+月)", r"\2 前占 \1% 的情景"),
        (r"after (\d{4}年\d+月)", r"\1 之后"),
        (r"reference world alone", "仅参考世界"),
        (r"counted over all futures", "按全部未来计数"),
        (r"less than (?=\d)", "低于 "),
        (r"not within the horizon", "期内未到"),
        (r"(?<=[\d)]) billion USD", " 十亿美元"),
        (r"(?<=[\d)]) million USD", " 百万美元"),
        (r"(?<=[\d)]) USD(?![/\w])", " 美元"),
        (r"(?<=[\d)]) million(?= t\b| m)", " 百万"),
        (r"(?<=[\d)]) thousand(?= m)", " 千"),
        (r"(?<=[\d)]) (?:million gallons a day|MGD)\b", " 百万加仑/天"),
        (r"(?<=[\d)]) million gallons", " 百万加仑"),
        (r"(?<=\d) deaths a year\b", " 人死亡/年"),
        (r"(?<=\d) per million\b", "/百万"),
        (r"(?<=\d) households\b", " 户"),
        (r"(?<=\S) to (?=\S)", " 至 "),
        (r"(?<=[\d)–]) short tons", " 短吨"),
        (r"(?<=\d) per minute", " 次/分钟"),
        (r"(?<=\d) months\b", " 个月"),
        (r"(?<=\d) people\b", " 人"),
        (r"(?<=\d) jobs\b", " 个岗位"),
        (r"(?<=\d) h\b", " 小时"),
        (r"(?<=\d) min\b", " 分钟"),
        (r"(?<=\d) days\b", " 天"),
        (r"(?<=\d) units\b", " 台"),
        (r"(?<=\d) trucks a day\b", " 辆卡车/天"),
        (r"(?<=\d) cars a day\b", " 辆汽车/天"),
    )
}
"""What stands inside a value or its band, by language: pattern and text, in order."""
_USD = re.compile(r"USD (-?[\d.,]+)( trn| bn| M)?")
_USD_BAND = re.compile(f"{_USD.pattern} (?:to|至) {_USD.pattern}")
_USD_BANDED = re.compile(rf"{_USD.pattern} \({_USD_BAND.pattern}\)")
_SCALE = {" trn": 1e12, " bn": 1e9, " M": 1e6, None: 1.0}


def value(text: str, cny_per_usd: float | None = None) -> str:
    """A value or a band of a run in the language spoken here; in Chinese money also in yuan at the rate given.

    >>> with speaking("zh"): value("USD 3.05 bn to USD 4.79 bn", 7.0), value("USD 2.42 bn (USD 1.12 bn to USD 3.38 bn)", 7.0)
    ('30.5 至 47.9 亿美元（合 214 至 335 亿元）', '24.2 亿美元（11.2 至 33.8 亿美元；合 169 亿元）')
    >>> with speaking("zh"): value("after 2031-12")
    '2031-12 之后'
    """
    if _spoken.get() == ENGLISH:
        return text

    def money(match: re.Match[str]) -> str:
        usd = float(match.group(1).replace(",", "")) * _SCALE[match.group(2)]
        yuan = f"（{myriads(usd * cny_per_usd)}元）" if cny_per_usd else ""
        return f"{myriads(usd)}美元{yuan}"

    def band(match: re.Match[str]) -> str:
        ends = [float(match.group(k).replace(",", "")) * _SCALE[match.group(k + 1)] for k in (1, 3)]
        yuan = f"（合 {_between(*(end * cny_per_usd for end in ends))}元）" if cny_per_usd else ""
        return f"{_between(*ends)}美元{yuan}"

    def banded(match: re.Match[str]) -> str:
        usd = float(match.group(1).replace(",", "")) * _SCALE[match.group(2)]
        yuan = f"；合 {myriads(usd * cny_per_usd)}元" if cny_per_usd else ""
        ends = [float(match.group(k).replace(",", "")) * _SCALE[match.group(k + 1)] for k in (3, 5)]
        return f"{myriads(usd)}美元（{_between(*ends)}美元{yuan}）"

    text = _USD_BANDED.sub(banded, text)
    text = _USD_BAND.sub(band, text)
    text = _USD.sub(money, text)
    for pattern, said in WORDS[_spoken.get()]:
        text = re.sub(pattern, said, text)
    return text


def _between(low: float, high: float) -> str:
    """Two amounts as a band, their common unit once."""
    first, last = myriads(low), myriads(high)
    unit = last.partition(" ")[2]
    return f"{first.removesuffix(unit).strip() if unit and first.endswith(f' {unit}') else first.strip()} 至 {last}"


def myriads(amount: float) -> str:
    """An amount in units of ten thousand and a hundred million, three digits, as Chinese counts."""
    for size, word in ((1e12, " 万亿"), (1e8, " 亿"), (1e4, " 万")):
        if abs(amount) >= size:
            return f"{float(f'{amount / size:.3g}'):,g}{word}"
    return f"{float(f'{amount:.3g}'):,g} "


@cache
def catalogue(language: str) -> dict[str, str]:
    """English text -> text of a language; empty texts are left out."""
    from babel.messages.pofile import read_po

    with (CATALOGUES / f"{language}.po").open("rb") as file:
        entries = read_po(file, locale=language)
    return {str(entry.id): str(entry.string) for entry in entries if entry.id and entry.string}
