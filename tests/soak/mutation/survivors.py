"""Mutants that no test finds, and why none need."""

_TYPES = "never None here: for the type checker alone"
_WORDS = "the words of an error that only a fault of ours shows"
_RULE = "a version's number: raised with the rule, compared with nothing"
_REST = "equivalent: what is drawn there is written over by version and variant"
_KEY = "names a column of the log: found by every test that settles records in a database"
_SPARED = "equivalent: spares a statement"
_CAPPED = "equivalent: bounds the power before the longest wait does"

ACCEPTED: dict[tuple[str, str, str], str] = {
    ("core.canonical", "_refuse_unsafe", "'canonical JSON holds no fractions' → ''"): _WORDS,
    ("core.canonical", "_refuse_unsafe", "'canonical JSON keys are strings' → ''"): _WORDS,
    (
        "core.canonical",
        "_refuse_unsafe",
        "'canonical JSON holds neither NUL nor lone surrogates' → ''",
    ): _WORDS,
    (
        "core.canonical",
        "_refuse_unsafe",
        "'canonical JSON holds no integer beyond 2^53' → ''",
    ): _WORDS,
    ("core.ids", "uuid7", "80 → 79"): _REST,
    ("core.ids", "uuid7", "15 → 14"): _REST,
    ("core.ids", "_doubled", "32 → 33"): "equivalent: what was shifted is even",
    ("people.rules", "account_key", "'number ' → ''"): "a mark for those who read the table",
    ("people.rules", "network", "'' → 'x'"): "equivalent: neither is an address",
    ("people.rules", "wait", "10 → 11"): _CAPPED,
    ("people.rules", "wait", "10 → 9"): _CAPPED,
    (
        "people.rules",
        "_counts",
        "now - FORGOTTEN_AFTER < tally.latest <= now + _CLOCKS_DIFFER → "
        "now - FORGOTTEN_AFTER <= tally.latest <= now + _CLOCKS_DIFFER",
    ): "equivalent: no wait is longer than an hour, and this one just ended",
    ("records.folding", "", "[str] → []"): "a type alias",
    ("assessment.rules", "", "1 → 2"): _RULE,
    ("assessment.rules", "", "1 → 0"): _RULE,
    ("assessment.folds", "_read", "read.voided or entry → entry"): "equivalent: that one is asked",
    (
        "assessment.folds",
        "_columns",
        "read.decided and status == 'graded' → status == 'graded'",
    ): _TYPES,
    ("learning.folds", "_read", "entry.part or '' → entry.part"): _TYPES,
    ("learning.folds", "_read", "entry.corrects or '' → entry.corrects"): _TYPES,
    ("learning.folds", "_read", "'' → 'x'"): _TYPES,
    ("learning.folds", "_columns", "':' → ''"): "equivalent: a list has no colons",
    ("learning.folds", "", "'about' → ''"): _KEY,
    ("certificates.folds", "", "'about' → ''"): _KEY,
    ("monitoring.rules", "Part.__init__", "place.parent or '' → place.parent"): _TYPES,
    ("monitoring.rules", "Part.path", "place.parent or '' → place.parent"): _TYPES,
    ("people.policy", "unit_and_below", "True → False"): "found on PostgreSQL; SQLite forgives it",
    ("people.policy", "unit_and_below", "'reach' → ''"): "a name within the statement",
    (
        "content.policy",
        "editable_modules",
        "ModuleRow.owner_id.in_(unit_and_below(units)) if units else false() → "
        "ModuleRow.owner_id.in_(unit_and_below(units))",
    ): _SPARED,
    ("authoring.policy", "visible_drafts", "return false() → return None"): "equivalent in SQL",
    (
        "people.policy",
        "overseen_units",
        "Unit.id.in_(unit_and_below(units)) if units else false() → "
        "Unit.id.in_(unit_and_below(units))",
    ): _SPARED,
}
"""(module under training, function, change) → why it is equivalent or accepted."""
