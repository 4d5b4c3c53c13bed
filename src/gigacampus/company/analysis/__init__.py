"""What is read from the books: figures, metrics, terminal states, sensitivity, solving, calibration."""
