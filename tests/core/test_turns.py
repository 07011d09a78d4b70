"""The queue as its users meet it: threads, processes, killed and stopped holders."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from training.core import turns
from training.core.turns import Busy, Turns

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0
across_processes = pytest.mark.skipif(sys.platform == "win32", reason="there is no flock")

HOLD = """
import sys
from pathlib import Path
from training.core.turns import Turns
with Turns(Path(sys.argv[1]), int(sys.argv[2])).take(20):
    print("held", flush=True)
    sys.stdin.readline()
print("let go", flush=True)
sys.stdin.readline()
"""

COUNT = """
import sys, threading
from pathlib import Path
from training.core.turns import Turns
queue, sum_ = Turns(Path(sys.argv[1])), Path(sys.argv[2])
def add():
    for _ in range(20):
        with queue.take(20):
            sum_.write_text(str(int(sum_.read_text()) + 1))
threads = [threading.Thread(target=add) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def until(true: Callable[[], object]) -> None:
    """Wait until something holds; fail after a generous time."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.005)


def program(text: str, *arguments: object) -> "subprocess.Popen[str]":
    """Start a Python program in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", text, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def holder(path: Path, places: int = 1) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds a turn, and lets go on a line."""
    process = program(HOLD, path, places)
    try:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def let_go(process: "subprocess.Popen[str]") -> None:
    """Have a holder let go, and see that it has; it lives on."""
    assert process.stdin
    assert process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "let go\n"


def stands_in_line(thread: threading.Thread) -> bool:
    """Tell whether a thread has asked for its turn and now waits for it."""
    frame = sys._current_frames().get(thread.ident or 0)
    return frame is not None and frame.f_code is turns._Line.wait.__code__


@pytest.mark.parametrize("places", [1, 3])
@pytest.mark.parametrize("with_files", [True, False])
def test_no_more_threads_than_places(tmp_path: Path, places: int, with_files: bool) -> None:
    queue = Turns(tmp_path / "queue" if with_files else None, places)
    inside: list[int] = []
    most: list[int] = []
    full = threading.Barrier(places)

    def work() -> None:
        with queue.take(PATIENCE):
            inside.append(1)
            full.wait(PATIENCE)  # passes only if all the places can be held together
            most.append(len(inside))
            full.wait(PATIENCE)
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(10 * places)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(most) == 10 * places
    assert max(most) == places


def test_threads_come_in_the_order_in_which_they_asked() -> None:
    queue = Turns(None)
    came: list[int] = []

    def work(number: int) -> None:
        with queue.take(PATIENCE):
            came.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    with queue.take():
        for thread in threads:
            thread.start()
            until(lambda thread=thread: stands_in_line(thread))  # type: ignore[misc]
    for thread in threads:
        thread.join(PATIENCE)
    assert came == list(range(6))


def test_a_thread_that_will_not_wait_longer_is_told_so_and_takes_no_place() -> None:
    queue = Turns(None)
    with queue.take(), pytest.raises(Busy), queue.take(0.01):
        pass
    with queue.take(0.01):
        pass
    assert issubclass(Busy, TimeoutError)


def test_a_turn_ends_with_an_error_too(tmp_path: Path) -> None:
    queue = Turns(tmp_path / "queue")
    with pytest.raises(KeyError), queue.take():
        raise KeyError
    with queue.take(0.01):
        pass


def test_a_folder_that_is_not_there_is_an_error_and_keeps_no_place(tmp_path: Path) -> None:
    queue = Turns(tmp_path / "later" / "queue")
    with pytest.raises(FileNotFoundError), queue.take():
        pass
    (tmp_path / "later").mkdir()
    with queue.take(0.01):
        pass


@across_processes
def test_processes_exclude_one_another(tmp_path: Path) -> None:
    total = tmp_path / "total"
    total.write_text("0")
    processes = [program(COUNT, tmp_path / "queue", total) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert total.read_text() == str(3 * 4 * 20)


@across_processes
@pytest.mark.parametrize("places", [1, 2])
def test_a_turn_is_to_be_had_when_another_process_lets_go(tmp_path: Path, places: int) -> None:
    path = tmp_path / "queue"
    queue = Turns(path, places)
    came = threading.Event()

    def work() -> None:
        with queue.take(PATIENCE):
            came.set()

    with holder(path, places) as one, holder_of_the_rest(path, places):
        thread = threading.Thread(target=work)
        thread.start()
        until(lambda: stands_in_line(thread))
        assert not came.is_set()
        let_go(one)
        thread.join(PATIENCE)
        assert came.is_set()


@contextmanager
def holder_of_the_rest(path: Path, places: int) -> Iterator[None]:
    """Hold all places but one."""
    if places == 1:
        yield
        return
    with holder(path, places), holder_of_the_rest(path, places - 1):
        yield


@across_processes
def test_a_holder_that_stands_still_makes_others_busy_not_hang(tmp_path: Path) -> None:
    path = tmp_path / "queue"
    queue = Turns(path)
    with holder(path) as process:
        process.send_signal(signal.SIGSTOP)
        for _ in range(3):
            with pytest.raises(Busy), queue.take(0.05):
                pass
        process.send_signal(signal.SIGCONT)
        let_go(process)
        with queue.take(PATIENCE):
            pass


@across_processes
def test_who_gave_up_waiting_holds_nothing_later(tmp_path: Path) -> None:
    path = tmp_path / "queue"
    queue = Turns(path)
    with holder(path) as process:
        with pytest.raises(Busy), queue.take(0.05):
            pass
        let_go(process)
        with holder(path):  # a third process gets it, though this one once waited
            pass


@across_processes
def test_a_killed_holder_frees_its_place(tmp_path: Path) -> None:
    path = tmp_path / "queue"
    queue = Turns(path)
    with holder(path) as process:
        process.kill()
        with queue.take(PATIENCE):
            pass


@across_processes
def test_a_fork_neither_shares_nor_keeps_its_parents_turn(tmp_path: Path) -> None:
    queue = Turns(tmp_path / "queue")
    child_says, parent_says = os.pipe(), os.pipe()
    with queue.take():
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with pytest.raises(Busy), queue.take(0.05):
                    pass
                os.write(child_says[1], b"x")
                os.read(parent_says[0], 1)
                with queue.take(PATIENCE):
                    code = 0
            finally:
                os._exit(code)
        os.read(child_says[0], 1)
    with queue.take(0.05):  # while the child lives, with copies of all that was open here
        os.write(parent_says[1], b"x")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    for descriptor in (*child_says, *parent_says):
        os.close(descriptor)
