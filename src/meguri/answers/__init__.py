"""What was asked and what follows."""
