"""What keeps an installation alive: start, health, the serving processes and their clock."""
