"""Questions in plain words, English or Chinese: which computed figure answers them, and for which place, date and change."""
