"""How often the long tests try: a seeded sample in `make test`, the full count in `make soak`."""

import os

SOAK = os.environ.get("WAYPOST_SOAK") == "1"


def tries(sample: int, full: int) -> int:
    """Return `full` in a soak, else `sample`."""
    return full if SOAK else sample
