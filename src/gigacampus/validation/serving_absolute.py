"""Scores what the roofline promises by itself: benchmark results per accelerator and a published production day. Lengths are partly
assumed, so nothing gates."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from gigacampus.compute.roofline import ServingPoint, exchange_bytes, output_tokens_per_s_per_accelerator, prefill_flop, prefill_s, tpot_s
from gigacampus.foundation.units import BILLION
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, score
from gigacampus.validation.case_rows import CaseRow, case, measured, missing
from gigacampus.validation.serving_rows import serving_point

FAMILY = "serving"
SYSTEMS = {"GB200-186GB": "gb200", "GB300-288GB": "gb300", "B200-180GB": "b200_sxm", "B300-270GB": "b300_sxm", "H200-SXM-141GB": "h200_sxm"}
MODELS = {"deepseek-r1": "deepseek-ai/DeepSeek-R1", "gpt-oss-120b": "openai/gpt-oss-120b"}
ASSUMED_TOKENS = {"deepseek-r1": (800.0, 3800.0), "gpt-oss-120b": (500.0, 1300.0)}
"""Assumed input tokens of a request, and output tokens where the row states none."""
TOKEN_LIMIT_S = {"Offline": np.inf, "Server": 0.080, "Interactive": 0.015}
"""Longest time per token that a scenario allows, recalled."""
REPLICAS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
LOADS = 2.0 ** np.arange(0, 13)
NODE = 8.0


def best_rate(row: Row, folder: CaseFolder, constants: SimpleNamespace, longest_token_s: float, *, spread: bool = False) -> float:
    """Highest output rate of one accelerator over replicas and loads that fit its memory and keep the time per token; tokens/s.

    ``spread``: each accelerator of a replica keeps the caches of its own requests, as wide deployments do.
    """
    shapes = folder.inputs_by("model", "serving/model_shapes.csv")
    systems = folder.inputs_by("system", "serving/gpu_serving_specs.csv")
    tried = [
        Row(
            {
                **row,
                "gpus": str(replica),
                "concurrency": str(load),
                "backend": "trtllm",
                "attention_dp_size": str(replica) if spread else "1",
            }
        )
        for replica in REPLICAS
        if replica <= float(row["gpus"])
        for load in LOADS
    ]
    point = serving_point(tried, shapes, systems)
    memory = float(systems[row["system"]]["hbm_bytes"])
    fits = point.resident_bytes + point.routed_bytes + point.concurrency * point.kv_bytes_per_request <= 0.9 * memory
    rate = output_tokens_per_s_per_accelerator(point, constants)
    return float(np.max(np.where(fits & (tpot_s(point, constants) <= longest_token_s), rate, 0.0)))


def mlperf_rows(folder: CaseFolder, constants: SimpleNamespace) -> list[CaseRow]:
    """Our best rate per accelerator over the submitted one, by scenario."""
    table = folder.rows("serving/mlperf_inference.csv")
    if table is None:
        return [missing(FAMILY, "benchmark results", "mlperf_inference.csv")]
    out = []
    for r in measured(table):
        why = _why_not(r)
        if why:
            leave_out([r], why)
            continue
        score([r])
        inputs, outputs = ASSUMED_TOKENS[r["model"]]
        precision = "fp4" if "fp4" in r["weights_precision"] else r["weights_precision"]
        asked = {"model": MODELS[r["model"]], "system": SYSTEMS[r["gpu"]], "precision": precision, "gpus": r["gpus"], "isl": str(inputs)}
        asked["osl"] = r["mean_output_tokens"] or str(outputs)
        ours, stated = best_rate(Row(asked), folder, constants, TOKEN_LIMIT_S[r["scenario"]]), float(r["result_per_gpu"])
        name = f"{r['model']} {r['scenario']} on {r['system']}, {r['submitter']}"
        source = f"{r['source']}; prompt lengths assumed"
        out.append(
            case(FAMILY, name, "tokens/s and accelerator, ours over the submitted", ours / stated, source=source, pair=(ours, stated))
        )
    return [*out, *_summary(out)]


def _why_not(r: Row) -> str:
    if r["unit"] != "tokens/s":
        return "no token rate"
    if r["model"] not in MODELS:
        return "a model without a shape here"
    if r["gpu"] not in SYSTEMS:
        return "an accelerator that the table of systems lacks"
    return "" if r["scenario"] in TOKEN_LIMIT_S else "a scenario without a limit here"


def _summary(rows: list[CaseRow]) -> list[CaseRow]:
    ratios = [r["value"] for r in rows if r["value"]]
    if not ratios:
        return []
    off, source = float(np.median(np.abs(np.array(ratios) - 1.0))), "MLCommons inference v6.1; prompt lengths assumed"
    return [case(FAMILY, "benchmark results, absolute", "median relative error of the rate", off, n=len(ratios), source=source)]


def production_rows(folder: CaseFolder, constants: SimpleNamespace) -> list[CaseRow]:
    """Rates of a node that operators publish over what the roofline gives a replica of their kind: decoding at the published speed and
    cache length, and the utilisation that published prefill implies over the fitted one."""
    table = folder.rows("serving/production_and_prices.csv")
    if table is None:
        return [missing(FAMILY, "production day", "production_and_prices.csv")]
    at = {(r["subject"].split()[0], r["quantity"]): r for r in measured(table)}
    out = []
    for (who, quantity), row in at.items():
        if quantity not in ("decode_throughput", "prefill_throughput") or who not in ("DeepSeek", "SGLang"):
            continue
        score([row])
        stated, name = float(row["value"]), f"{quantity.replace('_', ' ')} of a node, {row['subject']}"
        ours = (
            _decode_per_node(folder, at, who, constants)
            if quantity == "decode_throughput"
            else _prefill_per_node(folder, at, who, constants)
        )
        metric = f"ours over the published {row['unit']}"
        out.append(case(FAMILY, name, metric, ours / stated, source=row["source"], pair=(ours, stated)))
    leave_out(table, "a price, a count, a total of the day, or an input of another row")
    return out


def _pool(folder: CaseFolder, inputs: float, outputs: float, replica: float) -> Row:
    model = {"model": "deepseek-ai/DeepSeek-V3", "system": "h100_sxm", "precision": "fp8"}
    return Row({**model, "gpus": str(replica), "isl": str(inputs), "osl": str(outputs)})


def _decode_per_node(folder: CaseFolder, at: dict[tuple[str, str], Row], who: str, constants: SimpleNamespace) -> float:
    cache = at.get((who, "mean_kv_length_per_output_token"))
    speed = at.get((who, "output_speed_user"))
    length = float(cache["value"]) if cache else 2000.0
    longest = 1.0 / float(speed["value"]) if speed else 0.1
    return NODE * best_rate(_pool(folder, length, 2.0, 64.0), folder, _without_prefill(constants), longest, spread=True)


def _without_prefill(constants: SimpleNamespace) -> SimpleNamespace:
    """A pool that only decodes: prompts are read elsewhere."""
    return SimpleNamespace(**{**vars(constants), "prefill_frac": 1e9, "exchange_frac": 0.0, "first_token_s": 0.0, "queue_frac": 0.0})


def _prefill_per_node(folder: CaseFolder, at: dict[tuple[str, str], Row], who: str, constants: SimpleNamespace) -> float:
    """Input tokens a second of eight accelerators at the fitted utilisation, cached ones included."""
    total, cached = at.get((who, "input_tokens_24h")), at.get((who, "input_tokens_cache_hit_24h"))
    hit = float(cached["value"]) / float(total["value"]) if total and cached else 0.0
    shape = folder.inputs_by("model", "serving/model_shapes.csv")["deepseek-ai/DeepSeek-V3"]
    system = folder.inputs_by("system", "serving/gpu_serving_specs.csv")["h100_sxm"]
    length, active = 2000.0, float(shape["active_params_B"]) * BILLION
    flop = prefill_flop(active, input_tokens=length, query_dim=0.0, layers=float(shape["layers"]), hit_frac=hit)
    nothing: dict[str, Any] = dict.fromkeys(("resident_bytes", "routed_bytes", "kv_bytes_per_request"), 0.0)
    point = ServingPoint(
        **nothing,
        experts=1.0,
        experts_active=1.0,
        prefill_flop=flop,
        layers=float(shape["layers"]),
        replica=NODE,
        concurrency=1.0,
        output_tokens=1.0,
        memory_bytes_per_s=float(system["hbm_bytes_s"]),
        peak_flop_per_s=float(system["fp8_flop_s"]),
        exchange_bytes=exchange_bytes(length * (1.0 - hit), hidden=float(shape["hidden"]), layers=float(shape["layers"]), replica=NODE),
        scale_up_bytes_per_s=float(system["scale_up_bytes_s"]),
    )
    return length / float(prefill_s(point, constants))
