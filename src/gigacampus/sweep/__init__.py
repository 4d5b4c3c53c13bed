"""Many runs of one scenario as one job: cases checked first, computed side by side, kept one by one, resumed where they stopped."""
