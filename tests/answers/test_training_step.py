"""A step of the training job beside its days: the same machines, the same speed."""

import numpy as np
import pytest

from gigacampus.answers import runner
from gigacampus.answers.questions import mixed_hardware
from gigacampus.compute.layer_counts import forward_flop_per_token
from gigacampus.compute.training_jobs import shape_of
from gigacampus.foundation.language import speaking
from gigacampus.foundation.references import entry_of
from gigacampus.report.retold import retold
from gigacampus.rerun.reopen import reference_scenario

FORWARD_AND_BACKWARD = 3.0


@pytest.fixture(scope="module")
def figures(result):
    return {f.id: f.samples for f in mixed_hardware.answer(result).more}


def test_a_step_takes_its_flop_over_the_speed_of_the_job(result, figures):
    compute = reference_scenario(result).compute
    shape = shape_of(entry_of(reference_scenario(result).library, compute.training_model))
    tokens = result.sampled.worlds["compute.layout.batch_tokens"][-len(figures["Q16_step"]) :]
    assert np.ptp(tokens) > 0.0
    flop = FORWARD_AND_BACKWARD * forward_flop_per_token(shape, compute.layout.sequence_tokens) * tokens
    job = np.minimum(figures["Q16_at_work"], compute.job_accelerators)
    speed = figures["Q16_rate"] / figures["Q16_goodput"] / figures["Q16_at_work"] * job
    np.testing.assert_allclose(figures["Q16_step"], flop / speed, rtol=1e-9)


def test_stages_wait_less_than_the_bubble_of_the_schedule(result, figures):
    compute = reference_scenario(result).compute
    layout = compute.layout
    replicas = np.minimum(figures["Q16_at_work"], compute.job_accelerators) / (layout.tensor * layout.pipeline * layout.context)
    tokens = result.sampled.worlds["compute.layout.batch_tokens"][-len(replicas) :]
    micro = np.maximum(tokens / layout.sequence_tokens / replicas / layout.micro_batch, 1.0)
    schedule = (layout.pipeline - 1.0) / (layout.virtual_stages * micro)
    assert (figures["Q16_bubble"] > 0.3 * schedule / (1.0 + schedule)).all() and (figures["Q16_bubble"] < schedule).all()


def test_steps_and_levers_are_told_in_chinese(result):
    rows = {row["id"]: row for row in runner.ask(result, ("Q16", "Q18"))}
    titles = [f["title"] for f in rows["Q16"]["figures"] if f["id"] in ("Q16_days", "Q16_step", "Q16_bubble")]
    with speaking("zh"):
        told = [retold(text) for text in titles]
        said = retold("What turns it: vendor credit on orders: 5 months where high (107 days), 2 months where low (15.1 days)")
    assert len(titles) == 3 and not set(told) & set(titles)
    assert said == "能扭转它的：订单的供应商账期：偏高（107 天）时 5 个月，偏低（15.1 天）时 2 个月"
