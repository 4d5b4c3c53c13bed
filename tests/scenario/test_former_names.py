"""Inputs under former names: read wherever a scenario may name one, noted, and drawn with the same random numbers."""

from pathlib import Path

import numpy as np
import pytest

from gigacampus.registry.renamed import INPUTS, current_input, first_input
from gigacampus.scenario.document import read, typed
from gigacampus.scenario.plan import plan, stratified
from gigacampus.schema.fields import slot_at
from gigacampus.schema.scenario import Scenario

ROOT = Path(__file__).parents[2]
OLD = """
base: {base}
campuses:
  first:
    schedule: {{quantile: 0.25}}
company:
  raise_policy: {{luck_frac: 0.75}}
  revenue: {{rental: {{share_frac: 0.3, start: 2026-06-01, tenants: {{second: {{it_mw: 5, start: 2027-01-01}}}}, notice_days: 30}}}}
uncertainty:
  campuses.first.schedule.quantile: {{kind: uniform, low: 0, high: 1}}
  company.raise_policy.luck_frac: {{kind: uniform, low: 0, high: 1}}
correlations: [{{a: campuses.first.schedule.quantile, b: company.raise_policy.luck_frac, rank: 0.5}}]
baseline: {{company: {{raise_policy: {{luck_frac: 0.1}}}}}}
"""


@pytest.fixture
def old(tmp_path):
    (tmp_path / "base.yaml").write_text((ROOT / "scenarios" / "grid-campus.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    path = tmp_path / "old.yaml"
    path.write_text(OLD.format(base="base.yaml"), encoding="utf-8")
    return path


def test_former_names_are_read_everywhere_and_noted(old):
    scenario, document = typed(read(old))
    assert scenario.campuses["first"].schedule.construction_slip_quantile == 0.25
    assert scenario.company.raise_policy.raise_luck_quantile == 0.75
    tenants = scenario.company.revenue.rental.tenants
    assert set(tenants) == {"first", "second"} and (tenants["first"].share_frac, tenants["first"].notice_days) == (0.3, 30)
    assert {"campuses.first.schedule.construction_slip_quantile", "company.raise_policy.raise_luck_quantile"} <= set(scenario.uncertainty)
    assert scenario.correlations[0].b == "company.raise_policy.raise_luck_quantile"
    twin, _ = typed(read(old, baseline=True))
    assert twin.company.raise_policy.raise_luck_quantile == 0.1
    notes = " ".join(document.notes())
    assert "old.yaml:5: campuses.first.schedule.quantile is called campuses.first.schedule.construction_slip_quantile now" in notes


def test_a_set_by_a_former_name_takes_the_place_of_the_distribution(old):
    scenario, document = typed(read(old, sets=("campuses.first.schedule.quantile=0.9",)))
    assert scenario.campuses["first"].schedule.construction_slip_quantile == 0.9
    assert "campuses.first.schedule.construction_slip_quantile" not in scenario.uncertainty
    _, plain = typed(read(ROOT / "scenarios" / "grid-campus.yaml", sets=("campuses.first.schedule.quantile=0.9",)))
    assert plain.notes()[0].startswith("--set") and document.notes()


def test_a_new_name_moves_no_draw(old):
    scenario, _ = typed(read(old, sets=("correlations=[]",)))
    found = plan(scenario)
    want = np.sort(stratified(scenario.run.seed, "company.raise_policy.luck_frac", scenario.run.draws))
    np.testing.assert_array_equal(np.sort(found.draws["company.raise_policy.raise_luck_quantile"]), want)
    assert (
        found.draws["company.raise_policy.raise_luck_quantile"]
        == stratified(scenario.run.seed, "company.raise_policy.luck_frac", scenario.run.draws)
    ).all()


@pytest.mark.parametrize(("path", "name"), INPUTS)
def test_every_former_path_leads_to_an_input_that_exists(path, name):
    spelt = path.replace("campuses.*", "campuses.colossus_2").replace("blocks.*", "blocks.order_to_stop")
    now = current_input(spelt)
    assert now.endswith(name) and first_input(now) == spelt
    one_tenant = "company.revenue.rental.start=2026-06-01"
    scenario, _ = typed(read(ROOT / "scenarios" / "xai-2026-01.yaml", sets=(one_tenant,)))
    data = scenario.model_dump()
    assert slot_at(Scenario, now.split("."), data) is not None and slot_at(Scenario, spelt.split("."), data) is None
