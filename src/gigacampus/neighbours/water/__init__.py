"""Water: what the towers draw."""
