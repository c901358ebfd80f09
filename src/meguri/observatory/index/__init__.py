"""Composite indices: a declared hierarchy of indicators, scored and ranked by named steps, with their uncertainty."""
