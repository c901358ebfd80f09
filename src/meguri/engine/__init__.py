"""How it is computed. Knows no mechanism by name."""
