"""From levels to what people hear: hours, indicators, contours, people above a level."""
