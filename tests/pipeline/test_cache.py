"""Cache keys move with everything that a result depends on; a damaged or unwritable cache is no error."""

from types import SimpleNamespace

import numpy as np
import pytest

from gigacampus.foundation.cache_folder import cache_folder
from gigacampus.pipeline import cache
from gigacampus.registry.stages import STAGES, Stage
from gigacampus.schema.power import PowerSpec


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GIGACAMPUS_CACHE", str(tmp_path / "cache"))


def test_arrays_come_back_as_they_were():
    arrays = {"a": np.arange(6.0).reshape(2, 3), "names": np.array(["x", "y"])}
    cache.save("stage", "k" * 64, arrays)
    again = cache.load("stage", "k" * 64)
    assert again is not None and set(again) == set(arrays)
    np.testing.assert_array_equal(again["a"], arrays["a"])


def test_a_damaged_file_counts_as_absent():
    cache.save("stage", "k" * 64, {"a": np.ones(3)})
    (path,) = cache_folder("stages").iterdir()
    path.write_bytes(path.read_bytes()[:40])
    with pytest.warns(RuntimeWarning, match="damaged"):
        assert cache.load("stage", "k" * 64) is None
    assert not path.exists()


def test_no_partial_file_is_left_behind():
    cache.save("stage", "k" * 64, {"a": np.ones(3)})
    assert [p.suffix for p in cache_folder("stages").iterdir()] == [".arrays"]


def test_the_key_moves_with_input_upstream_files_and_sources(tmp_path):
    stage = STAGES[0]
    tables = [tmp_path / "load.csv", tmp_path / "other.csv"]
    for value, table in enumerate(tables):
        table.write_text(f"{value}\n")
    text = [f'{{"user_load_csv": "{table}"}}' for table in tables]
    base = cache.key(stage, text[0], ["up"])
    other = Stage("buildout", "gigacampus.foundation.calendar", (), (), 1)
    changed = [cache.key(stage, text[0] + "!", ["up"]), cache.key(stage, text[0], ["up!"]), cache.key(other, text[0], ["up"])]
    assert base == cache.key(stage, text[0], ["up"])
    assert len({base, *changed}) == 4
    tables[0].write_text("7\n")
    assert cache.key(stage, text[0], ["up"]) != base


def test_the_fingerprint_sees_every_leaf_and_no_order():
    one = SimpleNamespace(campuses={"a": SimpleNamespace(power=PowerSpec()), "b": SimpleNamespace(power=PowerSpec())})
    turned = SimpleNamespace(campuses={"b": SimpleNamespace(power=PowerSpec()), "a": SimpleNamespace(power=PowerSpec())})
    other = SimpleNamespace(campuses={"a": SimpleNamespace(power=PowerSpec(reserve_units=2.0)), "b": SimpleNamespace(power=PowerSpec())})
    assert cache.fingerprint(one) == cache.fingerprint(turned) != cache.fingerprint(other)


def test_the_version_reaches_through_imports():
    assert cache._imports("gigacampus.pipeline.run") >= {"gigacampus.foundation.calendar", "gigacampus.registry.stage_inputs"}
    assert cache.version("gigacampus.pipeline.run") != cache.version("gigacampus.foundation.calendar")
