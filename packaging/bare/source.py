"""README's two commands from a clone of the checkout, where there is nothing but python3 and pip."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from bare import host, snapshot
from bare.bench import Bench
from bare.machine import HOMES, USER, Machine, last_lines
from bare.report import Failed
from bare.tour import Seat

APP = ["python3", "packaging/setup_run.py", "app"]
TEST = ["python3", "packaging/setup_run.py", "test"]
INSTALLING, TESTING = 900.0, 2400.0  # seconds at most

# What of the tests is run unless all are asked for: the engine against its golden values, the command line, and how the
# program is set up, started and shown. ruff, mypy and lint-imports are always run as a whole.
SUBSET = (
    "tests/engine", "tests/cli", "tests/test_setup_run.py", "tests/test_display.py", "tests/test_resources.py",
    "tests/ui/test_shell.py", "tests/ui/test_launch.py",
)  # fmt: skip

# What pip keeps for the next time, and what the program keeps of its own.
KEPT = re.compile(r"(/root|/home/\w+)/(\.cache|\.config|\.local)(/|$)|.*/__pycache__(/|$)")


def prove(bench: Bench, tests: Sequence[str]) -> None:
    """Both commands as root and as an ordinary user; `tests` are pytest's arguments."""
    for user in ("root", USER):
        bench.scene(f"from source, as {user}: python3 and pip only", partial(_prove_as, bench, user, tests))


def _prove_as(bench: Bench, user: str, tests: Sequence[str]) -> None:
    with bench.machine("python", f"source-{user}") as machine:
        folder = bench.checkout(machine, user)
        before = bench.snapshot(machine)
        seat = Seat(
            machine, bench.screen, bench.report, user, env=host.pip_environment(), network=True, folder=folder
        )
        if user != "root":
            ask_for_libraries(seat, APP)
        process = seat.open("set up and opened by README's first command", APP, seconds=INSTALLING)
        bench.screen.keep(f"source-{user}-first")
        seat.check_window()
        seat.train()
        bench.screen.keep(f"source-{user}-trained")
        seat.save(f"{HOMES[user]}/xor.bpgui", epochs=500, most_loss=0.01)
        seat.quit(process)
        process = seat.open("the second start", APP)
        seat.quit(process)
        train_in_terminal(seat)
        which = " ".join(tests) or "all of them"
        with bench.report.step(f"README's second command: ruff, mypy, lint-imports and these tests: {which}"):
            said = run_tests(seat, tests, TESTING)
        bench.report.note(said)
        _compare(bench, machine, before, folder, user)


def ask_for_libraries(seat: Seat, command: Sequence[str]) -> None:
    """An ordinary user is told the line that installs what Qt needs; it is run as it stands, by root for sudo."""
    with seat.report.step("without root the set-up says which line to run"):
        said = seat.run(command, code=1).output
        found = re.search(r"^ *sudo apt-get (install -y [\w .+-]+)$", said, re.MULTILINE)
        if found is None:
            raise Failed(said)
    seat.report.note(said.strip())
    with seat.report.step("that line works (after apt-get update)"):
        seat.machine.apt("update", "-q")
        seat.machine.apt("-q", *found[1].split())


def train_in_terminal(seat: Seat, timeout: float = 60.0) -> None:
    with seat.report.step("without a display the same command trains XOR in the terminal"):
        said = seat.run(APP, display=False, timeout=timeout).output
        if "no display" not in said or "epoch 500 / 500" not in said:
            raise Failed(last_lines(said))
    seat.report.note("\n".join(re.findall(r"^(?:bpgui: There is no display|Ended after).*$", said, re.MULTILINE)))


def run_tests(seat: Seat, tests: Sequence[str], timeout: float) -> str:
    """README's second command; what it says at its end. Raises Failed with its last lines where a check fails."""
    done = seat.run([*TEST, *tests], timeout=timeout, code=None)
    if done.code:
        raise Failed(f"exit code {done.code}:\n{last_lines(done.output)}")
    counted = re.findall(r"^(?:=+ )?(\d+ passed.*?)(?: =+)?$", done.output, re.MULTILINE)
    return "\n".join([done.output.rpartition("bpgui: ---- summary")[2].strip(), *counted[-1:]])


def _compare(bench: Bench, machine: Machine, before: snapshot.Files, folder: str, user: str) -> None:
    """Outside the checkout an ordinary user's set-up changes nothing; root's only what apt-get installs."""
    after = bench.snapshot(machine)
    with bench.report.step("nothing was written outside the checkout but caches, settings and what was saved"):
        changes = snapshot.compare(before, after)
        home = changes.within(HOMES[user])
        mine = re.compile(rf"{re.escape(folder)}(/|$)|{re.escape(HOMES[user])}/xor\.bpgui$")
        left = home.without(mine).without(KEPT).lines()
        if left:
            raise Failed("\n".join(left))
    bench.report.note("\n".join(home.without(mine).lines()))
