"""Who pays and who owns: cap table, owners, related parties, covenants."""
