"""What a report of Lighthouse comes to."""

from dataclasses import dataclass
from typing import Any

LIMITS = {"accessibility": 100, "best-practices": 100, "performance": 95}
_PASSED = 0.9  # from here on Lighthouse itself calls an audit passed


@dataclass(frozen=True)
class Verdict:
    """The scores by category, of 100, and in words each audit that did not pass."""

    scores: dict[str, int]
    failed: tuple[str, ...]

    @property
    def below(self) -> list[str]:
        """The categories under their limit."""
        return [name for name, limit in LIMITS.items() if self.scores[name] < limit]


def verdict(report: dict[str, Any]) -> Verdict:
    """Judge a report. Raises RuntimeError where Lighthouse could not look at the page that was
    asked for, or was led to another."""
    if "runtimeError" in report:
        raise RuntimeError(report["runtimeError"]["message"])
    if report["finalDisplayedUrl"] != report["requestedUrl"]:
        raise RuntimeError(f"{report['requestedUrl']} led to {report['finalDisplayedUrl']}")
    categories = {name: report["categories"][name] for name in LIMITS}
    return Verdict(
        {name: round((one["score"] or 0) * 100) for name, one in categories.items()},
        tuple(
            f"{name}: {_told(audit)}"
            for name, one in categories.items()
            for audit in (report["audits"][part["id"]] for part in one["auditRefs"])
            if _failed(audit)
        ),
    )


def _failed(audit: dict[str, Any]) -> bool:
    if audit["score"] is None:
        return bool(audit["scoreDisplayMode"] == "error")
    return bool(audit["score"] < _PASSED)


def _told(audit: dict[str, Any]) -> str:
    said = audit.get("errorMessage") or audit.get("displayValue") or ""
    return f"{audit['id']}, {audit['title']}" + (f" ({said})" if said else "")
