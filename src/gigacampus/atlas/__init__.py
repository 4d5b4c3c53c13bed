"""The tracked campuses of the world: each a scenario made from cited facts and marked defaults, all run as one batch, one page."""
