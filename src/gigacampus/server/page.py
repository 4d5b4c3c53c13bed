"""The live page as HTML: a frame that the viewer fills from the API, under the same strict policy as the report."""

from __future__ import annotations

from functools import cache

from gigacampus.foundation.language import ENGLISH, language, say, speaking
from gigacampus.report.markup import esc, json_block
from gigacampus.report.page import PLAIN_STYLE, built_viewer, chinese_font, language_name_font, policy, viewer_words

SANDBOX = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A report brings its own, stricter policy; this one holds even if the file is not ours."""
_NO_VIEWER = "<main><h1>gigacampus</h1><p>The page has not been built. Run <code>make viewer</code>, then start again.</p></main>"


def _heading(id: str, title: str, inside: str, *, hidden: bool = False) -> str:
    unseen = ' class="unseen"' if hidden else ""
    return f'<section aria-labelledby="{id}-heading" id="{id}"><h2 id="{id}-heading"{unseen}>{esc(say(title))}</h2>{inside}</section>'


def _folded(id: str, title: str, inside: str) -> str:
    return f'<details id="{id}"><summary><h2>{esc(say(title))}</h2></summary>{inside}</details>'


def body() -> str:
    """The frame in the language spoken here: levers, figures and charts on one screen, the rest below."""
    buttons = (
        f'<button type="button" id="live-reset">{esc(say("All back to default"))}</button>'
        f'<button type="button" id="live-keep">{esc(say("Keep this state"))}</button>'
    )
    copy = f'<button type="button" data-copy="live-command" hidden>{esc(say("Copy"))}</button>'
    other = "en" if language() != ENGLISH else "zh"
    name = "English" if other == ENGLISH else "中文"
    link = f'<a class="language" href="/?lang={other}" lang="{other}" hreflang="{other}">{name}</a>'
    levers = _heading("inputs", "Levers", f'<div class="act">{buttons}</div><div id="live-levers"></div>', hidden=True)
    figures = '<div id="live-five" class="five"></div><div id="live-smalls" class="smalls"></div><div id="live-goal"></div>'
    state = '<p id="live-state" class="note"></p>'
    stage = (
        '<section id="headline" tabindex="-1" aria-labelledby="headline-heading">'
        f'<h2 id="headline-heading" class="unseen">{esc(say("Headline and charts, before and after"))}</h2>{state}{figures}</section>'
    )
    command = f'<div class="copyable"><h2>{esc(say("The same in the terminal"))}</h2>{copy}<pre id="live-command"></pre></div>'
    below = (
        ("others", "All other inputs", "live-others"),
        ("figures", "All figures, before and after", "live-table"),
        ("kept", "States and runs side by side", "live-kept"),
    )
    folded = "".join(_folded(id, title, f'<div id="{place}"></div>') for id, title, place in below)
    return (
        f'<a class="skip" href="#headline">{esc(say("Skip to the headline"))}</a>'
        f'<main id="live"><header><p class="kicker">{esc(say("gigacampus, live"))} {link}</p><h1 id="live-title">gigacampus</h1>'
        '<p class="lede" id="live-about"></p><div class="choose" id="live-choose"></div>'
        '<p id="live-said" role="status"></p><div id="live-problem" role="alert"></div></header>'
        f'<div class="desk">{levers}{stage}</div>'
        f"{folded}{command}</main>"
    )


@cache
def live(spoken: str = ENGLISH) -> tuple[str, str]:
    """The page in a language and its content security policy."""
    viewer = built_viewer()
    with speaking(spoken):
        script, style = viewer or ("", PLAIN_STYLE.read_text(encoding="utf-8"))
        style += chinese_font() + language_name_font()
        tail = f"{json_block('data-words', viewer_words())}<script>{script}</script>" if script else ""
        text = (
            f'<!doctype html>\n<html lang="{language()}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
            'initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,">'
            f"<title>{esc(say('gigacampus, live'))}</title>"
            f"<style>{style}</style></head><body>{body() if script else _NO_VIEWER}{tail}</body></html>\n"
        )
        return text, f"{policy(script, style)}; connect-src 'self'; frame-ancestors 'none'"
