"""meguri: a computable innovation ecosystem."""
