"""Judges the traffic formulas against exact queues, signal delays and an independent simulator."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from gigacampus.foundation.units import SECONDS_PER_MINUTE
from gigacampus.neighbours.traffic.delay import control_delay_s
from gigacampus.neighbours.traffic.queue import cars_for_wait, point_queue
from gigacampus.validation.case_folder import CaseFolder, Row, leave_out, opened, score
from gigacampus.validation.case_rows import CaseRow, case

FAMILY = "traffic"
LONG_AFTER_H = 100.0
EXACT = 1e-6
SIMULATOR_LIMIT = 0.03
CONSTANTS = "traffic/constants.csv"


def cases(data: CaseFolder | Path | None = None) -> list[CaseRow]:
    """One row per published set; sets that the folder lacks are left out."""
    folder = opened(data)
    judged = (
        ("traffic/point_queue_closed_form.csv", _closed_form),
        ("traffic/signal_delay_hcm.csv", _signals),
        ("traffic/uxsim_corridor.csv", _simulator),
        (CONSTANTS, partial(_resident, folder)),
    )
    found = [(folder.rows(name), judge) for name, judge in judged]
    return [row for rows, judge in found if rows for row in judge(rows)]


def _queue(row: Row) -> Any:
    duration = float(row["peak_duration_h"])
    flows = np.array([float(row["peak_flow_vph"]), float(row["offpeak_flow_vph"])])
    return point_queue(np.array([0.0, duration, duration + LONG_AFTER_H]), flows, float(row["capacity_vph"]))


def _closed_form(rows: Sequence[Row]) -> list[CaseRow]:
    out = []
    score(rows)
    ours = [_queue(row) for row in rows]
    columns = {
        "max_queue_veh": [q.max_queue for q in ours],
        "total_delay_veh_h": [q.total_delay_h for q in ours],
        "max_wait_min": [q.max_wait_h * SECONDS_PER_MINUTE for q in ours],
        "clear_after_peak_h": [q.clear_after_h for q in ours],
    }
    for column, values in columns.items():
        expected = np.array([float(row[column]) for row in rows])
        worst = float(np.max(np.abs(np.array(values) - expected) / np.maximum(expected, 1.0)))
        out.append(
            case(
                FAMILY,
                f"point queue, {column}",
                "largest error, relative above 1",
                worst,
                EXACT,
                unit="1",
                n=len(rows),
                source="closed form of a rectangular peak",
                gating=True,
            )
        )
    return out


def _signals(rows: Sequence[Row]) -> list[CaseRow]:
    score(rows)
    names = ("cycle_s", "green_s", "vc_ratio", "capacity_vph", "period_h")
    ours = control_delay_s(*(np.array([float(row[name]) for row in rows]) for name in names))
    expected = np.array([float(row["control_delay_s"]) for row in rows])
    worst = float(np.max(np.abs(ours / expected - 1.0)))
    return [
        case(
            FAMILY,
            "signal control delay",
            "largest relative error",
            worst,
            EXACT,
            unit="1",
            n=len(rows),
            source="HCM uniform plus incremental delay",
            gating=True,
        )
    ]


def _simulator(rows: Sequence[Row]) -> list[CaseRow]:
    score(rows)
    ours = np.array([_queue(row).total_delay_h for row in rows])
    expected = np.array([float(row["uxsim_total_delay_veh_h"]) for row in rows])
    worst = float(np.max(np.abs(ours / expected - 1.0)))
    return [
        case(
            FAMILY,
            "corridor simulated vehicle by vehicle",
            "largest relative error of total delay",
            worst,
            SIMULATOR_LIMIT,
            unit="1",
            n=len(rows),
            source="UXsim 1.15.1, one vehicle per platoon",
            gating=True,
        )
    ]


def _resident(folder: CaseFolder, rows: Sequence[Row]) -> list[CaseRow]:
    used = ("resident_delay_claim", "peak_spread", "worker_occupancy")
    given = [row for row in rows if row["item"] in used]
    score(given)
    leave_out(rows, "a constant that scenarios take as an input")
    if not given:
        return []
    value = {item: row["value"] for item, row in folder.inputs_by("item", CONSTANTS).items()}
    cars = cars_for_wait(
        float(value["resident_delay_claim"]) / SECONDS_PER_MINUTE,
        background_per_h=620.0,
        capacity_per_h=900.0,
        window_h=float(value["peak_spread"]),
    )
    people = cars * float(value["worker_occupancy"])
    return [
        case(
            FAMILY,
            "workers that explain the residents' 30 minutes",
            "people in one shift",
            people,
            5800.0,
            unit="1",
            n=1,
            source="inverse of the peak wait; claim recalled; limit: a peer's daily builders",
            gating=False,
        )
    ]
