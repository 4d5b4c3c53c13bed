"""The books: chart of accounts, journal of flows, the rules of a month, and the simulation of all draws through them."""
