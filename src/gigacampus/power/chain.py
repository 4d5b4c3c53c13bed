"""Conversion from the wall of a rack to its chips: stages with a constant and a proportional loss, exact when summed first."""

from __future__ import annotations


def converter_input_w(output_w: float, constant_w: float, efficiency_frac: float) -> float:
    """Power into a converter that loses a constant and a share.

    Parameters
    ----------
    output_w : float
        Power out of the converter, W.
    constant_w : float
        Loss that does not depend on load, W.
    efficiency_frac : float
        Output over input less the constant loss, 0 to 1.

    Returns
    -------
    float
        Power into the converter, W.

    Notes
    -----
    Valid for: one stage.

    References
    ----------
    RAPS : loss form of the open Frontier twin (ExaDigiT RAPS): (output + constant) / efficiency.

    Examples
    --------
    >>> round(converter_input_w(2734.26, 13.0, 0.98), 1)
    2803.3
    """
    return (output_w + constant_w) / efficiency_frac


def chassis_power_w(
    node_w: float, *, nodes: int, rectifiers: int, node_stage: tuple[float, float], rectifier_stage: tuple[float, float], switches_w: float
) -> tuple[float, float]:
    """Power of a chassis at its useful loads and at its inlet; stages are (constant W, efficiency).

    Parameters
    ----------
    node_w : float
        Useful power of a node, W.
    nodes : int
        Nodes of the chassis; a number without unit.
    rectifiers : int
        Rectifiers that share the load; a number without unit.
    node_stage : tuple[float, float]
        Constant loss (W) and efficiency of the node's converter.
    rectifier_stage : tuple[float, float]
        Constant loss (W) and efficiency of the rectifier.
    switches_w : float
        Power of the chassis's switches, W.

    Returns
    -------
    tuple[float, float]
        Useful power and power at the inlet, W.

    Notes
    -----
    Valid for: nodes at equal load.

    References
    ----------
    RAPS : two linear stages, so identical nodes are summed before the rectifiers.

    Examples
    --------
    >>> useful, inlet = chassis_power_w(1000.0, nodes=16, rectifiers=4, node_stage=(13.0, 0.98), rectifier_stage=(17.0, 0.96),
    ...                                 switches_w=1000.0)
    >>> useful, round(inlet)
    (17000.0, 18299)
    """
    on_bus = nodes * converter_input_w(node_w, *node_stage)
    inlet = rectifiers * converter_input_w(on_bus / rectifiers, *rectifier_stage) + switches_w
    return nodes * node_w + switches_w, inlet


def node_at_work_kw(rated_kw: float, chip_w: float, chip_limit_w: float) -> float:
    """Power of a server in training: its rating scaled by how near its chips come to their own limit.

    Parameters
    ----------
    rated_kw : float
        Rated power of the server, kW.
    chip_w : float
        Power of a chip at work, W.
    chip_limit_w : float
        Power limit of a chip, W.

    Returns
    -------
    float
        Power, kW.

    Notes
    -----
    Valid for: training nodes.

    References
    ----------
    A0 : ours; it says that the rest of the server is as far from its rating as the chips.

    Examples
    --------
    >>> round(node_at_work_kw(10.2, 570.3, 700.0), 2)
    8.31
    """
    return rated_kw * chip_w / chip_limit_w
