"""`flask records rebuild`: what it says and with which exit code, for people and for scripts."""

from click.testing import Result

from tests.records import devices
from tests.records.log import Log
from training.core.ids import uuid7


def run(log: Log, *options: str) -> Result:
    """Run the command."""
    return log.app.test_cli_runner().invoke(args=["records", "rebuild", *options])


def test_where_all_stands_as_it_should(log: Log) -> None:
    """Nothing differs, with and without `--check`."""
    log.append(log.person(), *devices.way(uuid7(), uuid7()))
    for options in (["--check"], []):
        ran = run(log, *options)
        assert (ran.exit_code, ran.output) == (0, "0 differences\n")


def test_a_check_exits_with_1_and_changes_nothing(log: Log) -> None:
    """One line for each difference: whose, which thing, what; then their number."""
    person, enrolment, attempt = log.person(), uuid7(), uuid7()
    log.append(person, *devices.way(enrolment, attempt))
    log.write("UPDATE attempt SET points = 0")
    log.write("DELETE FROM certificate")
    lines = [
        f"{person} attempt {attempt}: the state differs",
        f"{person} certificate {enrolment}: the state differs",
        "2 differences",
    ]
    for _ in range(2):
        ran = run(log, "--check")
        assert (ran.exit_code, ran.output.splitlines()) == (1, lines)
    ran = run(log)
    assert (ran.exit_code, ran.output.splitlines()) == (0, lines)
    assert log.state("attempt", attempt)["points"] == 2
    assert run(log, "--check").exit_code == 0


def test_the_log_of_nobody(log: Log) -> None:
    """A fresh installation has no records, and no differences."""
    assert run(log, "--check").output == "0 differences\n"


def test_it_says_what_it_is_for(log: Log) -> None:
    """With its one option; an unknown one is refused."""
    ran = run(log, "--help")
    assert ran.exit_code == 0
    assert "--check" in ran.output
    assert run(log, "--fix").exit_code == 2
