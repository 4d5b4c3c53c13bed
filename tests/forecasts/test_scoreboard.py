"""The scoreboard in the documents is what its script writes from the bundled files."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_scoreboard_is_up_to_date():
    spec = importlib.util.spec_from_file_location("scoreboard", ROOT / "scripts" / "scoreboard.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert (ROOT / "docs" / "scoreboard.md").read_text(encoding="utf-8") == script.page(), "run scripts/scoreboard.py"
