"""The SQL of the log's hot path, the same text for both databases."""

from sqlalchemy import TextClause, text

from training.records.envelope import COLUMNS
from training.records.folding import Fold

ENTRY_COLUMNS = (
    "id, kind, schema, about, part, device, lamport, occurred_at, clock_offset, received_at, "
    "corrects, version, payload"
)

# One statement locks (as FOR NO KEY UPDATE), counts and reads. A record from elsewhere brings its
# own lamport (:seen), a plain form takes the next (:own is 1).
LOCK = text(
    "UPDATE subject SET seq = seq + 1, "
    "lamport = CASE WHEN lamport < CAST(:seen AS BIGINT) THEN CAST(:seen AS BIGINT) "
    "ELSE lamport + CAST(:own AS BIGINT) END "
    "WHERE id = :subject RETURNING seq, lamport, fold_pending, "
    "(SELECT p.unit_id FROM posting p WHERE p.person_id = subject.id AND p.valid_from <= :today "
    "AND (p.valid_to IS NULL OR p.valid_to > :today) ORDER BY p.valid_from DESC LIMIT 1)"
)
BEGIN_SUBJECT = text(
    "INSERT INTO subject (id, seq, lamport, fold_pending) VALUES (:subject, 0, 0, false) "
    "ON CONFLICT (id) DO NOTHING"
)
INSERT = text(
    f"INSERT INTO record ({', '.join(COLUMNS)}) "
    f"VALUES ({', '.join(f':{name}' for name in COLUMNS)}) ON CONFLICT (id) DO NOTHING"
)
STANDS = text("SELECT hash, subject, kind, about, part, payload FROM record WHERE id = :id")
QUARANTINE = text(
    "INSERT INTO quarantine (id, record, subject, reason, body, hash, received_at) "
    "VALUES (:id, :record, :subject, :reason, :body, :hash, :received_at) "
    "ON CONFLICT (record, hash) DO NOTHING"
)
WAITS = text(
    "SELECT body, received_at FROM quarantine "
    "WHERE id = :id AND subject = :subject AND released_at IS NULL"
)
RELEASE = text("UPDATE quarantine SET released_at = :released_at WHERE id = :id")
SET_PENDING = text("UPDATE subject SET fold_pending = :pending WHERE id = :subject")
ONE = text(f"SELECT {ENTRY_COLUMNS} FROM record WHERE id = :id")
ALL_OF_SUBJECT = text(f"SELECT {ENTRY_COLUMNS} FROM record WHERE subject = :key ORDER BY seq")


def entries_of(fold: Fold) -> TextClause:
    """Return the SELECT of the records of one thing of a fold."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(fold.kinds))
    return text(f"SELECT {ENTRY_COLUMNS} FROM record WHERE {fold.key} = :key AND kind IN ({kinds})")


def of_other(fold: Fold) -> TextClause:
    """Return the SELECT that finds a thing of a fold if it is somebody else's."""
    return text(f"SELECT 1 FROM {fold.table} WHERE id = :key AND subject <> :subject")


def write_state(fold: Fold, columns: tuple[str, ...]) -> TextClause:
    """Return the upsert of one state row."""
    names = ("id", "subject", *columns)
    values = ", ".join(f":{name}" for name in names)
    changes = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    return text(
        f"INSERT INTO {fold.table} ({', '.join(names)}) VALUES ({values}) "
        f"ON CONFLICT (id) DO UPDATE SET {changes}"
    )
