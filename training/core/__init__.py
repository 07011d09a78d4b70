"""What knows no feature: the database and its one unit of work, ids, clock, permissions, errors."""
