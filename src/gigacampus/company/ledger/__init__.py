"""The books: chart of accounts, journal of flows, the rules of a month, and the march of all draws through them."""
