"""A run folder is whole or absent, reads back what was written, and keeps opening after the format changes."""

import json

import duckdb
import numpy as np
import pytest

from gigacampus.registry.variables import REGISTRY
from gigacampus.results import store
from gigacampus.results.manifest import HASH, write_manifest
from gigacampus.results.migrate import SCHEMA_VERSION, STEPS, migrate
from gigacampus.results.query import query
from gigacampus.results.result import Result, quantiles


def small_result() -> Result:
    coords = {
        "campus": ["north", "south"],
        "phase": [0, 1],
        "month": ["2025-01", "2025-02", "2025-03"],
        "unit": [],
        "unit_campus": [],
        "accelerator": [],
        "receptor": [],
        "receptor_campus": [],
        "band": [],
    }
    generator = np.random.default_rng(1)
    planned = np.zeros((3, 2, 3))
    planned[:, 1, 2] = 1
    arrays = {
        "it_in_service_mw": generator.random((3, 2, 2, 3)),
        "planned_phase": planned,
        "cash_usd": generator.random((4, 3)) * 1e9,
        "runway_month": np.array([1.0, np.nan, 2.0, 0.0]),
    }
    manifest = {
        "title": "small",
        "as_of": "2025-02-01",
        "run": {"worlds": 3, "draws": 4, "seed": 1},
        "hash": "abc",
        "headline": [{"id": "x", "title": "X", "value": 1.0, "low": 0.0, "high": 2.0, "unit": "MW", "level": 1, "text": "1 MW"}],
    }
    return Result(manifest, coords, {"title": "small"}, arrays)


def written(tmp_path):
    result = small_result()
    target = tmp_path / "small-abc"
    with store.folder(target) as work:
        store.write(result, work)
    return result, target


def test_reads_back_the_same_numbers(tmp_path):
    result, target = written(tmp_path)
    again = store.read(target)
    for name in result.names():
        np.testing.assert_array_equal(again.array(name), result.array(name))
    assert again.coords == result.coords
    assert again.manifest["title"] == "small"


def test_nothing_is_read_before_it_is_asked_for(tmp_path, monkeypatch):
    result, target = written(tmp_path)
    asked = []
    columns = store._Stored._columns
    monkeypatch.setattr(store._Stored, "_columns", lambda self, file, names: asked.append(names) or columns(self, file, names))
    again = store.read(target)
    assert again.names() == result.names() and again.has("cash_usd") and not asked
    again.array("cash_usd")
    again.array("cash_usd")
    assert asked == [["cash_usd"]]


def test_planned_path_follows_the_phase():
    result = small_result()
    raw, planned = result.array("it_in_service_mw"), result.planned("it_in_service_mw")
    np.testing.assert_array_equal(planned[:, 1, 2], raw[:, 1, 1, 2])
    np.testing.assert_array_equal(planned[:, 0, 2], raw[:, 0, 0, 2])


def test_bands_leave_the_reference_world_out():
    result = small_result()
    expected = np.quantile(result.array("it_in_service_mw")[1:, 0, 0], 0.5, axis=0)
    np.testing.assert_allclose(result.band("it_in_service_mw", campus="north", phase=0)["p50"], expected)


def test_a_failed_write_leaves_nothing(tmp_path):
    target = tmp_path / "broken"
    with pytest.raises(KeyboardInterrupt), store.folder(target) as work:
        (work / "half").write_text("x")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_rewrite_replaces_the_old_run_whole(tmp_path):
    _, target = written(tmp_path)
    (target / "stale").write_text("old")
    written(tmp_path)
    assert not (target / "stale").exists()
    assert [p.name for p in tmp_path.iterdir()] == ["small-abc"]


def test_same_numbers_give_the_same_bytes(tmp_path):
    _, a = written(tmp_path / "a")
    _, b = written(tmp_path / "b")
    for table in sorted((a / "tables").iterdir()):
        assert table.read_bytes() == (b / "tables" / table.name).read_bytes()


def test_an_old_run_opens(tmp_path):
    result, target = written(tmp_path)
    manifest = json.loads((target / store.MANIFEST).read_text())
    old = {k: v for k, v in manifest.items() if k not in ("schema_version", "run", "tables", "checksums", HASH)}
    old |= {**manifest["run"], "files": manifest["tables"], "schema_version": 0}
    (target / store.MANIFEST).write_text(json.dumps(old))
    np.testing.assert_array_equal(store.read(target).array("cash_usd"), result.array("cash_usd"))


def test_a_run_that_used_former_names_opens_under_both(tmp_path):
    """Columns of a version 1 table keep their spelling on disk; a reader asks by either and SQL finds both."""
    result = small_result()
    names = {"equipment_gross_usd": "plant_gross_usd", "curtailed_mwh": "dumped_mwh"}
    result._arrays |= {"equipment_gross_usd": np.arange(12.0).reshape(4, 3), "curtailed_mwh": np.ones((3, 2, 2, 3))}
    target = tmp_path / "old"
    with store.folder(target) as work:
        store.write(result, work)
    manifest = json.loads((target / store.MANIFEST).read_text())
    for table, columns in manifest["tables"].items():
        manifest["tables"][table] = [names.get(n, n) for n in columns]
        for new in set(columns) & set(names):
            file, rename = target / "tables" / f"{table}.parquet", f'"{new}" AS "{names[new]}"'
            duckdb.sql(f"COPY (SELECT * EXCLUDE ({new}), {rename} FROM '{file}') TO '{file}.new' (FORMAT parquet)")
            file.with_name(f"{file.name}.new").replace(file)
    (target / store.MANIFEST).write_text(
        json.dumps({k: v for k, v in manifest.items() if k not in (HASH, "checksums")} | {"schema_version": 1})
    )
    again = store.read(target)
    for new, old in names.items():
        assert new in again.names() and old not in again.names() and again.has(old)
        np.testing.assert_array_equal(again.array(new), result.array(new))
        np.testing.assert_array_equal(again.samples(old), again.samples(new))
    for asked in ("plant_gross_usd", "equipment_gross_usd"):
        assert query(tmp_path, f"SELECT sum({asked}) FROM draw_month")[1] == [(66.0,)]


def test_a_former_name_is_another_word_for_a_variable_that_exists():
    from gigacampus.registry.renamed import VARIABLES

    assert set(VARIABLES.values()) <= set(REGISTRY) and not set(VARIABLES) & set(REGISTRY)
    assert len(set(VARIABLES.values())) == len(VARIABLES)


def test_a_new_run_answers_sql_by_former_names_too(tmp_path):
    result = small_result()
    result._arrays |= {"equipment_gross_usd": np.arange(12.0).reshape(4, 3)}
    with store.folder(tmp_path / "new") as work:
        store.write(result, work)
    assert query(tmp_path, "SELECT max(plant_gross_usd) FROM draw_month")[1] == [(11.0,)]
    assert "plant_gross_usd" not in query(tmp_path, "SELECT * FROM draw_month")[0]


def test_migrations_are_gapless_and_a_newer_run_is_refused():
    assert sorted(STEPS) == list(range(SCHEMA_VERSION))
    with pytest.raises(ValueError, match="newer"):
        migrate({"schema_version": SCHEMA_VERSION + 1})


def test_a_folder_that_is_no_run_is_named(tmp_path):
    with pytest.raises(store.StoreError, match="not a run folder"):
        store.read(tmp_path)


def test_sql_sees_all_runs_and_cannot_reach_files(tmp_path):
    written(tmp_path)
    columns, rows = query(tmp_path, "SELECT run, text FROM headline")
    assert columns == ["run", "text"] and rows == [("small-abc", "1 MW")]
    _, rows = query(tmp_path, "SELECT campus, sum(it_in_service_mw) FROM world_campus_phase_month WHERE world=0 GROUP BY 1 ORDER BY 1")
    assert [r[0] for r in rows] == ["north", "south"]
    with pytest.raises(store.StoreError, match="query failed"):
        query(tmp_path, f"COPY (SELECT 1) TO '{tmp_path}/out.csv'")
    assert not (tmp_path / "out.csv").exists()


def test_never_sorts_last_in_quantiles():
    band = quantiles(np.array([np.nan, 1.0, 2.0, 3.0, np.nan]))
    assert band["p10"] == 1.0 and band["p50"] == 3.0 and np.isnan(band["p90"])


def edited(target, change):
    path = target / store.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    manifest.pop(HASH)
    write_manifest(target, manifest)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m["coords"]["month"].append("2025-04"), "month 4"),
        (lambda m: m["coords"].pop("phase"), "phase (not in this run)"),
        (lambda m: m["tables"]["draw_month"].append("revenue_usd"), "revenue_usd"),
    ],
)
def test_a_folder_of_another_layout_is_refused_by_file_with_what_to_do(tmp_path, change, said):
    _, target = written(tmp_path)
    edited(target, change)
    with pytest.raises(store.StoreError) as caught:
        store.read(target)
    text = str(caught.value)
    assert ".parquet" in text and said in text and "Run the scenario again" in text and "\n" not in text


def test_a_table_that_is_gone_or_cut_is_refused_by_file(tmp_path):
    _, target = written(tmp_path)
    table = next((target / "tables").glob("*.parquet"))
    table.write_bytes(table.read_bytes()[:40])
    with pytest.raises(store.StoreError, match=table.name):
        store.read(target)
    table.unlink()
    with pytest.raises(store.StoreError, match=table.name):
        store.read(target)
