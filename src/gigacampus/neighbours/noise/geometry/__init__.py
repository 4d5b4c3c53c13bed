"""The scene around sources and receivers, and the paths that sound takes through it."""
