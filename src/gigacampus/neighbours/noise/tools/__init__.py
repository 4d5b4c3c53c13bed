"""Questions put to a finished run about its noise; one file for each command."""
