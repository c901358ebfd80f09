"""Identity: the same organisation in several sources, with scores and reasons, and decided by hand where asked."""
