"""Parameters and forward work of a transformer by kind of layer: attention, feed-forward, experts, embeddings."""

from __future__ import annotations

import numpy as np

from gigacampus.compute.job import Shape

HALF = 0.5
"""Mean share of a sequence that causal attention looks back over."""


def attention_parameters(shape: Shape) -> np.ndarray:
    """Parameters of one attention layer, with grouped keys and values or with latent ones.

    Parameters
    ----------
    shape : Shape
        Shape of the model.

    Returns
    -------
    array
        Parameters, count, shape of the fields.

    Notes
    -----
    Valid for: no biases; norms are left out.

    References
    ----------
    CO4 : section 2.1.1 for latent attention; DEF for the rest.

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> round(float(attention_parameters(example_job().shape)) / 1e6)
    570
    """
    width = shape.heads * shape.head_width
    grouped = 2.0 * shape.hidden * (width + shape.kv_heads * shape.head_width)
    query = shape.hidden * shape.query_rank + shape.query_rank * shape.heads * (shape.head_width + shape.rotary_width)
    keys = shape.hidden * (shape.latent_rank + shape.rotary_width) + 2.0 * shape.latent_rank * width
    return np.asarray(np.where(np.asarray(shape.latent_rank) > 0, query + keys + width * shape.hidden, grouped))


def dense_ffn_parameters(shape: Shape) -> np.ndarray:
    """Parameters of the feed-forward block of a dense layer.

    Parameters
    ----------
    shape : Shape
        Shape of the model.

    Returns
    -------
    array
        Parameters, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> round(float(dense_ffn_parameters(example_job().shape)) / 1e6)
    2617
    """
    return np.asarray(shape.ffn_matrices * shape.hidden * shape.ffn)


def expert_parameters(shape: Shape) -> np.ndarray:
    """Parameters of one expert.

    Parameters
    ----------
    shape : Shape
        Shape of the model.

    Returns
    -------
    array
        Parameters, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> from dataclasses import replace
    >>> from gigacampus.compute.job import example_job
    >>> round(float(expert_parameters(replace(example_job().shape, hidden=7168.0, expert_ffn=2048.0))) / 1e6)
    44
    """
    return np.asarray(shape.ffn_matrices * shape.hidden * shape.expert_ffn)


def embedding_parameters(shape: Shape) -> np.ndarray:
    """Parameters of the input and the output embedding.

    Parameters
    ----------
    shape : Shape
        Shape of the model.

    Returns
    -------
    array
        Parameters, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> round(float(embedding_parameters(example_job().shape)) / 1e6)
    4203
    """
    return np.asarray((2.0 - shape.tied) * shape.vocabulary * shape.hidden)


def model_parameters(shape: Shape) -> np.ndarray:
    """All parameters of the model.

    Parameters
    ----------
    shape : Shape
        Shape of the model.

    Returns
    -------
    array
        Parameters, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> round(float(model_parameters(example_job().shape)) / 1e9, 1)
    405.8
    """
    sparse = shape.layers - shape.dense_layers
    each = sparse * expert_parameters(shape)
    routed, shared = each * shape.experts, each * (shape.shared_experts) + sparse * shape.hidden * shape.experts
    always = shape.layers * attention_parameters(shape) + shape.dense_layers * dense_ffn_parameters(shape)
    return np.asarray(always + routed + shared + embedding_parameters(shape))


def active_parameters(shape: Shape) -> np.ndarray:
    """Parameters that multiply one token: experts in use, and the output embedding without the input's.

    Parameters
    ----------
    shape : Shape
        Shape of the model.

    Returns
    -------
    array
        Parameters, count, shape of the fields.

    References
    ----------
    DEF

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> round(float(active_parameters(example_job().shape)) / 1e9, 1)
    403.7
    """
    sparse = shape.layers - shape.dense_layers
    used = sparse * (expert_parameters(shape) * (shape.experts_active + shape.shared_experts) + shape.hidden * shape.experts)
    always = shape.layers * attention_parameters(shape) + shape.dense_layers * dense_ffn_parameters(shape)
    return np.asarray(always + used + shape.vocabulary * shape.hidden)


def scores_flop_per_token(shape: Shape, sequence: np.ndarray | float, *, causal: bool = True) -> np.ndarray:
    """Forward FLOP of one layer's attention over the sequence, for one token, mean of local and global layers.

    Parameters
    ----------
    shape : Shape
        Shape of the model.
    sequence : float or array
        Tokens of a sequence, tokens.
    causal : bool, optional
        Whether attention looks back only, which halves its work.

    Returns
    -------
    array
        Work, FLOP/token, shape of the arguments together.

    References
    ----------
    PALM22 : appendix B; causal attention counts half, a window at most its width.

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> round(float(scores_flop_per_token(example_job().shape, 8192.0)) / 1e6)
    268
    """
    whole = np.asarray(sequence) * (HALF if causal else 1.0)
    span = (1.0 - shape.local_frac) * whole + shape.local_frac * np.minimum(whole, shape.window)
    return np.asarray(2.0 * span * shape.heads * (2.0 * shape.head_width + shape.rotary_width))


def forward_flop_per_token(shape: Shape, sequence: np.ndarray | float) -> np.ndarray:
    """Forward FLOP of the model for one token: two per active parameter, and causal attention.

    Parameters
    ----------
    shape : Shape
        Shape of the model.
    sequence : float or array
        Tokens of a sequence, tokens.

    Returns
    -------
    array
        Work, FLOP/token, shape of the arguments together.

    References
    ----------
    PALM22

    Examples
    --------
    >>> from gigacampus.compute.job import example_job
    >>> round(float(forward_flop_per_token(example_job().shape, 8192.0)) / 1e9)
    841
    """
    return np.asarray(2.0 * active_parameters(shape) + shape.layers * scores_flop_per_token(shape, sequence))
