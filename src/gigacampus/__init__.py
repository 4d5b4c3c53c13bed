"""gigacampus: an executable model of a frontier-AI company and its gigawatt campuses."""

__version__ = "0.1.0"
