"""The most memory that a process has taken."""

import re
import resource
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_memory() -> int:
    """Return the most MiB that this process has had in memory. Linux counts what its parent had at
    its start into `ru_maxrss` too, so that is asked only elsewhere."""
    if _STATUS.exists():
        [peak] = re.findall(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())
        return int(peak) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
