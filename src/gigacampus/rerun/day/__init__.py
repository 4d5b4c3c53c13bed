"""One day of a finished run, minute by minute: the stages' own functions on the stored reference world, nothing kept."""
