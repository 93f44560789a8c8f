"""README's two commands on a bare machine in ten minutes, for the ordinary checks; says what it left out."""

from __future__ import annotations

from bare import host, source
from bare.bench import Bench
from bare.machine import USER, OutOfTime
from bare.report import Failed
from bare.tour import Seat

BUDGET = 600.0  # seconds
LEAST_FOR_TESTS = 150.0

TESTS = ("tests/engine", "tests/test_setup_run.py", "tests/test_display.py")
LEFT_OUT = """the window, which needs a screen: XOR was trained in the terminal
the same as root
the tests{but}
.deb and .run
All of it: python3 packaging/bare_machine.py --tests whole"""


def prove(bench: Bench) -> int:
    """As an ordinary user, without a screen. The exit code: 1 for a failure, 0 also where it cannot be run."""
    report = bench.report
    report.title(f"README's two commands on a bare machine, in {BUDGET / 60:.0f} minutes")
    try:
        bench.layers.get("python")
    except Failed as failure:
        report.note(f"The bare machine is left out here: {str(failure).partition(chr(10))[0]}")
        return 0
    ran: list[str] = []
    bench.scene(f"as {USER}: python3 and pip only", lambda: ran.extend(_prove(bench)))
    report.title("left out")
    report.note(LEFT_OUT.format(but=f" but {' '.join(ran)}" if ran else ""))
    return report.summary()


def _prove(bench: Bench) -> list[str]:
    """The tests that ran to their end."""
    report = bench.report
    with bench.machine("python", "continuous") as machine:
        folder = bench.checkout(machine, USER)
        person = Seat(machine, None, report, USER, env=host.pip_environment(), network=True, folder=folder)
        source.train_in_terminal(person, BUDGET - report.seconds)
        source.ask_for_libraries(person, source.TEST)
        left = BUDGET - report.seconds
        if left < LEAST_FOR_TESTS:
            report.note(f"README's second command is left out: only {left:.0f} s are left.")
            return []
        with report.step(f"README's second command: ruff, mypy, lint-imports and these tests: {' '.join(TESTS)}"):
            try:
                said = source.run_tests(person, TESTS, left)
            except OutOfTime:
                report.note("It did not end in the time that was left; it is left out.")
                return []
        report.note(said)
    return list(TESTS)
