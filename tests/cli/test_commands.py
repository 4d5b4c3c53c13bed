"""Commands as a user meets them: exit codes, one JSON object, nothing touched that exists, a help that starts fast."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gigacampus.cli import COMMANDS
from gigacampus.scenario.file_schema import FILE_NAME, MODELINE, text
from gigacampus.scenario.templates import TEMPLATES, starter
from tests.commands import in_process

ROOT = Path(__file__).parents[2]
HEAVY = ("numpy", "numba", "pydantic", "scipy", "duckdb", "ruamel", "rich")


def test_help_lists_every_command_and_imports_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "gigacampus", "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=True,
    )
    imported = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert not imported & set(HEAVY)
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


def test_help_says_each_command_whole_and_a_closed_pipe_is_no_error(tmp_path):
    shown = " ".join(in_process("--help").stdout.split())
    for name in COMMANDS:
        command = getattr(importlib.import_module(f"gigacampus.cli.{name}"), name)
        if callable(command) and not hasattr(command, "registered_commands"):
            assert f"{name} {' '.join((command.__doc__ or '').partition(chr(10))[0].split())}" in shown
    code = (
        "import os, sys\nfrom gigacampus.cli.guard import guarded\n"
        "def long():\n    print('x' * 1000000)\n    sys.stdout.flush()\n    return 0\n"
        "import typer\ntry:\n    guarded(long)()\nexcept typer.Exit as end:\n    sys.exit(end.exit_code)"
    )
    reader, writer = os.pipe()
    os.close(reader)
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], stdout=writer, stderr=subprocess.PIPE, text=True, env=env, check=False)
    os.close(writer)
    assert done.returncode == 0 and done.stderr == ""


def test_no_command_module_imports_heavily_at_its_top():
    code = (
        f"import gigacampus.cli, importlib, sys\nfor n in {COMMANDS!r}: importlib.import_module('gigacampus.cli.' + n)\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}
    )
    assert done.stdout.strip() == "[]"


def test_the_committed_schema_is_the_one_that_the_types_give():
    assert (ROOT / "scenarios" / FILE_NAME).read_text(encoding="utf-8") == text(), "run: gigacampus schema > scenarios/scenario.schema.json"


def test_the_schema_carries_units_and_lets_numbers_be_written_with_one():
    schema = json.loads(in_process("schema", "--json").stdout)
    megawatts = schema["$defs"]["HallBlock"]["properties"]["it_mw"]
    assert megawatts["x-unit"] == "MW" and megawatts["type"] == ["number", "string"] and megawatts["maximum"] == 1e6
    assert "base" in schema["properties"] and "required" not in schema["$defs"]["HallBlock"]


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").glob("*.yaml")), ids=lambda p: p.name)
def test_scenario_files_name_their_schema_first(path):
    assert path.read_text(encoding="utf-8").splitlines()[0] == MODELINE


@pytest.mark.parametrize("template", TEMPLATES)
def test_starters_load_and_are_what_new_writes(template, tmp_path):
    done = in_process("new", f"{template}-campus", "--template", template, "--json", cwd=tmp_path)
    written = json.loads(done.stdout)["written"]
    assert done.returncode == 0 and written == [f"{template}-campus.yaml", FILE_NAME]
    content = (tmp_path / written[0]).read_text(encoding="utf-8")
    assert content == (ROOT / "scenarios" / written[0]).read_text(encoding="utf-8")
    assert "xai" not in content.lower() and len(content.splitlines()) <= 23
    listed = in_process("sources", written[0], "--json", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    assert all(row["confidence"] for row in json.loads(listed.stdout)["values"])


def test_new_takes_an_hourly_load_and_never_overwrites(tmp_path):
    load = tmp_path / "mine.csv"
    load.write_text("hour,mw\n" + "".join(f"{h},{40 + h % 24}\n" for h in range(8760)), encoding="utf-8")
    done = in_process("new", "plant", "--from-load", str(load), "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["written"][:2] == ["plant.yaml", "plant-load.csv"]
    assert (tmp_path / "plant-load.csv").read_bytes() == load.read_bytes()
    assert "user_load_csv: plant-load.csv" in (tmp_path / "plant.yaml").read_text(encoding="utf-8")
    before = (tmp_path / "plant.yaml").read_bytes()
    again = in_process("new", "plant", "--template", "gas", cwd=tmp_path)
    assert again.returncode == 2 and "exists already" in again.stderr and (tmp_path / "plant.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("1\n" * 24, "24 rows"),
        ("1\n" * 8759 + "x\n", "x is not a number"),
        ("1\n" * 8759 + "nan\n", "nan is not a load"),
        ("1\n" * 8759 + "-1\n", "-1 is not a load"),
    ],
)
def test_new_refuses_a_load_that_is_none(content, words, tmp_path):
    (tmp_path / "bad.csv").write_text(content, encoding="utf-8")
    done = in_process("new", "plant", "--from-load", "bad.csv", cwd=tmp_path)
    assert done.returncode == 2 and words in done.stderr and not (tmp_path / "plant.yaml").exists()


@pytest.mark.parametrize("name", ["../up", "a/b", "", "x" * 80, ".hidden", "a b"])
def test_new_refuses_names_that_leave_the_folder(name, tmp_path):
    done = in_process("new", name, cwd=tmp_path)
    assert done.returncode == 2 and not list(tmp_path.rglob("*.yaml"))


def test_starters_are_sized_by_their_load():
    small, large = (starter("gas", "x", peak_mw=mw) for mw in (30.0, 300.0))
    assert "count: 3," in small and "count: 21," in large


def test_a_starter_holds_what_solve_and_sensitivity_ask_for(tmp_path, monkeypatch):
    """The commands of the README stand on a starter's run: its books hold something uncertain, and something of it sounds."""
    monkeypatch.chdir(tmp_path)
    assert in_process("new", "mine", "--template", "hybrid", cwd=tmp_path).returncode == 0
    ran = in_process("run", "mine.yaml", "--worlds", "4", "--draws", "64", "--no-twin", "--json")
    run = json.loads(ran.stdout)["run_folder"]
    for words in (("solve", run, "--goal", "ebitda_by=2027-12"), ("sensitivity", run, "--of", "runway"), ("books", run), ("map", run)):
        done = in_process(*words)
        assert done.returncode == 0, (words, done.stderr)


def test_models_lists_families_from_the_types():
    families = {f["path"]: f["members"] for f in json.loads(in_process("models", "--json").stdout)["families"]}
    assert {"hall", "generators", "battery"} <= set(families["campuses.*.blocks.*"])
    assert {"uniform", "lognormal"} <= set(families["uncertainty.*"])
    assert "dry_cooler" in families["library.cooling.*.kind"]


def test_doctor_says_what_is_fine():
    done = in_process("doctor", "--json")
    checks = {c["name"]: c for c in json.loads(done.stdout)["checks"]}
    assert checks["python"]["fine"] and checks["pydantic"]["fine"]
    assert done.returncode == (0 if json.loads(done.stdout)["fine"] else 1)


def test_a_bad_scenario_gives_exit_code_2_and_one_json_object(tmp_path):
    (tmp_path / "bad.yaml").write_text("title: x\ncompnay: {}\n", encoding="utf-8")
    done = in_process("sources", "bad.yaml", "--json", cwd=tmp_path)
    findings = json.loads(done.stdout)["error"]["findings"]
    assert done.returncode == 2 and any(f["nearest"] == "company" and f["line"] == 2 for f in findings)
    assert "Traceback" not in done.stderr


def test_books_refuse_what_they_cannot_keep(tmp_path):
    missing = in_process("books", str(tmp_path / "none"))
    assert missing.returncode == 2 and "Traceback" not in missing.stderr and missing.stderr.strip()
    strange = in_process("books", str(tmp_path), "--entity", "moon")
    assert strange.returncode == 2 and "moon" in strange.stderr
