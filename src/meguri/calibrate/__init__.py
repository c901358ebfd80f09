"""Which numbers fit: observed values beside those of a run."""
