"""Outdoor noise: sources by component, paths over ground, walls and hills, three methods, levels at receptors."""
