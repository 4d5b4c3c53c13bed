"""Floating-point operations of transformers, per layer and per token, and the ways of quoting utilisation."""

from __future__ import annotations

import numpy as np

from gigacampus.foundation.types import Numeric

BACKWARD_OVER_FORWARD = 2.0
"""A backward pass multiplies with both the weights and the activations: twice the forward work."""


def dense_layer_forward_flop_per_token(
    hidden: float, *, ffn: float, heads: float, kv_heads: float, sequence: float, ffn_matrices: float = 2.0, causal: bool = False
) -> float:
    """Forward FLOP of one dense layer for one token: projections, attention over the sequence, feed-forward.

    Parameters
    ----------
    hidden : float
        Width of the residual stream; a number without unit.
    ffn : float
        Width of the feed-forward layer; a number without unit.
    heads : float
        Attention heads; a number without unit.
    kv_heads : float
        Key and value heads; a number without unit.
    sequence : float
        Tokens of a sequence, tokens.
    ffn_matrices : float, optional
        Matrices of the feed-forward layer: 2 (GELU) or 3 (SwiGLU); a number without unit.
    causal : bool, optional
        Whether attention looks back only, which halves its work.

    Returns
    -------
    float
        Work, FLOP/token.

    Notes
    -----
    Valid for: multi-head and grouped-query attention without bias terms.

    References
    ----------
    DEF : matrix shapes of the layer; ``ffn_matrices`` is 2 (GELU) or 3 (SwiGLU); causal attention does half the work.

    Examples
    --------
    >>> dense_layer_forward_flop_per_token(12288, ffn=49152, heads=96, kv_heads=96, sequence=2048)
    3724541952.0
    """
    query_out = 4.0 * hidden * hidden
    key_value = 4.0 * hidden * hidden * kv_heads / heads
    attention = 4.0 * hidden * sequence * (0.5 if causal else 1.0)
    return query_out + key_value + attention + 2.0 * ffn_matrices * hidden * ffn


def logits_forward_flop_per_token(hidden: float, vocabulary: float) -> float:
    """Forward FLOP of the output layer for one token.

    Parameters
    ----------
    hidden : float
        Width of the residual stream; a number without unit.
    vocabulary : float
        Entries of the vocabulary; a number without unit.

    Returns
    -------
    float
        Work, FLOP/token.

    References
    ----------
    DEF

    Examples
    --------
    >>> logits_forward_flop_per_token(12288, 51200)
    1258291200.0
    """
    return 2.0 * hidden * vocabulary


def megatron_iteration_flop(batch: float, *, sequence: float, layers: float, hidden: float, vocabulary: float) -> float:
    """FLOP of one iteration of a GPT with every activation recomputed.

    Parameters
    ----------
    batch : float
        Sequences of one iteration; a number without unit.
    sequence : float
        Tokens of a sequence, tokens.
    layers : float
        Transformer layers; a number without unit.
    hidden : float
        Width of the residual stream; a number without unit.
    vocabulary : float
        Entries of the vocabulary; a number without unit.

    Returns
    -------
    float
        Work, FLOP/iteration.

    Notes
    -----
    Valid for: GELU feed-forward of four times the hidden width, full attention, full recompute.

    References
    ----------
    NAR21 : Narayanan et al. 2021, arXiv:2104.04473, Eq. 3.

    Examples
    --------
    >>> round(megatron_iteration_flop(1536, sequence=2048, layers=96, hidden=12288, vocabulary=51200) / 1e18, 2)
    4.51
    """
    return 96.0 * batch * sequence * layers * hidden**2 * (1.0 + sequence / (6.0 * hidden) + vocabulary / (16.0 * layers * hidden))


def training_flop_per_token(active_parameters: float, *, layers: float, query_dim: float, sequence: float, causal: bool = True) -> float:
    """Model FLOP to train on one token: 6 per active parameter and the attention over the sequence, no recompute.

    Parameters
    ----------
    active_parameters : float
        Parameters that one token uses; a number without unit.
    layers : float
        Transformer layers; a number without unit.
    query_dim : float
        Heads times head width; a number without unit.
    sequence : float
        Tokens of a sequence, tokens.
    causal : bool, optional
        Whether attention looks back only, which halves its work.

    Returns
    -------
    float
        Work, FLOP/token.

    References
    ----------
    PALM22 : Chowdhery et al. 2022 (PaLM), appendix B; causal attention counts half.

    Examples
    --------
    >>> round(training_flop_per_token(405e9, layers=126, query_dim=16384, sequence=8192) / 405e9, 4)
    6.2505
    """
    attention = 4.0 * query_dim * sequence * layers * (0.5 if causal else 1.0)
    return (1.0 + BACKWARD_OVER_FORWARD) * (2.0 * active_parameters + attention)


def model_flop_utilisation(flop_per_token: Numeric, *, tokens_per_s: Numeric, peak_flop_per_s: Numeric) -> np.ndarray:
    """Model FLOP utilisation: useful work over peak work.

    Parameters
    ----------
    flop_per_token : float or array
        Useful work for one token, FLOP.
    tokens_per_s : float or array
        Tokens processed, tokens/s.
    peak_flop_per_s : float or array
        Peak rate, FLOP/s.

    Returns
    -------
    array
        Utilisation, 0 to 1, shape of the arguments together.

    References
    ----------
    PALM22

    Examples
    --------
    >>> round(float(model_flop_utilisation(6 * 36.5e9, tokens_per_s=1543.0, peak_flop_per_s=989.5e12)), 3)
    0.342
    """
    return np.asarray(flop_per_token) * tokens_per_s / peak_flop_per_s
