"""The version of this program, written into every run; apart from the front door, so that no room imports from above."""

__version__ = "0.1.0"
