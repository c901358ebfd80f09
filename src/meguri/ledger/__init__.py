"""What is written: five tables, one schema, whoever writes."""
