"""The line gate: leak as predicted, auditor and watch as claimed, the desk as in closed form, scores of a file judged or refused."""

import json
import math

import numpy as np
import pytest
from typer.testing import CliRunner

from gigacampus.cli import application
from gigacampus.foundation.errors import ScenarioError
from gigacampus.measure.gate import desk, kernels, pipeline, watch
from gigacampus.measure.gate.day import gate_day
from gigacampus.measure.gate.patch import file_patch, proxy_patch
from gigacampus.measure.gate.requests import REDS, is_line, sentences, stops
from gigacampus.measure.gate.scores import Asked, judged, read_scores
from gigacampus.products import gates, monitor, queues
from gigacampus.products.roc import Curve, area_delong, roc_curve, threshold_for_residual

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def day():
    return gate_day(60_000, seed=5, limit_frac=0.5)


def test_the_leak_is_the_one_that_the_day_before_predicts(day):
    assert day["leak_within_3_standard_errors"] and day["measured_leak"] > 200
    assert day["leak_distance_in_standard_errors"] == pytest.approx(
        abs(day["measured_leak"] - day["predicted_leak"]) / day["leak_standard_error"]
    )
    assert abs(day["predicted_leak_if_gates_were_independent"] / day["predicted_leak"] - 1.0) > 0.03


def test_distances_of_the_leak_over_days_are_those_of_chance():
    seeds = np.random.SeedSequence(11).spawn(3)
    gate = pipeline.trained(seeds[0])
    before, _ = pipeline.observed(40_000, gate, pipeline.Mix(), seeds[1])
    threshold = pipeline.threshold_for(before, 0.01)
    leaks = []
    for own in seeds[2].spawn(12):
        items, _ = pipeline.observed(10_000, gate, pipeline.Mix(), own)
        leaks.append(np.sum(items.violates & ~np.stack(list(items.stopped(threshold).values())).any(axis=0)))
    spread = np.var(leaks, ddof=1) / np.mean(leaks)
    assert 0.3 < spread < 2.5


def test_the_proxy_says_that_it_is_one_and_breaks_no_limit_that_is_kept(day):
    assert "proxy" in day["proxy"] and day["line"] == "a red square next to a circle"
    assert day["red_line"] == {"name": "violating share of the public stream", "limit_frac": 0.5, "kept": True}


def test_one_seed_gives_one_day():
    one, other = (gate_day(20_000, seed=3) for _ in range(2))
    for found in (one, other):
        del found["processor_us_per_item"]
    assert one == other


def test_gates_alone_and_in_series_make_the_same_leak(day):
    recalls = [row["recall_of_reaching_frac"] for row in day["gates"]]
    assert [row["gate"] for row in day["gates"]] == list(pipeline.GATES)
    assert gates.all_miss_frac(recalls, correlation=0.0) == pytest.approx(math.prod(1.0 - r for r in recalls))
    first = day["gates"][0]
    assert first["recall_frac"] == first["recall_of_reaching_frac"]


def test_the_filter_reads_words_and_the_line_is_a_matter_of_the_picture():
    assert stops("a crimson disc beside a blue box") and not stops("a brick square touching a blue circle")
    told = sentences()
    assert told.asks[told.text.index("a brick square touching a blue circle")]
    assert not told.asks[told.text.index("a crimson disc beside a blue box")]
    colour, kind = np.array([[0, 8], [8, 0], [0, 0]]), np.array([[0, 1], [0, 1], [0, 1]])
    assert is_line(colour < len(REDS), kind, np.array([True, True, False])).tolist() == [True, False, False]


def test_a_picture_is_drawn_as_its_scene_says():
    shape = np.array([[[kernels.SQUARE, 5, 6, 2], [kernels.CIRCLE, 15, 6, 3]]])
    colour = np.array([[[214, 40, 40], [40, 70, 200]]])
    out = np.empty((1, kernels.HEIGHT, kernels.WIDTH, 3), np.uint8)
    kernels.draw(shape, colour, np.array([7]), 0, out)
    y, x = np.mgrid[: kernels.HEIGHT, : kernels.WIDTH]
    square = (abs(x - 5) <= 2) & (abs(y - 6) <= 2)
    circle = ((x - 15) ** 2 + (y - 6) ** 2 <= 10) & ~square
    expected = np.full_like(out[0], kernels.PAPER)
    expected[square], expected[circle] = colour[0]
    assert np.array_equal(out[0], expected)
    read = np.empty((1, 7))
    kernels.features(out, read)
    gap = np.flatnonzero(circle.any(axis=0))[0] - 7 - 1
    assert read[0] == pytest.approx([25 / 50, 1.0, 1 / 3, circle.sum() / 50, circle.sum() / 49, 1 / 3, gap / 10])


def test_hashes_and_their_distances_equal_a_plain_computation():
    random = np.random.default_rng(2)
    pictures = random.integers(0, 256, (5, kernels.HEIGHT, kernels.WIDTH, 3), dtype=np.uint8)
    row = np.arange(kernels.HEIGHT) * 8 // kernels.HEIGHT
    column = np.arange(kernels.WIDTH) * 9 // kernels.WIDTH
    bits = []
    for picture in pictures.astype(float):
        planes = picture.mean(axis=2), picture[..., 0] - 0.5 * (picture[..., 1] + picture[..., 2])
        cells = [np.array([[p[row == r][:, column == c].mean() for c in range(9)] for r in range(8)]) for p in planes]
        bits.append([(c[:, :-1] - c[:, 1:] > kernels.HASH_STEP).ravel() for c in cells])
    code = pipeline.hashes_of(pictures)
    assert [[int("".join("01"[int(b)] for b in word), 2) for word in words] for words in bits] == code.tolist()
    found = np.empty(5, np.int64)
    kernels.distances(code, code[:2], found)
    flat = np.array(bits).reshape(5, -1)
    assert found.tolist() == [min(int((a != flat[k]).sum()) for k in (0, 1)) for a in flat]


def test_the_auditors_interval_holds_the_truth_as_often_as_it_says(day):
    covered = [watch.audited(leak, 500_000, sample=10_000, seed=s)["coverage_frac"] for s, leak in enumerate((1_500, 5_000, 40_000))]
    assert all(0.93 <= share <= 0.97 for share in [*covered, day["auditor"]["coverage_frac"]])


@pytest.mark.parametrize(("allowed", "samples"), [(0.002, 2_000), (0.01, 500)])
def test_the_watch_gives_false_alarms_and_delay_as_stated(allowed, samples):
    found = watch.watched(allowed, samples_per_day=samples, seed=4)
    assert found["false_alarm_days"] >= found["stated_days_between_false_alarms"]
    for name in ("false_alarm_days", "delay_h"):
        assert abs(found[name] - found[f"{name}_simulated"]) < 3 * found[f"{name}_standard_error"]


def test_a_watch_that_cannot_be_had_is_refused():
    with pytest.raises(ValueError, match="too close"):
        monitor.cusum_level(0.5, spacing=2, false_alarm_items=1e30)


def test_the_stop_rule_leaks_less_with_less_delay_and_never_more_than_the_wave():
    rule = watch.stop_rule()
    assert rule["leaked_without_rule"] == 1_800_000 and rule["days_without_control"] == 9
    per_h = 1_800_000 / (9 * 24)
    for row in rule["with_rule"]:
        assert row["leaked"] == pytest.approx(per_h * (row["delay_to_alarm_h"] + row["alarm_to_control_h"]))
    leaked = [row["leaked"] for row in rule["with_rule"]]
    assert leaked == sorted(leaked[:3]) + sorted(leaked[3:6]) + sorted(leaked[6:]) and max(leaked) < 1_800_000


@pytest.mark.parametrize("servers", [1, 4])
def test_classes_of_the_desk_wait_as_in_closed_form(servers):
    rates = [0.3 * servers, 0.45 * servers]
    arrive, rank = desk.arrivals(rates, until=60_000.0 / servers, seed=1)
    seen = desk.worked(arrive, rank, service_rate=1.0, servers=servers, seed=2)
    for k, expected in enumerate(queues.priority_waits(rates, service_rate=1.0, servers=servers)):
        mean, error = desk.mean_and_error(seen.wait[rank == k])
        assert abs(mean - expected) < 3 * error


def test_the_desk_loses_what_expires_as_erlang_a_says():
    arrive, rank = desk.arrivals([12.0], until=4_000.0, seed=3)
    seen = desk.worked(arrive, rank, service_rate=1.0, servers=10, seed=4, abandon_rate=0.5)
    exact = queues.erlang_a(12.0, service_rate=1.0, abandon_rate=0.5, servers=10)
    for values, key in ((seen.expired.astype(float), "probability_abandon"), (seen.wait, "mean_wait_all")):
        mean, error = desk.mean_and_error(values)
        assert abs(mean - exact[key]) < 3 * error


def test_the_fewest_servers_are_enough_and_one_less_is_not():
    for rate, wait, late in ((3.0, 0.1, 0.05), (180.0, 0.02, 0.01), (0.01, 48.0, 0.01)):
        count = queues.fewest_servers(rate, service_rate=1.0, wait=wait, late_frac=late)
        assert queues.erlang_c_tail(rate, service_rate=1.0, servers=count, wait=wait) <= late
        assert count == 1 or queues.erlang_c_tail(rate, service_rate=1.0, servers=count - 1, wait=wait) > late


def test_the_area_and_its_error_equal_their_definitions():
    random = np.random.default_rng(8)
    violating = random.random(300) < 0.4
    score = np.round(random.normal(violating * 1.0, 1.0), 1)
    pairs = (score[violating][:, None] > score[~violating]) + 0.5 * (score[violating][:, None] == score[~violating])
    area, error = area_delong(violating, score)
    variance = pairs.mean(axis=1).var(ddof=1) / violating.sum() + pairs.mean(axis=0).var(ddof=1) / (~violating).sum()
    assert (area, error) == pytest.approx((pairs.mean(), math.sqrt(variance)))
    curve = roc_curve(violating, score)
    trapezoids = np.trapezoid(np.r_[0.0, curve.recall_frac], np.r_[0.0, curve.false_positive_frac])
    assert trapezoids == pytest.approx(area)


def test_the_threshold_is_the_highest_that_keeps_the_limit():
    curve = Curve(np.array([0.9, 0.6, 0.3, 0.1]), np.array([0.5, 0.9, 0.99, 1.0]), np.array([0.0, 0.02, 0.2, 1.0]))
    assert [threshold_for_residual(curve, violating_frac=0.5, limit_frac=x) for x in (0.4, 0.1, 0.02, 0.001)] == [0, 1, 2, None]


GOOD = "id,label,score\n" + "".join(f"a{i},1,{0.5 + i / 100}\nb{i},0,{0.1 + i / 100}\n" for i in range(40))


def written(tmp_path, text):
    path = tmp_path / "scores.csv"
    path.write_text(text, encoding="utf-8")
    return path


BAD = {
    "odd label": (GOOD + "c,maybe,0.5\n", "'maybe' is neither", 82),
    "no label": (GOOD + "c,,0.5\n", "label '' is missing", 82),
    "score above": (GOOD + "c,1,1.5\n", "outside 0 to 1", 82),
    "score below": (GOOD + "c,1,-0.1\n", "outside 0 to 1", 82),
    "no score": (GOOD + "c,1,\n", "is no number", 82),
    "score in words": (GOOD + "c,1,high\n", "is no number", 82),
    "constant": ("id,label,score\na,1,0.5\nb,0,0.5\nc,1,0.5\nd,0,0.5\n", "tells nothing apart", None),
    "one class": ("id,label,score\na,1,0.5\nb,1,0.6\n", "both kinds", None),
    "one of a kind": ("id,label,score\na,1,0.5\nb,0,0.6\nc,0,0.1\n", "no spread", None),
    "two labels": (GOOD + "a0,0,0.5\n", "another label or score", 82),
    "no id": (GOOD + ",0,0.5\n", "without id", 82),
    "no column": ("id,label\na,1\n", "no column 'score'", 1),
    "empty": ("", "empty", None),
    "no rows": ("id,label,score\n", "no item", None),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_wrong_file_is_refused_with_its_line(kind, tmp_path):
    text, why, line = BAD[kind]
    with pytest.raises(ScenarioError, match=why) as refused:
        read_scores(written(tmp_path, text))
    assert refused.value.findings[0].fix and refused.value.findings[0].line == line


def test_what_had_to_be_found_out_is_told(tmp_path):
    text = "Item;Y_true;Probability;note\n" + "".join(
        f"i{k};{'ja' if False else 'yes' if k % 2 else 'no'};{40 + k} %;x\n" for k in range(30)
    )
    scores = read_scores(written(tmp_path, text + "i3;yes;43 %;x\n"))
    assert len(scores.score) == 30 and scores.score[3] == pytest.approx(0.43)
    told = " ".join(scores.notes)
    assert "divided by 100" in told and "repeat an id" in told and "not read: note" in told


def test_a_file_is_judged_with_bands_and_its_desk(tmp_path):
    random = np.random.default_rng(6)
    violating = random.random(3_000) < 0.3
    score = np.round(np.where(violating, random.beta(5, 2, 3_000), random.beta(1.2, 6, 3_000)), 4)
    rows = "".join(f"{k},{int(v)},{s}\n" for k, (v, s) in enumerate(zip(violating, score, strict=True)))
    found = judged(
        read_scores(written(tmp_path, "id,label,score\n" + rows)), Asked(limit_frac=0.01, items_per_day=1e5, violating_frac=0.05)
    )
    low, high = found["auc_interval_95"]
    assert low < found["auc"] < high and found["threshold_interval_95"][0] <= found["threshold"] <= found["threshold_interval_95"][1]
    stopped = score >= found["threshold"]
    recall, false = stopped[violating].mean(), stopped[~violating].mean()
    passing = 0.05 * (1 - recall) / (0.05 * (1 - recall) + 0.95 * (1 - false))
    assert found["residual_frac"] == pytest.approx(passing) and passing <= 0.01
    assert found["flagged_per_day"] == pytest.approx(1e5 * (0.05 * recall + 0.95 * false))
    assert found["late_frac"] <= 0.01 and found["cost_usd_per_day"] == found["reviewers_on_shift"] * 24 * 30.0
    assert not any("taken from the file" in note for note in found["notes"])


@pytest.mark.parametrize("source", ["proxy", "file"])
def test_a_patch_is_taken_by_a_scenario_with_its_bands(source, day, tmp_path):
    from gigacampus.scenario.document import load
    from gigacampus.scenario.templates import starter

    if source == "file":
        path = written(tmp_path, GOOD.replace("b39,0,0.49", "b39,0,0.95"))
        found = judged(read_scores(path), Asked(limit_frac=0.05))
        text, recalls = file_patch(found), [found["recall_frac"]]
    else:
        text, recalls = proxy_patch(day), [row["recall_of_reaching_frac"] for row in day["gates"]]
    (tmp_path / "measured.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "own.yaml").write_text(starter("grid", "Own") + "\npatches: [measured.yaml]\n", encoding="utf-8")
    scenario, _ = load(tmp_path / "own.yaml")
    assert scenario.red_lines.gate_recalls == pytest.approx(recalls, rel=1e-5)
    assert any(path.startswith("red_lines.gate_") for path in scenario.uncertainty)


def test_a_breached_red_line_fails_loudly_and_by_name(tmp_path):
    path = written(tmp_path, "id,label,score\n" + "".join(f"{k},{k % 2},{k * 37 % 101 / 101:.4f}\n" for k in range(200)) + "z,1,0\n")
    done = RUNNER.invoke(application(), ["measure", "gate", str(path), "--json", "--limit", "0.0001"])
    assert done.exit_code == 1 and "red line breached: violating share of what passes" in done.stderr
    assert json.loads(done.stdout)["red_line"]["kept"] is False
    done = RUNNER.invoke(application(), ["measure", "gate", str(path), "--limit", "2"])
    assert done.exit_code == 2 and "no share" in done.stderr
