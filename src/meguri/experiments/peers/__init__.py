"""The same quarter of the market, computed by meguri and by its peers: C, NumPy, Mesa, AgentPy."""
