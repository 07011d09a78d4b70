"""Formats in and out: one pure codec a format, and the table writers. Knows no feature."""
