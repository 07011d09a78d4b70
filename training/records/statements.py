"""The SQL of the log, the same text for both databases; `core.database.run` runs it."""

from functools import lru_cache

from training.records.envelope import COLUMNS
from training.records.folding import Fold

ENTRY_COLUMNS = (
    "id, kind, schema, about, part, device, lamport, occurred_at, clock_offset, received_at, "
    "corrects, version, payload"
)

# One statement locks (as FOR NO KEY UPDATE), counts and reads. A record from elsewhere brings its
# own lamport (:seen), a plain form takes the next (:own is 1).
LOCK = (
    "UPDATE subject SET seq = seq + 1, "
    "lamport = CASE WHEN lamport < CAST(:seen AS BIGINT) THEN CAST(:seen AS BIGINT) "
    "ELSE lamport + CAST(:own AS BIGINT) END "
    "WHERE id = :subject RETURNING seq, lamport, fold_pending, "
    "(SELECT p.unit_id FROM posting p WHERE p.person_id = subject.id AND p.valid_from <= :today "
    "AND (p.valid_to IS NULL OR p.valid_to > :today) ORDER BY p.valid_from DESC LIMIT 1)"
)
BEGIN_SUBJECT = (
    "INSERT INTO subject (id, seq, lamport, fold_pending) VALUES (:subject, 0, 0, false) "
    "ON CONFLICT (id) DO NOTHING"
)
INSERT = (
    f"INSERT INTO record ({', '.join(COLUMNS)}) "
    f"VALUES ({', '.join(f':{name}' for name in COLUMNS)}) ON CONFLICT (id) DO NOTHING"
)
STANDS = "SELECT hash, subject, kind, about, part, payload FROM record WHERE id = :id"
QUARANTINE = (
    "INSERT INTO quarantine (id, record, subject, reason, body, hash, received_at) "
    "VALUES (:id, :record, :subject, :reason, :body, :hash, :received_at) "
    "ON CONFLICT (record, hash) DO NOTHING"
)
WAITS = (
    "SELECT body, received_at FROM quarantine "
    "WHERE id = :id AND subject = :subject AND released_at IS NULL"
)
RELEASE = "UPDATE quarantine SET released_at = :released_at WHERE id = :id"
KEEP_TEXT = (
    "INSERT INTO text (id, subject, salt, body, kept_at) "
    "VALUES (:id, :subject, :salt, :body, :kept_at)"
)
SET_PENDING = "UPDATE subject SET fold_pending = :pending WHERE id = :subject"
ONE = f"SELECT {ENTRY_COLUMNS} FROM record WHERE id = :key"
ALL_OF_SUBJECT = f"SELECT {ENTRY_COLUMNS} FROM record WHERE subject = :key ORDER BY seq"
THINGS_OF_SUBJECT = "SELECT DISTINCT kind, about, part FROM record WHERE subject = :key"
SAVEPOINT, RELEASE_SAVEPOINT = "SAVEPOINT floor", "RELEASE SAVEPOINT floor"
ROLLBACK_TO_SAVEPOINT = "ROLLBACK TO SAVEPOINT floor"


@lru_cache
def entries_of(fold: Fold) -> str:
    """Return the SELECT of the records of one thing of a fold."""
    kinds = ", ".join(f"'{kind}'" for kind in sorted(fold.kinds))
    return f"SELECT {ENTRY_COLUMNS} FROM record WHERE {fold.key} = :key AND kind IN ({kinds})"


def of_other(fold: Fold) -> str:
    """Return the SELECT that finds a thing of a fold if it is somebody else's."""
    return f"SELECT 1 FROM {fold.table} WHERE id = :key AND subject <> :subject"


@lru_cache
def write_state(table: str, columns: tuple[str, ...]) -> str:
    """Return the upsert of one state row."""
    names = ("id", "subject", *columns)
    values = ", ".join(f":{name}" for name in names)
    changes = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values}) "
        f"ON CONFLICT (id) DO UPDATE SET {changes}"
    )
