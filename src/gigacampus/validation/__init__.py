"""Scores against published cases, apart from the product that they judge: one file a family."""
