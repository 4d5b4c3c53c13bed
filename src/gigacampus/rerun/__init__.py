"""A finished run asked again: every answer that calls a stage anew on a stored world goes through here."""
