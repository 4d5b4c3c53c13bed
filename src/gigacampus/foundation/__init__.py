"""What every room may use: units, calendar, annotated types, errors, memoization, moist air. Imports nothing of the rooms above."""
