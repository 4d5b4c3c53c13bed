"""The colours of all figures: told apart by readers with common colour-blindness, and at least 3:1 against white."""

BLUE = "#0b62a4"
ORANGE = "#c25e00"
TEAL = "#008f7a"
PURPLE = "#7d2a6b"
RED = "#b3261e"
GOLD = "#8f7200"
GREY = "#66727e"

NAMES = {BLUE: "blue", ORANGE: "orange", TEAL: "teal", PURPLE: "purple", RED: "red", GOLD: "gold", GREY: "grey"}
"""Name of each colour; the viewer swaps them for lighter ones on a dark page."""
