"""Traffic: workers, trucks and the wait at shift change."""
