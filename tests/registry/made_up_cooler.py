"""A made-up kind of cooling plant: a coil behind wetted pads that needs the same air in every hour."""

import numpy as np


def factors(entry, rules, dry_bulb_c, wet_bulb_c):
    """Half the design air, no compressor, all of the heat; (hour,) each."""
    del entry, rules, wet_bulb_c
    return 0.5 * np.ones_like(dry_bulb_c), np.zeros_like(dry_bulb_c), np.ones_like(dry_bulb_c)
