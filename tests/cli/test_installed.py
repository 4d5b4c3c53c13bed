"""What is installed is the product: wheel and source archive hold it whole, and it runs from another folder without its source tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

import gigacampus

ROOT = Path(__file__).parents[2]
BUILD = """
import os, sys
from hatchling import build
os.chdir(sys.argv[1])
print(build.build_sdist(sys.argv[2]) if sys.argv[3] == "sdist" else build.build_wheel(sys.argv[2]))
"""


def built(source: Path, into: Path, kind: str) -> Path:
    done = subprocess.run([sys.executable, "-c", BUILD, source, into, kind], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return into / done.stdout.split()[-1]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    return built(ROOT, tmp_path_factory.mktemp("sdist"), "sdist")


@pytest.fixture(scope="module")
def wheel(archive, tmp_path_factory):
    """A wheel built from the source archive alone, so that whatever the archive lacks is missing here too."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    (source,) = folder.iterdir()
    return built(source, tmp_path_factory.mktemp("wheel"), "wheel")


def data_files() -> set[str]:
    """Whatever the product reads besides its modules, as the wheel should name it."""
    package = ROOT / "src" / "gigacampus"
    parts = [package / "library", package / "validation" / "cases", package / "report"]
    inside = {f"gigacampus/{p.relative_to(package).as_posix()}" for part in parts for p in part.rglob("*") if p.is_file()}
    beside = {f"gigacampus/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / "scenarios").rglob("*") if p.is_file()}
    return {name for name in inside | beside if "__pycache__" not in name}


def test_wheel_and_archive_hold_library_cases_scenarios_and_viewer(archive, wheel):
    wanted = data_files()
    assert len(wanted) > 200 and "gigacampus/scenarios/xai-2026-01.yaml" in wanted
    with zipfile.ZipFile(wheel) as packed:
        assert wanted - set(packed.namelist()) == set()
    with tarfile.open(archive) as packed:
        held = {name.partition("/")[2].removeprefix("src/") for name in packed.getnames()}
    assert {name if "/scenarios/" not in name else name.removeprefix("gigacampus/") for name in wanted} - held == set()


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """``installed(*arguments)``: the command of a fresh environment with this wheel, run in a folder of its own."""
    home = tmp_path_factory.mktemp("environment")
    python = home / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--disable-pip-version-check",
        wheel,
    ]
    subprocess.run(pip, check=True, cwd=home)
    said = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(said, capture_output=True, text=True, check=True).stdout.strip())
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    work = home / "elsewhere"
    work.mkdir()
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"GIGACAMPUS_CACHE": str(home / "cache")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([python.with_name("gigacampus"), *arguments], cwd=work, env=env, capture_output=True, text=True, check=False)

    run.work, run.site = work, site
    return run


def test_it_is_the_installed_one_that_runs(installed):
    assert installed("--version").stdout == f"gigacampus {gigacampus.__version__}\n"
    assert (installed.site / "gigacampus" / "scenarios" / "gas-campus.yaml").is_file()


@pytest.mark.slow
def test_a_shipped_scenario_runs_by_its_name_and_writes_its_report(installed):
    done = installed("run", "gas-campus", "--worlds", "1", "--draws", "2", "--no-twin", "--json")
    assert done.returncode in (0, 1), done.stderr
    run = installed.work / json.loads(done.stdout)["run_folder"]
    page = (run / "report.html").read_text(encoding="utf-8")
    viewer = installed.site / "gigacampus" / "report" / "viewer" / "viewer.js"
    assert ("<script" in page) == viewer.is_file() and "Gas" in page
    assert {p.name for p in installed.work.iterdir()} == {"runs"}


def test_it_scores_the_cases_that_it_ships_with(installed):
    done = installed("validate", "traffic", "scaling", "--json")
    rows = json.loads(done.stdout)["cases"]
    assert done.returncode == 0, done.stderr
    assert {row["family"] for row in rows if row["gating"]} == {"traffic", "scaling"} and not [r for r in rows if r["n"] == 0]


def test_an_unknown_name_offers_the_shipped_ones(installed):
    done = installed("run", "xai-2026-99")
    assert done.returncode == 2 and "xai-2026-01" in done.stderr
