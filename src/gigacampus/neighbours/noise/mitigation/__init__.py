"""What walls and silencers do, and the cheapest set of them."""
