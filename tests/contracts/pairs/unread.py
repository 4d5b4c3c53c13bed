"""Leaves of the scenario of pairs that move no array, each pattern with the reason."""

READERS = "tells people or the loader something"
ANSWERS = "an answer holds a computed figure against it, or prices with it; no array does"
PRICED = "a year that is dispatched again by price weighs it; no array does"
OTHER_CHOICE = "belongs to another choice than the one that this campus or company makes"
FACT = "its date is a fact on the day of knowledge, a deadline or a court date: nothing slips"
PHASE = "a block of a phase comes when the phase does"
PLACE = "public works, contracts, power fees and people are those of the county that the campus is named for"
UNCERTAIN = "its distribution stands in its place"
NOT_BOUND = "the limit or range that it moves does not bind in this scenario"

TRAINED_SHAPE = (
    *("hidden", "heads", "kv_heads", "head_width", "ffn", "ffn_matrices", "vocabulary", "tied_embeddings", "dense_layers", "expert_ffn"),
    *("shared_experts", "query_rank", "latent_rank", "rotary_width", "local_frac", "window_tokens"),
)
"""Widths that only training asks of a model."""

UNREAD: dict[str, str] = {
    **{f"*.{name}": READERS for name in ("title", "source", "by", "confidence", "known_from", "kind", "calibrated_on")},
    "title": READERS,
    "description": READERS,
    "library.batteries.*.chemistry": "names the row that the loader takes lacking figures from",
    "library.*_efficiency.*.*_p10": ANSWERS,
    "library.*_efficiency.*.*_p90": ANSWERS,
    "library.generators.*.cold_start_min": "starts take no time: spinning reserve carries them",
    **{f"library.generators.*.{name}": PRICED for name in ("start_usd_per_mw", "min_up_h", "min_down_h")},
    "*.unserved_usd_per_mwh": PRICED,
    "*.interruptible.notice_h": "a year that is dispatched day by day knows of no call beyond it; no array does",
    "campuses.north.power.price_load_exponent": "a file gives the price of its hours",
    "library.cooling.*.cost_usd_per_mw_heat": "the books have cooling plant in the price of buildings",
    "*.utility_peak_mw": ANSWERS,
    "*.background_no2_ugm3": ANSWERS,
    "*.background_pm25_ugm3": ANSWERS,
    "*.walls.*.cost_usd": ANSWERS,
    "red_lines.observers.*": ANSWERS,
    "products.demand_peak_h": "the view of one day has minutes; stages have months",
    "compute.restart_h": OTHER_CHOICE,
    "compute.checkpoint_write_s": OTHER_CHOICE,
    "compute.training_efficiency": "one fit is shipped",
    "compute.serving.efficiency": "one fit is shipped",
    **{f"library.models.deepseek_v3.{name}": "a model that is served only" for name in TRAINED_SHAPE},
    "library.models.moe_large_generic.kv_bytes_per_token": "a model that is trained only",
    "library.models.moe_large_generic.bytes_per_weight": "a model that is trained only",
    "library.models.moe_large_generic.active_parameters_b": "its shape gives the parameters at work in training",
    "library.models.moe_large_generic.query_dim": "its heads and their width are given",
    "library.models.moe_large_generic.kv_heads": "latent attention keeps no keys by head",
    "library.models.moe_large_generic.window_tokens": "none of its layers looks back over a window only",
    "library.training_efficiency.pooled.software_year": "the day of the constants is that of the software",
    "library.training_efficiency.pooled.sparse_gain_per_year": "the day of the constants is that of the software",
    "library.training_efficiency.pooled.four_bit_frac": OTHER_CHOICE,
    "library.training_efficiency.pooled.softmax_passes": "software with fused attention",
    "library.training_efficiency.pooled.unfused_layer_s": "software with fused attention",
    "library.training_efficiency.pooled.gather_hidden_frac": OTHER_CHOICE,
    "library.serving_efficiency.pooled.sglang_*": "a scenario names no engine",
    "library.training_efficiency.pooled.portable_attention_frac": "software with kernels of its own family",
    "library.accelerators.a100_like.world_shipments_per_year": "no order of it is dated or waits for a phase",
    "library.accelerators.a100_like.order_lead_days": "no order of it is dated or waits for a phase",
    "library.generators.tm2500.*_scr": OTHER_CHOICE,
    "library.generators.tm2500.co_kg_per_mmbtu": OTHER_CHOICE,
    "library.generators.recip_2p5.nox_ppm_scr": OTHER_CHOICE,
    "library.generators.*.co_water_injection_kg_per_mmbtu": OTHER_CHOICE,
    "library.generators.titan_130.nox_ppm": OTHER_CHOICE,
    "library.cooling.*.cop_*": "plant without a compressor",
    "library.cooling.*.capacity_loss_frac_per_k": "plant without a compressor",
    "library.cooling.*.economiser": "plant without a compressor",
    "library.cooling.*.design_*_bulb_c": "plant that works against the other air",
    **{
        f"*.blocks.{kind}.{field}": "the loader refuses a cost there, and nothing is ordered"
        for kind in ("*permit", "*leave*", "court", "ordinance")
        for field in ("cost_usd", "ordered")
    },
    **{f"*.blocks.{kind}.ordered": "without a stated cost nothing is paid" for kind in ("transformer", "towers", "dry")},
    "campuses.south.blocks.chiller.ordered": "without a stated cost nothing is paid",
    **{
        f"campuses.{block}.ordered": "the block stood before the horizon, and so its order lies before it too"
        for block in (
            *(f"north.blocks.{name}" for name in ("grid", "old_hall", "turbine", "battery")),
            *(f"south.blocks.{name}" for name in ("grid", "hall", "turbines", "battery")),
        )
    },
    "campuses.*.blocks.*.slips": FACT,
    **{
        f"campuses.*.blocks.{name}.{field}": PHASE
        for name in ("phase_*", "last_chips", "more_chips")
        for field in ("in_service", "slip_days", "slips", "ordered")
    },
    "campuses.north.blocks.turbine_leaves.after": "the name of a block that stands already: it waits for nothing",
    "campuses.north.blocks.ordinance.out_of_service": "it ends after its duration",
    "campuses.south.blocks.permit.limit_*": "it covers no unit",
    "campuses.north.power.outage_*": OTHER_CHOICE,
    "campuses.*.power.interruptible.penalty_usd_per_mwh": NOT_BOUND,
    "campuses.north.power.battery_reserve_frac": NOT_BOUND,
    "campuses.*.power.swings.*": "swings are worked out on demand from a finished run; no array shows them",
    "campuses.*.power.adequacy.*_repair_h": "years with repair times are simulated on demand from a finished run; no array shows them",
    "campuses.*.cooling.assumed_plant": "the campus lists its plant",
    "campuses.*.noise.cooling_sound_power_dba_per_mw": "the campus lists its plant",
    "campuses.north.noise.events.*": "an event of a block or one of a place: what the other sort needs",
    "campuses.*.noise.*.crs": "other systems of coordinates need an extra",
    "campuses.south.noise.start_excess_db": NOT_BOUND,
    "campuses.south.noise.*_deficit_db": OTHER_CHOICE,
    "campuses.south.noise.tolerance_level_db": OTHER_CHOICE,
    "campuses.north.air.urban_population": OTHER_CHOICE,
    "campuses.south.air.roughness_m": OTHER_CHOICE,
    "campuses.south.air.urban_population": OTHER_CHOICE,
    "campuses.south.air.scr_stack_temp_c": OTHER_CHOICE,
    "campuses.south.air.background_ozone_ugm3": OTHER_CHOICE,
    "campuses.north.water.trim_share_frac": OTHER_CHOICE,
    "campuses.south.schedule.construction_slip_quantile": OTHER_CHOICE,
    "campuses.*.site.weather_within_km": "the loader refuses by it",
    "company.absent": "a campus without a company is another document",
    "campuses.north.county.property_tax_frac": OTHER_CHOICE,
    "campuses.north.county.others.over_the_line.property_tax_frac": OTHER_CHOICE,
    "campuses.north.county.others.next_town.assessment_*": OTHER_CHOICE,
    "campuses.south.county.assessment_*": OTHER_CHOICE,
    **{
        f"campuses.*.county.others.*.{field}": PLACE
        for field in ("power_fee_frac", "public_capital_usd", "utility_*", "contract_years", "exit_security_frac")
    },
    **{f"campuses.*.county.others.*.{field}": PLACE for field in ("company_public_works_usd", "but_for_frac", "households", "residents")},
    **dict.fromkeys(
        (
            "library.generators.tm2500.heat_rate_at_75_load_frac",
            "library.generators.recip_2p5.power_at_*5c_frac",
            "library.generators.titan_130.*_at_0c_frac",
            "library.generators.titan_130.heat_rate_at_75_load_frac",
            "library.batteries.megapack_2xl.round_trip_frac",
            "library.tariffs.evening.on_peak.late.last_month",
            "campuses.south.power.spinning_reserve_frac",
            "campuses.south.power.curtail_frac",
            "campuses.south.power.adequacy.fuel_curtail_hours_per_year",
            "campuses.south.traffic.*_shift_frac",
            "campuses.south.traffic.road_share_frac",
            "campuses.south.traffic.pcu_per_truck",
            "campuses.south.traffic.people_per_bus",
            "campuses.south.water.recycled_from",
            "campuses.*.traffic.early_cost_ratio",
            "campuses.*.traffic.late_cost_ratio",
            "company.orders.cover_frac",
            "company.revenue.rental.tenants.asks.renewal_frac",
            "company.equity.seniority",
            "company.vehicle.covenants.cures_max",
            "company.tax.nol_limit_frac",
            "company.tax.owner_change_limit_usd",
            "company.tax.interest_limit_frac",
        ),
        NOT_BOUND,
    ),
    "company.opening_cash_usd": UNCERTAIN,
    "company.revenue.momentum_per_year": UNCERTAIN,
    "company.revenue.rental.usd_per_mw_month": UNCERTAIN,
    "company.history.*.start": "quarters follow each other without a gap: no other day is valid",
    "company.loans.*.base_floor_frac": OTHER_CHOICE,
    "company.loans.platform_loan.discount_frac": "the books of the platform take a loan at its face",
    "company.flows.1.round": "no purchase of equity",
    "company.loans.bank.entity": "the other entity knows no such loan",
    "company.mergers.*.*_usd_per_year": "moves the revenue of the group, which no array shows",
}
