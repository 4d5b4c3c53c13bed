"""Weights of `gigacampus ask`, learned from its examples.

`python scripts/fit_ask.py` writes `library/ask/learned.npz` from `examples.csv`, `ideas.yaml`, `common.yaml` and `word_vectors.npz`
beside it; `tests/ask/test_learned.py` holds that the file is what this makes.
"""

from __future__ import annotations

import numpy as np

from gigacampus.ask.learning import Fit, examples
from gigacampus.ask.weights import FILE


def main() -> None:
    """Write the file."""
    np.savez_compressed(FILE, **Fit(examples()).packed())


if __name__ == "__main__":
    main()
