"""Instruments that measure real or replayed data and give what a scenario otherwise assumes; they keep no text, author or id."""
