"""gigacampus: an executable model of a frontier-AI company and its gigawatt campuses.

>>> import gigacampus
>>> sorted(gigacampus.__all__)
['Result', 'Scenario', 'compare', 'load', 'open_run', 'run']
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from gigacampus.foundation.version import __version__ as __version__

if TYPE_CHECKING:
    from gigacampus.api import compute as run
    from gigacampus.explore.compare import outputs as compare
    from gigacampus.results.result import Result
    from gigacampus.results.store import read as open_run
    from gigacampus.scenario.document import load
    from gigacampus.schema.scenario import Scenario

# Worlds run side by side in threads of their own; threads inside of a matrix product only get in their way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__all__ = ["Result", "Scenario", "compare", "load", "open_run", "run"]

_HOME = {
    "Result": ("gigacampus.results.result", "Result"),
    "Scenario": ("gigacampus.schema.scenario", "Scenario"),
    "compare": ("gigacampus.explore.compare", "outputs"),
    "load": ("gigacampus.scenario.document", "load"),
    "open_run": ("gigacampus.results.store", "read"),
    "run": ("gigacampus.api", "compute"),
}


def __getattr__(name: str) -> Any:
    """Import public names on first use, so that `import gigacampus` stays light."""
    if name not in _HOME:
        raise AttributeError(f"module 'gigacampus' has no attribute {name!r}")
    import importlib

    module, attribute = _HOME[name]
    return getattr(importlib.import_module(module), attribute)
