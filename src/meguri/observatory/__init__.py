"""The world's ledger: what is observed, from all sources."""
