"""Frequency of an island after a step of load by ANDES: one classical machine with a first-order governor; prints JSON.

Run by ``benchmarks/power_peers.py`` in an environment of its own: ANDES is under the GPL and no part of the program.
"""

from __future__ import annotations

import json
import sys
import time

import andes

BASE_MVA = 100.0


def main() -> None:
    """Arguments: step in MW, rating in MVA, inertia in s, droop, governor's lag in s, damping, nominal frequency in Hz."""
    step_mw, rated, inertia_s, droop, lag_s, damping, frequency = map(float, sys.argv[1:8])
    andes.config_logger(50)
    net = andes.System(no_output=True, default_config=True)
    load = 0.7 * rated / BASE_MVA
    for name in (1, 2):
        net.add("Bus", idx=name, name=str(name), Vn=110.0)
    net.add("Line", idx="line", bus1=1, bus2=2, r=0.0, x=1e-4, Vn1=110.0, Vn2=110.0)
    net.add("Slack", idx="machine", bus=1, Sn=rated, Vn=110.0, v0=1.0, p0=load)
    net.add("PQ", idx="load", bus=2, Vn=110.0, p0=load, q0=0.0)
    net.add("GENCLS", idx="g", bus=1, gen="machine", Sn=rated, Vn=110.0, M=2.0 * inertia_s, D=damping, xd1=1e-3, fn=frequency)
    net.add("TGOV1", idx="gov", syn="g", R=droop, VMAX=2.0, VMIN=-1.0, T1=lag_s, T2=1.0, T3=1.0, Dt=0.0)
    net.add("Alter", idx="step", t=1.0, model="PQ", dev="load", src="Ppf", attr="v", method="+", amount=step_mw / BASE_MVA)
    net.PQ.config.p2p, net.PQ.config.p2z, net.PQ.config.q2q, net.PQ.config.q2z = 1.0, 0.0, 1.0, 0.0
    net.setup()
    net.PFlow.run()
    net.TDS.config.tf, net.TDS.config.tstep, net.TDS.config.fixt, net.TDS.config.no_tqdm = 12.0, 1e-2, 1, 1
    began = time.process_time()
    net.TDS.run()
    speed = net.dae.ts.x[:, net.GENCLS.omega.a[0]]
    print(
        json.dumps({"nadir_hz": float((speed.min() - 1.0) * frequency), "cpu_s": time.process_time() - began, "version": andes.__version__})
    )


if __name__ == "__main__":
    main()
