"""What sounds on a campus: spectra, plant, trucks, building work, events, and how sure they are."""
