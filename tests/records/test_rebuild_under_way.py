"""A rebuild that is killed, one beside which answers come in, and one of a large log."""

import os
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
RECORDS = tries(20_000, 1_000_000)
ROOM = 24 * 1024
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


def test_a_large_log_is_rebuilt_in_flat_memory(log: Log) -> None:
    """Decisions that were due are made, a check finds nothing, and memory does not grow."""
    few, _ = measured(log, 2_000)
    many, seconds = measured(log, RECORDS)
    print(f"{RECORDS:,} records rebuilt in {seconds:.0f} s of processor time")
    assert many - few < ROOM
    checking = launch(log, "--check")
    assert checking.communicate()[0] == "0 differences\n"
    assert checking.returncode == 0


def measured(log: Log, records: int, program: Path | None = None) -> tuple[int, float]:
    """Rebuild so many records more; returns the most memory that it took, in KiB, and the
    processor's seconds."""
    persons = add_crowd(log, records // EACH)
    process = launch(log, program=program)
    assert process.stdout is not None
    for line in process.stdout:
        assert "fails" not in line
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    with log.app.app_context():
        pending = db.session.scalar(text("SELECT count(*) FROM subject WHERE fold_pending"))
        issued = db.session.scalar(text("SELECT count(*) FROM certificate"))
    assert (pending, issued >= len(persons)) == (0, True)
    return used.ru_maxrss, used.ru_utime + used.ru_stime


HOARDER = """
import runpy, sys
from training.records import settling

kept, whole = [], settling.entries


def entries(*asked):
    kept.append(whole(*asked))
    return kept[-1]


settling.entries = entries
sys.argv = ["flask", "--app", "run", "records", "rebuild"]
runpy.run_module("flask", run_name="__main__")
"""


def test_control_a_rebuild_that_keeps_what_it_reads_is_noticed(log: Log, tmp_path: Path) -> None:
    """Measured in the same way, the sample alone takes more than the room there is."""
    program = tmp_path / "hoarder.py"
    program.write_text(HOARDER)
    few, _ = measured(log, 2_000, program)
    many, _ = measured(log, 20_000, program)
    assert many - few > ROOM
