"""What a price implies, and what a path to power is worth."""
