"""Compiled band losses of geometry rows."""
