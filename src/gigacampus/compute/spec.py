"""Inputs of compute: how the fleet is used, and the library's accelerators and model shapes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gigacampus.scenario.quantity import KW, Count, Frac, Hours, NonNegative, Positive, Spec


class ComputeSpec(Spec):
    """How the fleet is used."""

    utilisation_frac: Frac = 0.85
    """Share of in-service accelerators at work."""
    load_at_work_frac: Frac = 0.88
    """Mean IT power of a working accelerator over its rated server power."""
    serving_share_max_frac: Frac = 0.5
    """Most of the accelerator-hours that serving may take from training."""
    failures_per_accelerator_hour: NonNegative = 1.97e-5
    """Llama 3: 419 interruptions in 54 days on 16,384 GPUs."""
    restart_h: Hours = 0.1
    checkpoint_write_s: NonNegative = 15.0
    job_accelerators: Count = 100_000.0
    """Accelerators in one synchronous training job; more run as several jobs."""
    mfu_frac: Frac = 0.38
    """Model FLOP utilisation without failures, BF16."""
    serving_model: Annotated[str, Field(pattern=r"^lib:models/[a-z0-9_]+$")] = "lib:models/moe_large_generic"


class AcceleratorEntry(Spec):
    """An accelerator as installed: power at the server level, rates and memory of one device."""

    title: str = ""
    server_kw: KW
    """IT power per accelerator at rated training load, switches and CPUs included."""
    peak_bf16_tflops: Positive
    memory_gb: Positive
    memory_tb_s: Positive
    h100_equivalents: Positive = 1.0
    price_usd: NonNegative = 35_000.0
    """One accelerator with its share of server and network."""
    world_shipments_per_year: NonNegative = 0.0
    """Shipments to all buyers; 0: unknown, and orders are then not slowed by their size."""
    order_lead_days: NonNegative = 0.0
    """From an order to its first delivery."""


class ModelEntry(Spec):
    """Shape of a served model."""

    title: str = ""
    parameters_b: Positive
    active_parameters_b: Positive
    kv_bytes_per_token: Positive = 70_000.0
    layers: Positive = 60.0
    bytes_per_weight: Positive = 1.0
