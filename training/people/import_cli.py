"""The command that imports people or units from a file."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from training.core.commands import on_current_database
from training.core.database import db
from training.core.errors import OperatorError, Refused
from training.core.work import unit_of_work
from training.people import (
    import_queries,
    import_rules,
    import_services,
    import_staging,
    import_tables,
    import_texts,
)
from training.people.cli import OPERATOR, units_of
from training.people.import_applying import Changed
from training.people.import_models import DEEDS, Import
from training.people.import_queries import Scope
from training.people.import_tables import BadTable


@click.command("import")
@with_appcontext
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", "path", required=True, help="State/Agency/Post: nothing outside of it.")
@click.option("--kind", type=click.Choice([*import_rules.COLUMNS]), default="people")
@click.option("--encoding", help="Such as cp1256, where the file does not tell it.")
@click.option("--check", is_flag=True, help="Only say what it would do.")
@on_current_database
def import_(file: Path, path: str, kind: str, encoding: str | None, check: bool) -> None:
    """Import people or units from FILE, a table as CSV or .xlsx: all of it, or nothing."""
    with force_locale("en"):
        content = file.read_bytes()
        columns, rows, encoding = _heads(content, encoding, kind)
        import_services.discard(OPERATOR)
        with unit_of_work() as work:
            within = units_of(work, path, create=False)[-1].id
            id = import_services.take(
                OPERATOR,
                work,
                kind=kind,
                content=content,
                encoding=encoding,
                columns=columns,
                rows=rows,
                within=within,
            )
        import_staging.run(Scope(OPERATOR, kind, within), id)
        try:
            _report(id)
            if not check:
                _apply(id)
        finally:
            import_services.discard(OPERATOR)


def _heads(content: bytes, encoding: str | None, kind: str) -> tuple[dict[str, int], int, str]:
    """Return where the columns stand, how many rows there are, and the encoding."""
    try:
        encoding = encoding or import_tables.encoding_of(content)
        if encoding is None:
            possible = ", ".join(import_tables.possible_encodings(content))
            raise OperatorError(f"the file does not tell its --encoding: it may be {possible}")
        row, rows = import_tables.heads_and_length(content, encoding)
        return import_texts.columns_in(row, kind), rows, encoding
    except BadTable as bad:
        raise OperatorError(import_texts.file_fault(bad.fault.name)) from bad
    except import_texts.BadHeads as bad_heads:
        raise OperatorError(str(bad_heads)) from bad_heads
    except (UnicodeDecodeError, LookupError) as error:
        raise OperatorError(f"the file is not in the encoding {encoding}") from error


def _report(id: str) -> None:
    """Print what the rows do. Raises OperatorError where some can't be done."""
    session = db.session()
    found = session.get_one(Import, id)
    if found.state == "refused":
        raise OperatorError(import_texts.file_fault(str(found.fault)))
    counts = import_queries.counted(session, id)
    for deed in DEEDS:
        if deed in counts:
            click.echo(f"{deed}: {counts[deed]}")
    for line in import_queries.faults_of(session, id):
        click.echo(f"row {line.number}: {' '.join(map(import_texts.row_fault, line.faults))}")
    session.close()
    if "fault" in counts:
        raise OperatorError("nothing was imported: mend these rows first")


def _apply(id: str) -> None:
    try:
        with unit_of_work() as work:
            look = str(work.session.get_one(Import, id).look)
            counts = import_services.apply(OPERATOR, work, id=id, look=look)
    except Changed as error:
        raise OperatorError("people or units were changed meanwhile: run it again") from error
    except Refused:
        click.echo("nothing to do")
    else:
        import_services.clear([id])
        click.echo(f"imported: {sum(counts.values())} rows")
