"""What differs: runs with the same luck on both sides."""
