"""The live page as HTML: a frame that the viewer fills from the API, under the same strict policy as the report."""

from __future__ import annotations

from functools import cache

from gigacampus.report.page import PLAIN_STYLE, built_viewer, policy

SANDBOX = (
    "sandbox allow-scripts allow-downloads; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A report brings its own, stricter policy; this one holds even if the file is not ours."""
_BODY = """\
<a class="skip" href="#headline">Skip to the headline</a>
<main id="live">
<header><p class="kicker">gigacampus, live</p><h1 id="live-title">Change an input, see what it does</h1>
<p class="lede">Choose a scenario, move what you doubt, and run it. Nothing leaves this machine.</p></header>
<section aria-labelledby="inputs-heading"><h2 id="inputs-heading">Inputs</h2>
<form id="live-form"></form></section>
<section id="headline" aria-labelledby="headline-heading"><h2 id="headline-heading">Headline, before and after</h2>
<p id="live-said" role="status"></p><div id="live-problem" role="alert"></div><div id="live-table"></div></section>
<section aria-labelledby="runs-heading"><h2 id="runs-heading">Reports</h2><div id="live-runs"></div></section>
</main>
"""
_NO_VIEWER = "<main><h1>gigacampus</h1><p>The page has not been built. Run <code>make viewer</code>, then start again.</p></main>"


@cache
def live() -> tuple[str, str]:
    """The page and its content security policy."""
    viewer = built_viewer()
    script, style = viewer or ("", PLAIN_STYLE.read_text(encoding="utf-8"))
    tail = f"<script>{script}</script>" if script else ""
    text = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
        'initial-scale=1"><meta name="color-scheme" content="light dark"><link rel="icon" href="data:,"><title>gigacampus, live</title>'
        f"<style>{style}</style></head><body>{_BODY if script else _NO_VIEWER}{tail}</body></html>\n"
    )
    return text, f"{policy(script, style)}; connect-src 'self'; frame-ancestors 'none'"
