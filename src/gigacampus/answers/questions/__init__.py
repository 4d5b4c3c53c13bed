"""Questions that people ask, one file each with ``answer(result, place)``; their rows are in ``library/questions/questions.yaml``."""
