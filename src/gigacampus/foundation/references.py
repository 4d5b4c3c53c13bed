"""References to the cited library: ``lib:<family>/<name>``, read and written in one place."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field

REFERENCE = re.compile(r"lib:([a-z_]+)/([a-z0-9][a-z0-9_]{0,63})")
AcceleratorKey = Annotated[str, Field(pattern=r"^lib:accelerators/[a-z0-9_]+$")]
GeneratorKey = Annotated[str, Field(pattern=r"^lib:generators/[a-z0-9_]+$")]
BatteryKey = Annotated[str, Field(pattern=r"^lib:batteries/[a-z0-9_]+$")]
CoolingKey = Annotated[str, Field(pattern=r"^lib:cooling/[a-z0-9_]+$")]
SlipKey = Annotated[str, Field(pattern=r"^lib:schedule/[a-z0-9_]+$")]
"""Types of fields that name an entry: an entry of another family has other figures."""


def family_and_name(reference: str) -> tuple[str, str]:
    """Family and name of a reference; refuses a text that is none.

    >>> family_and_name("lib:generators/titan_130")
    ('generators', 'titan_130')
    """
    match = REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"{reference!r} is not a reference to the library, such as lib:generators/titan_130")
    return match.group(1), match.group(2)


def name_of(reference: str) -> str:
    """Name of the entry without its family.

    >>> name_of("lib:weather/memphis_tn")
    'memphis_tn'
    """
    return family_and_name(reference)[1]


def entry_of(library: Any, reference: str) -> Any:
    """The entry that a reference names in the library of a loaded scenario."""
    family, name = family_and_name(reference)
    return getattr(library, family)[name]
