"""What is opened often stays light, and what only answers read leaves the keys of the stages alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from gigacampus.pipeline.cache import ABOVE_THE_STAGES
from gigacampus.scenario import library

SOURCES = Path(library.ROOT).parent
STAGE_ROOMS = [
    "foundation",
    "schema",
    "registry",
    "scenario",
    "buildout",
    "compute",
    "power",
    "cooling",
    "neighbours",
    "products",
    "company",
]
HEAVY = ("gigacampus.schema.scenario", "gigacampus.pipeline.run", "gigacampus.ask.learning", "duckdb", "numba", "scipy")
READERS = ("ask.reply", "ask.routing", "ask.topic_figure", "results.store", "results.result", "cli.ask")


@pytest.mark.parametrize("module", READERS)
def test_asking_and_opening_a_run_import_no_schema_of_a_scenario(module):
    code = f"import sys, gigacampus.{module}\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_stage_reads_a_folder_of_the_library_that_its_key_leaves_out():
    assert all((library.ROOT / name).is_dir() for name in ABOVE_THE_STAGES)
    for room in STAGE_ROOMS:
        for path in (SOURCES / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                joined = node.right if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) else None
                named = [joined, *(node.args if isinstance(node, ast.Call) else [])]
                for one in named:
                    folder = one.value.split("/")[0] if isinstance(one, ast.Constant) and isinstance(one.value, str) else ""
                    assert folder not in ABOVE_THE_STAGES, f"{path.name}, line {one.lineno}: {one.value}"
