"""Which modules are examined, and by which tests each is held to its word."""

from dataclasses import dataclass

_KINDS = "tests/records/test_kinds.py"
_RECORDS = ("tests/records/test_rules.py", "tests/records/test_exact.py")
_ATTEMPT = (
    "tests/assessment/test_folds.py",
    "tests/assessment/test_fold_edges.py",
    _KINDS,
)
_ENROLMENT = ("tests/learning/test_folds.py", "tests/learning/test_fold_edges.py", _KINDS)
_CERTIFICATE = ("tests/certificates/test_folds.py", _KINDS)


@dataclass(frozen=True)
class Target:
    """A module and the test files that speak of it, the quickest first."""

    module: str
    tests: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where the module lies in the repository."""
        return f"{self.module.replace('.', '/')}.py"


TARGETS = (
    Target("training.core.canonical", ("tests/core/test_canonical.py",)),
    Target("training.core.ids", ("tests/core/test_id_bits.py", "tests/core/test_ids.py")),
    Target(
        "training.people.rules",
        tuple(f"tests/people/test_{name}.py" for name in ("comparing", "rules", "waits")),
    ),
    Target("training.people.posting_rules", ("tests/people/test_posting_rules.py",)),
    Target("training.people.import_rules", ("tests/people/test_import_rules.py",)),
    Target("training.records.rules", (*_RECORDS, *_ATTEMPT)),
    Target("training.records.folding", (_KINDS,)),
    Target(
        "training.assessment.rules",
        ("tests/assessment/test_claimed_draws.py", "tests/assessment/test_rules.py"),
    ),
    Target("training.assessment.folds", _ATTEMPT),
    Target("training.learning.rules", ("tests/learning/test_rules.py", *_ENROLMENT)),
    Target("training.learning.folds", _ENROLMENT),
    Target("training.certificates.rules", ("tests/certificates/test_rules.py",)),
    Target("training.certificates.folds", _CERTIFICATE),
    Target("training.monitoring.rules", ("tests/monitoring/test_rules.py",)),
    *(
        Target(f"training.{feature}.policy", (f"tests/{feature}/test_policy.py",))
        for feature in (
            "people",
            "content",
            "assessment",
            "learning",
            "certificates",
            "authoring",
            "monitoring",
            "operations",
            "records",
        )
    ),
)
