"""Air: what the stacks add at each receptor."""
