"""A rebuild that is killed, one beside which answers come in, and one of a large log."""

import subprocess
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests import server
from tests.counts import tries
from tests.records import devices
from tests.records.crowd import EACH, add_crowd
from tests.records.log import Log
from training.core.database import db
from training.core.ids import uuid7

TABLES = ("attempt", "enrolment", "certificate")
RECORDS = tries(10_000, 1_000_000)
ROOM = 10 * 1024
"""By how many KiB the memory of a rebuild may grow with the log: less than its records would."""


def states(log: Log) -> dict[str, Any]:
    """Return all state rows."""
    return {table: log.states(table) for table in TABLES}


def tamper(log: Log) -> None:
    """Let no state row stand as it should."""
    log.write("UPDATE attempt SET points = 0, responses = '{}'")
    log.write("UPDATE enrolment SET status = 'waiting'")
    log.write("DELETE FROM certificate")


def launch(log: Log, *words: str, program: Path | None = None) -> "subprocess.Popen[str]":
    """Launch the command, or a program in its place, on the log's database."""
    settings = log.app.config["SETTINGS"]
    place = settings.instance, settings.database_url
    if program is not None:
        return server.launched(*place, program=program)
    return server.command(*place, "records", "rebuild", *words)


def test_a_rebuild_that_was_killed_is_begun_again(log: Log) -> None:
    """Person by person it had written whole rows or none; the second one writes the rest."""
    persons = add_crowd(log, 300)
    log.rebuild()
    stood = states(log)
    assert len(stood["certificate"]) == len(persons)
    tamper(log)
    process = launch(log)
    assert process.stdout is not None
    for _ in range(30):
        assert process.stdout.readline().endswith("\n")
    server.kill(process)
    mended = len(log.states("certificate"))
    assert 0 < mended < len(persons)
    assert log.rebuild() != []
    assert states(log) == stood
    assert log.rebuild(check=True) == []


def test_answers_come_in_beside_a_rebuild(log: Log) -> None:
    """Each person's rebuild is a unit under their lock: it ends as if they had taken turns."""
    begun = [(person, uuid7(), uuid7()) for person in add_crowd(log, 8)]
    for person, enrolment, attempt in begun:
        log.append(person, *devices.begun(enrolment), devices.started(enrolment, attempt))
    errors: list[BaseException] = []
    done = threading.Event()

    def answer() -> None:
        try:
            for choice in ("true", "false") * 5:
                for person, enrolment, attempt in begun:
                    log.append(person, devices.response(enrolment, attempt, "call", [choice]))
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    answering = threading.Thread(target=answer)
    answering.start()
    rounds = 0
    while not done.is_set():
        tampered = log.rebuild()
        assert not [one for one in tampered if "decided" in one or "absent" in one]
        rounds += 1
    answering.join()
    assert (errors, rounds > 0) == ([], True)
    assert log.rebuild(check=True) == []
    for person, _, attempt in begun:
        assert log.state("attempt", attempt)["responses"] == '{"call":["false"]}'
        assert log.kinds(person).count("response.given") >= 10


def test_a_large_log_is_rebuilt_in_flat_memory(log: Log, tmp_path: Path) -> None:
    """Decisions that were due are made, a check finds nothing, and memory does not grow."""
    few = measured(log, tmp_path, 2_000)
    assert measured(log, tmp_path, RECORDS) - few < ROOM
    checking = launch(log, "--check")
    assert checking.communicate()[0] == "0 differences\n"
    assert checking.returncode == 0


PROGRAM = """
import atexit, runpy, sys
from pathlib import Path


def note():
    [peak] = [line for line in open("/proc/self/status") if line.startswith("VmHWM:")]
    Path(__file__).with_suffix(".peak").write_text(peak.split()[1])


atexit.register(note)
sys.argv = ["flask", "--app", "run", "records", "rebuild"]
{more}
runpy.run_module("flask", run_name="__main__")
"""
HOARDING = """
from training.records import settling

kept, whole = [], settling.entries


def entries(*asked):
    kept.append(whole(*asked))
    return kept[-1]


settling.entries = entries
"""


def measured(log: Log, folder: Path, records: int, more: str = "") -> int:
    """Rebuild so many records more, in a process of its own; returns the most memory that it took,
    in KiB."""
    persons = add_crowd(log, records // EACH)
    program = folder / "rebuild.py"
    program.write_text(PROGRAM.format(more=more))
    process = launch(log, program=program)
    said, _ = process.communicate()
    assert (process.returncode, "fails" in said) == (0, False), said
    with log.app.app_context():
        pending = db.session.scalar(text("SELECT count(*) FROM subject WHERE fold_pending"))
        issued = db.session.scalar(text("SELECT count(*) FROM certificate"))
    assert (pending, issued >= len(persons)) == (0, True)
    return int(program.with_suffix(".peak").read_text())


def test_control_a_rebuild_that_keeps_what_it_reads_is_noticed(log: Log, tmp_path: Path) -> None:
    """Measured in the same way, the sample alone takes more than the room there is."""
    few = measured(log, tmp_path, 2_000, HOARDING)
    assert measured(log, tmp_path, 10_000, HOARDING) - few > ROOM
