"""Inputs of compute: how the fleet is used, and the library's accelerators, model shapes and efficiency rows."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Gt
from pydantic import Field, model_validator

from gigacampus.foundation.library_defaults import FROM_LIBRARY
from gigacampus.foundation.types import Count, Frac, Hours, NonNegative, NoUnit, Seconds, Spec, Unit, Within
from gigacampus.schema import entry_checks
from gigacampus.schema.entry_checks import refuse_if

ModelKey = Annotated[str, Field(pattern=r"^lib:models/[a-z0-9_]+$")]


class FullRestart(Spec):
    """Every failure stops the whole job; it restarts from the last checkpoint in storage."""

    kind: Literal["full_restart"] = "full_restart"
    """full_restart: the whole job restarts from its last checkpoint."""


class WarmSpares(Spec):
    """A spare node takes over and reads a peer's copy of the state."""

    kind: Literal["warm_spares"] = "warm_spares"
    """warm_spares: a spare node takes over from a peer's copy."""
    swap_h: Hours = FROM_LIBRARY
    """From failure to the next step."""
    copy_s: Seconds = FROM_LIBRARY
    """Time a copy to peers blocks the step."""


class DropReplica(Spec):
    """The failed replica leaves until it is repaired; the others go on without rolling back."""

    kind: Literal["drop_replica"] = "drop_replica"
    """drop_replica: the failed replica leaves until it is repaired."""
    repair_h: Hours = FROM_LIBRARY
    """Time from a failure until the replica is back."""
    stall_s: Seconds = FROM_LIBRARY
    """Whole-job stall for each failure: detection, re-grouping, one lost step."""


class Decoupled(Spec):
    """Groups train apart and exchange rarely; each group restarts alone, at a price in tokens."""

    kind: Literal["decoupled"] = "decoupled"
    """decoupled: groups train apart and exchange rarely."""
    groups: Annotated[float, NoUnit("count"), Field(ge=1, le=1000)] = FROM_LIBRARY
    """Groups that the job is split into."""
    token_penalty_frac: Frac = FROM_LIBRARY
    """Share of the tokens that exchanging rarely wastes."""


Recovery = Annotated[FullRestart | WarmSpares | DropReplica | Decoupled, Field(discriminator="kind")]


class LayoutSpec(Spec):
    """How the training job is cut over accelerators."""

    tensor: Annotated[float, NoUnit("count"), Field(ge=1, le=1024)] = FROM_LIBRARY
    """Accelerators over which each matrix product is cut."""
    pipeline: Annotated[float, NoUnit("count"), Field(ge=1, le=256)] = FROM_LIBRARY
    """Stages into which the layers are cut."""
    virtual_stages: Annotated[float, NoUnit("count"), Field(ge=1, le=64)] = FROM_LIBRARY
    """Pieces of the model that one stage holds; more shorten the idle time at a step's ends."""
    context: Annotated[float, NoUnit("count"), Field(ge=1, le=256)] = FROM_LIBRARY
    """Accelerators over which each sequence is cut."""
    expert: Annotated[float, NoUnit("count"), Field(ge=1, le=4096)] = FROM_LIBRARY
    """Accelerators over which the experts of a layer are spread; never more than there are experts or ranks."""
    micro_batch: Annotated[float, NoUnit("count"), Field(ge=1, le=64)] = FROM_LIBRARY
    """Sequences in one micro-batch."""
    sequence_tokens: Annotated[float, Unit("token"), Field(ge=1, le=1e8)] = FROM_LIBRARY
    """Tokens of one training sequence."""
    batch_tokens: Annotated[float, Unit("token"), Field(ge=1, le=1e12)] = FROM_LIBRARY
    """Tokens of one optimiser step of the whole job; the critical batch size caps it."""
    recompute: Literal["none", "selective", "full"] = "selective"
    """Activations computed a second time in the backward pass: none, those of attention, or all."""
    sharding: Literal["none", "optimiser", "gradients", "parameters"] = "optimiser"
    """What is cut over the replicas, each with all before it: optimiser states, gradients, parameters."""


class ServingSpec(Spec):
    """The mean request and the promise made to users."""

    input_tokens: Annotated[float, Unit("token"), Field(ge=1, le=1e8)] = FROM_LIBRARY
    """Tokens of the mean prompt."""
    output_tokens: Annotated[float, Unit("token"), Field(ge=2, le=1e8)] = FROM_LIBRARY
    """Tokens of the mean answer."""
    prefix_hit_frac: Frac = FROM_LIBRARY
    """Share of input tokens whose cache is already there."""
    tpot_limit_s: Annotated[float, Unit("s"), Field(gt=0, le=100)] = FROM_LIBRARY
    """Longest time per output token that the service accepts."""
    load_over_peak_frac: Frac = FROM_LIBRARY
    """Mean load over the peak that the pool is sized for."""
    replica_accelerators: Annotated[float, NoUnit("count"), Field(ge=1, le=4096)] = FROM_LIBRARY
    """Fewest accelerators of one replica; doubled until weights and one request fit, and while that serves more."""
    memory_reserve_frac: Frac = FROM_LIBRARY
    """Share of device memory that weights and caches may not use."""
    efficiency: Annotated[str, Field(pattern=r"^lib:serving_efficiency/[a-z0-9_]+$")] = FROM_LIBRARY
    """Library entry of the constants of the serving roofline."""


class ComputeSpec(Spec):
    """How the fleet is used."""

    utilisation_frac: Frac = FROM_LIBRARY
    """Share of in-service accelerators at work: healthy, scheduled and powered."""
    load_at_work_frac: Frac = FROM_LIBRARY
    """Mean IT power of a working accelerator over its rated server power."""
    serving_share_max_frac: Frac = FROM_LIBRARY
    """Most of the accelerator-hours that serving may take from training."""
    failures_per_accelerator_hour: Annotated[NonNegative, Unit("1/h")] = FROM_LIBRARY
    """Rate at which one accelerator, older than 90 days, stops the job."""
    job_failures_per_hour: Annotated[NonNegative, Unit("1/h")] = 0.0
    """Interruptions that do not grow with the job (about 0.09 on Meta's research clusters)."""
    young_failure_factor: Annotated[float, Unit("1"), Field(ge=1, le=100)] = FROM_LIBRARY
    """Failure rate of accelerators in their first 90 days over the later rate."""
    restart_h: Hours = FROM_LIBRARY
    """Time from a failure until the job computes again, without the work that is redone."""
    checkpoint_write_s: Seconds = FROM_LIBRARY
    """Time for which writing a checkpoint stops the job."""
    recovery: Recovery = WarmSpares()
    """What happens to a job when a node fails."""
    job_accelerators: Count = FROM_LIBRARY
    """Accelerators in one synchronous training job; more run as several jobs."""
    mixed_hardware: Literal["even_split", "balanced", "separate_jobs"] = "balanced"
    """How a job treats unlike accelerators: same work each, work by speed, or one job for each kind."""
    mfu_frac: Annotated[float, Unit("1"), Field(gt=0, le=1)] | None = None
    """Model FLOP utilisation without failures, BF16; empty: computed from model, layout and accelerators."""
    eight_bit: bool = True
    """Whether matrix products run in 8-bit formats; utilisation stays relative to the BF16 peak."""
    production_factor: Annotated[float, Unit("1"), Field(gt=0, le=3)] = 1.0
    """Speed of this company's steps over the fitted ones: tuned kernels raise it, untuned production lowers it."""
    straggler_sigma_frac: Frac = 0.0
    """Spread of node speed beyond the slow servers that the step model already waits for; a synchronous job waits for the slowest."""
    layout: LayoutSpec = LayoutSpec()
    """How one job is cut over accelerators."""
    training_model: ModelKey = FROM_LIBRARY
    """Library entry of the model that is trained."""
    training_efficiency: Annotated[str, Field(pattern=r"^lib:training_efficiency/[a-z0-9_]+$")] = FROM_LIBRARY
    """Library entry of the constants of the step-time model."""
    serving_model: ModelKey = FROM_LIBRARY
    """Library entry of the model that is served."""
    serving: ServingSpec = ServingSpec()
    """Mean request, and the promise made to users."""


class AcceleratorEntry(Spec):
    """An accelerator as installed: power at the server level, rates and memory of one device."""

    title: str = ""
    """Name of the product."""
    server_kw: Annotated[float, Unit("kW"), Within(0.01, 100, "scale")]
    """IT power per accelerator at rated training load, switches and CPUs included."""
    peak_bf16_tflops: Annotated[float, Unit("TFLOP/s"), Within(0.1, 1e6, "scale")]
    """Dense BF16 rate of one device."""
    memory_gb: Annotated[float, Unit("GB"), Within(0.1, 1e5, "scale")]
    """Memory of one device."""
    memory_tb_s: Annotated[float, Unit("TB/s"), Within(0.01, 1e5, "scale")]
    """Memory bandwidth of one device."""
    h100_equivalents: Annotated[float, Unit("1"), Within(0.0001, 1e4, "scale")] = FROM_LIBRARY
    """Computing rate of one device over an H100's, for counts in H100 equivalents."""
    price_usd: Annotated[float, Unit("USD"), Within(0, 1e8, "scale")] = FROM_LIBRARY
    """One accelerator with its share of server and network."""
    peak_fp8_tflops: Annotated[float, Unit("TFLOP/s"), Within(0.1, 1e6, "scale")] | None = None
    """Dense 8-bit rate; empty: no faster than BF16."""
    scale_up_gb_s: Annotated[float, Unit("GB/s"), Within(0.1, 1e6, "scale")] = FROM_LIBRARY
    """One-way bandwidth inside the scale-up domain."""
    scale_up_domain: Annotated[float, NoUnit("count"), Within(1, 1e5, "scale")] = FROM_LIBRARY
    """Devices joined by the fast scale-up network."""
    scale_out_gb_s: Annotated[float, Unit("GB/s"), Within(0.01, 1e5, "scale")] = FROM_LIBRARY
    """One-way network bandwidth of one accelerator."""
    world_shipments_per_year: Annotated[float, Unit("device/year"), Within(0, 1e9, "scale")] = 0.0
    """Shipments to all buyers; 0: unknown, and orders are then not slowed by their size."""
    order_lead_days: Annotated[float, Unit("day"), Within(0, 3650, "scale")] = 0.0
    """From an order to its first delivery."""
    family: Literal["a100", "hopper", "blackwell", "other"] = "other"
    """Whose measured ceiling of matrix products holds; other: the pooled one."""
    board_power_w: Annotated[float, Unit("W"), Within(0, 1e5, "scale")] = 0.0
    """Power of one device; 0: unknown, and the ceiling of its family then holds as it is."""
    attention_factor: Annotated[float, Unit("1"), Within(0.01, 100, "scale")] = 1.0
    """Rate of attention over the sequence, as a share of the 16-bit peak, over that of its family."""

    _fits_together = model_validator(mode="after")(refuse_if(entry_checks.accelerator))


class ModelEntry(Spec):
    """Shape of a trained or served model."""

    title: str = ""
    """Name of the model."""
    parameters_b: Annotated[float, NoUnit("count in billions"), Within(0.001, 1e6, "scale")]
    """All parameters, in billions."""
    active_parameters_b: Annotated[float, NoUnit("count in billions"), Within(0.001, 1e6, "scale")]
    """Parameters that one token uses, in billions."""
    kv_bytes_per_token: Annotated[float, Unit("byte/token"), Within(1, 1e9, "scale")] = FROM_LIBRARY
    """Attention cache of one token, all layers."""
    layers: Annotated[float, NoUnit("count"), Within(1, 1e4, "scale")] = FROM_LIBRARY
    """Transformer layers."""
    bytes_per_weight: Annotated[float, Unit("byte"), Within(0.125, 8, "encoding")] = FROM_LIBRARY
    """Bytes in which one weight is served."""
    hidden: Annotated[float, NoUnit("count"), Within(16, 1e6, "scale")] = FROM_LIBRARY
    """Width of the residual stream."""
    query_dim: Annotated[float, NoUnit("count"), Within(16, 1e7, "scale")] = FROM_LIBRARY
    """Heads times head width: sets the attention work that grows with the sequence."""
    experts: Annotated[float, NoUnit("count"), Within(1, 1e6, "scale")] = 1.0
    """Routed experts per layer; 1 means dense."""
    experts_active: Annotated[float, NoUnit("count"), Within(1, 1e6, "scale")] = 1.0
    """Routed experts that one token uses."""
    heads: Annotated[float, NoUnit("count"), Within(1, 1e5, "scale")] | None = None
    """Attention heads; empty: query_dim over head_width."""
    kv_heads: Annotated[float, NoUnit("count"), Within(1, 1e5, "scale")] = FROM_LIBRARY
    """Heads that keys and values are kept for."""
    head_width: Annotated[float, NoUnit("count"), Within(1, 1e5, "scale")] = FROM_LIBRARY
    """Width of one attention head."""
    ffn: Annotated[float, NoUnit("count"), Within(1, 1e7, "scale")] | None = None
    """Width of the feed-forward block of dense layers; empty: what the parameters leave for it."""
    ffn_matrices: Annotated[float, NoUnit("count"), Within(2, 3, "scale")] = FROM_LIBRARY
    """Matrices of a feed-forward block or expert: 3 with a gate, 2 without."""
    vocabulary: Annotated[float, NoUnit("count"), Within(1, 1e8, "scale")] = FROM_LIBRARY
    """Entries of the vocabulary."""
    tied_embeddings: bool = False
    """Whether input and output embedding are one matrix."""
    dense_layers: Annotated[float, NoUnit("count"), Within(0, 1e4, "scale")] = 0.0
    """Layers of a sparse model without experts."""
    expert_ffn: Annotated[float, NoUnit("count"), Within(1, 1e7, "scale")] | None = None
    """Width of one expert; empty: what the parameters leave for it."""
    shared_experts: Annotated[float, NoUnit("count"), Within(0, 1e5, "scale")] = 0.0
    """Experts that every token uses."""
    query_rank: Annotated[float, NoUnit("count"), Within(0, 1e6, "scale")] = 0.0
    """Rank of compressed queries, with latent attention."""
    latent_rank: Annotated[float, NoUnit("count"), Within(0, 1e6, "scale")] = 0.0
    """Rank of compressed keys and values; 0: ordinary attention."""
    rotary_width: Annotated[float, NoUnit("count"), Within(0, 1e6, "scale")] = 0.0
    """Width that latent attention adds to each head for positions."""
    local_frac: Frac = 0.0
    """Share of layers whose attention looks back over a window only."""
    window_tokens: Annotated[float, Unit("token"), Within(0, 1e9, "scale")] = 0.0
    """Tokens of that window."""

    _fits_together = model_validator(mode="after")(refuse_if(entry_checks.model))


class ServingEfficiencyEntry(Spec):
    """Constants of the serving roofline, fitted on measured points."""

    title: str = ""
    """Name of the fit."""
    memory_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """Share of memory bandwidth that decoding reaches."""
    prefill_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """Share of peak that prefill reaches."""
    exchange_frac: Annotated[float, Unit("1"), Within(0, 1, "share")] = 0.0
    """Share of scale-up bandwidth at which a replica exchanges the activations of a prompt; 0: the fit counts no exchange."""
    layer_s: Annotated[float, Unit("s"), Within(0, 1, "scale")]
    """Fixed time per layer and decode step."""
    layer_s_per_doubling: Annotated[float, Unit("s"), Within(0, 1, "scale")]
    """Added per layer for each doubling of the replica."""
    request_s: Annotated[float, Unit("s"), Within(0, 10, "scale")]
    """Host time per request and decode step: scheduling and sampling."""
    first_token_s: Annotated[float, Unit("s"), Within(0, 600, "scale")]
    """Fixed time before a prompt is read."""
    queue_frac: Frac
    """Share of the other requests in flight whose prompts come first."""
    sglang_layer_s: Annotated[float, Unit("s"), Within(0, 1, "scale")] = 0.0
    """Time of a layer and decode step that its size does not explain, where the engine is SGLang; 0: as elsewhere."""
    sglang_first_token_s: Annotated[float, Unit("s"), Within(0, 600, "scale")] = 0.0
    """Fixed time before a prompt is read on SGLang."""
    sglang_queue_frac: Frac = 0.0
    """The same share on SGLang; 0: the fit does not tell it apart."""
    tpot_ratio_p10: Annotated[float, Unit("1"), Within(0.01, 100, "scale")]
    """10 % quantile of measured over predicted time per output token."""
    tpot_ratio_p90: Annotated[float, Unit("1"), Within(0.01, 100, "scale")]
    """90 % quantile of measured over predicted time per output token."""

    _fits_together = model_validator(mode="after")(refuse_if(entry_checks.quantiles))


class TrainingEfficiencyEntry(Spec):
    """Constants of the step-time model, fitted on measured steps."""

    title: str = ""
    """Name of the fit."""
    matrix_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """Share of the peak of their format that large matrix products reach, mean over accelerators."""
    a100_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """The same for A100."""
    hopper_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """The same for H100 and H200."""
    blackwell_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """The same for B200, B300, GB200 and GB300."""
    four_bit_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """Share of that ceiling that products in 4-bit formats reach of their peak, casts included."""
    attention_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """Share of the 16-bit peak that attention over the sequence reaches, mean over accelerators."""
    a100_attention_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """The same for A100."""
    hopper_attention_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """The same for H100 and H200."""
    blackwell_attention_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """The same for B200 and GB200; B300 and GB300 have twice the units that take exponentials."""
    portable_attention_frac: Annotated[float, Unit("1"), Gt(0), Within(0, 1, "share")]
    """Share of that rate that fused attention written for an earlier family of accelerators reaches."""
    power_exponent: Annotated[float, Unit("1"), Within(0, 5, "scale")]
    """By which power of the board's power for each FLOP/s the ceiling of matrix products grows."""
    half_width: Annotated[float, NoUnit("count"), Within(0, 1e6, "scale")]
    """Shard width at which a matrix product runs at half of its ceiling."""
    half_tokens: Annotated[float, Unit("token"), Within(0, 1e6, "scale")]
    """Tokens of a micro-batch, or of an expert, at which a matrix product runs at half of its ceiling."""
    softmax_passes: Annotated[float, NoUnit("count"), Within(0, 1e4, "scale")]
    """Bytes that unfused attention moves for each score, forward and backward."""
    memory_passes: Annotated[float, NoUnit("count"), Within(0, 1e5, "scale")]
    """Passes over the hidden states of a layer outside matrix products, forward and backward."""
    unfused_layer_s: Annotated[float, Unit("s"), Within(0, 100, "scale")]
    """Shortest time of a layer and micro-batch with software of before fused kernels, forward and backward."""
    sparse_layer_s: Annotated[float, Unit("s"), Within(0, 100, "scale")]
    """Time of a sparse layer and micro-batch that its size does not explain, in racks of one scale-up domain."""
    sparse_layer_server_s: Annotated[float, Unit("s"), Within(0, 100, "scale")]
    """The same on servers of eight."""
    stage_exposed_frac: Annotated[float, Unit("1"), Within(0, 10, "scale")]
    """Share of the traffic between pipeline stages that is not hidden."""
    gather_hidden_frac: Frac
    """Share of the traffic of weights cut over replicas that is hidden under computing."""
    step_s: Annotated[float, Unit("s"), Within(0, 100, "scale")]
    """Host work of a step."""
    slow_server_frac: Frac
    """Share of servers that are slow."""
    slow_server_excess_frac: Frac
    """By what share of its time such a server is slower than the others."""
    sparse_gain_per_year: Annotated[float, Unit("1"), Within(0, 10, "scale")]
    """Yearly gain of the software of sparse models, as a rate of its logarithm."""
    software_year: Annotated[float, NoUnit("year with its fraction"), Within(2000, 2100, "scale")]
    """Year of the software whose level the constants hold."""
    ratio_p10: Annotated[float, Unit("1"), Within(0.01, 100, "scale")]
    """10 % quantile of measured over predicted step time, dense models of a source that the constants have not seen."""
    ratio_p90: Annotated[float, Unit("1"), Within(0.01, 100, "scale")]
    """90 % quantile of measured over predicted step time, dense models of a source that the constants have not seen."""
    sparse_ratio_p10: Annotated[float, Unit("1"), Within(0.01, 100, "scale")]
    """The same 10 % quantile for models with experts."""
    sparse_ratio_p90: Annotated[float, Unit("1"), Within(0.01, 100, "scale")]
    """The same 90 % quantile for models with experts."""

    _fits_together = model_validator(mode="after")(refuse_if(entry_checks.quantiles))
