"""Questions put to a finished run about its noise: map, measures, meter readings, a listening sample."""
