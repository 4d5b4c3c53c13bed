"""The tables of kinds, stages and variables."""
