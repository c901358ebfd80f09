"""The model's ledger: worlds, members, burn-in, runs."""
