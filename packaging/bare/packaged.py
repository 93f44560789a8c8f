"""The tours that .deb and .run have in common: from the launcher to the first training, and what a desktop does."""

from __future__ import annotations

import re
from contextlib import suppress

from making.names import MIME_TYPE, NAME, ROOT, version

from bare import desktop_entry, snapshot
from bare.bench import Bench
from bare.machine import USER, Machine
from bare.report import Failed
from bare.tour import STATE, Seat

HOME = f"/home/{USER}"
DOWNLOADS = f"{HOME}/Downloads"
PROJECT, BARE_NAME, TABLE = f"{HOME}/xor.bpgui", f"{HOME}/project-without-an-ending", f"{HOME}/flowers.csv"
LAUNCHER = f"{NAME}.desktop"

# What a person keeps when the program is gone: what they saved and downloaded, settings, log and cache in their home,
# and what Qt and the fonts keep for every program.
OWN = re.compile(
    rf"{HOME}/(\.config(/bpgui(/.*)?|/QtProject\.conf)?|\.local(/state(/bpgui(/.*)?)?)?|\.cache(/(bpgui|fontconfig)(/.*)?)?"
    r"|Downloads(/.*)?|xor\.bpgui|project-without-an-ending|flowers\.csv)$"
)


class Launcher:
    """The .desktop file as it was installed."""

    def __init__(self, machine: Machine, path: str) -> None:
        try:
            self._text = machine.path(path).read_text(encoding="utf-8")
        except OSError as error:
            raise Failed(f"no launcher was installed: {error}") from error

    def command(self, *files: str, action: str = "") -> list[str]:
        """What a desktop runs. Raises Failed for an action that the launcher has not."""
        try:
            return desktop_entry.command(self._text, files, action)
        except KeyError as error:
            raise Failed(f"the launcher has no {error}") from error


def seat(bench: Bench, machine: Machine) -> Seat:
    """An ordinary user at the screen; what they start has no network."""
    return Seat(machine, bench.screen, bench.report, USER)


def bring_download(bench: Bench, machine: Machine, name: str) -> str:
    """The file that people download, in Downloads; its path there."""
    source = bench.packages / name
    if not source.exists():
        raise Failed(f"{source} is not there: python3 packaging/build.py makes it")
    machine.run(["mkdir", "-p", DOWNLOADS], user=USER)
    machine.bring(source, f"{DOWNLOADS}/{source.name}", USER)
    bench.report.note(f"{source.name}: {source.stat().st_size / 1e6:.1f} MB")
    return f"{DOWNLOADS}/{source.name}"


def first_training(person: Seat, launcher: Launcher, name: str) -> None:
    """From the launcher to a saved project with a trained network, with nothing but mouse and keyboard."""
    screen = person.screen
    process = person.open("the launcher's command", launcher.command())
    screen.keep(f"{name}-first")
    person.check_window()
    person.train()
    screen.keep(f"{name}-trained")
    person.save(PROJECT, epochs=500, most_loss=0.01)
    person.quit(process)
    person.without_display(launcher.command())
    check_log(person)


def desktop_tour(person: Seat, launcher: Launcher, name: str) -> None:
    """Double-clicks, the launcher's menu, and second starts."""
    report, screen = person.report, person.screen
    program = launcher.command()[0]
    with report.step("in the terminal: --version, and XOR trained and saved"):
        said = person.run([program, "--version"]).output.strip()
        if said != f"{NAME} {version()}":
            raise Failed(f"--version says {said!r}")
        person.run([program, "train", "sample:xor", "--save", PROJECT])
        person.run(["cp", PROJECT, BARE_NAME])
        person.machine.bring(ROOT / "resources/samples/iris.csv", TABLE, USER)
    check_types(person)
    process = person.open("a double-click on the project", launcher.command(PROJECT))
    screen.wait_title(person.window, "xor")
    person.see("its run is there", "DONE", STATE)
    screen.keep(f"{name}-project")
    person.hand_over("a double-click on a table (gio open)", ["gio", "open", TABLE], words="flowers.csv")
    screen.keep(f"{name}-table")
    screen.press("Return")
    person.see("the table is the data now", "4 features")
    screen.keep(f"{name}-table-opened")
    person.hand_over("the launcher's \"New project\"", launcher.command(action="new-project"))
    screen.keep(f"{name}-unsaved")
    person.choose("Don't save", title="xor")
    screen.keep(f"{name}-new")
    person.hand_over("the launcher's \"Open sample\"", launcher.command(action="open-sample"), words="Moons")
    screen.keep(f"{name}-samples")
    person.choose("Moons", title="moons")
    screen.keep(f"{name}-sample")
    person.quit(process)
    check_log(person)


def check_types(person: Seat) -> None:
    """The desktop knows what our files are, by name and by content, and who opens them."""
    with suppress(Failed), person.report.step(f"the desktop knows {MIME_TYPE} and opens it with {NAME}"):
        handler = person.run(["xdg-mime", "query", "default", MIME_TYPE]).output.strip()
        if handler != LAUNCHER:
            raise Failed(f"xdg-mime names {handler!r} as the program for {MIME_TYPE}")
        for path, wanted in ((PROJECT, MIME_TYPE), (BARE_NAME, MIME_TYPE), (TABLE, "text/csv")):
            told = person.run(["gio", "info", "-a", "standard::content-type", path]).output
            if f"standard::content-type: {wanted}\n" not in told:
                raise Failed(f"{path} is not known as {wanted}:\n{told}")
            offered = person.run(["gio", "mime", wanted]).output
            if LAUNCHER not in offered:
                raise Failed(f"for {wanted}:\n{offered}")


def check_log(person: Seat) -> None:
    """Nothing went wrong that only the log tells."""
    with suppress(Failed), person.report.step("the log tells of no error, and no native code crashed"):
        logs = person.machine.path(f"{HOME}/.local/state/bpgui")
        said = "".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(logs.glob("*.log*")))
        if said.strip():
            raise Failed(said)


# Debian never takes back the account of a service: the dbus that came along with its library leaves this one.
ACCOUNTS_OF_DEBIAN = {"messagebus"}


def accounts(machine: Machine) -> set[str]:
    """The names of users and groups."""
    lines = "".join(machine.run(["getent", kind]).output for kind in ("passwd", "group"))
    return {line.partition(":")[0] for line in lines.splitlines()}


def check_nothing_left(bench: Bench, machine: Machine, before: snapshot.Files, known: set[str]) -> None:
    """What is there now and was not before the installation is the user's own, or apt's book of its work."""
    after = bench.snapshot(machine)
    with suppress(Failed), bench.report.step("nothing is left but the user's own files"):
        changes = snapshot.compare(before, after).without(snapshot.BOOKKEEPING)
        left = changes.without(OWN).lines()
        left += [f"+ account {name}" for name in sorted(accounts(machine) - known - ACCOUNTS_OF_DEBIAN)]
        if left:
            raise Failed("left behind (+), missing (-) or changed (~):\n" + "\n".join(left))
    staying = sorted(accounts(machine) - known)
    if staying:
        bench.report.note(f"accounts of Debian's services that apt never removes: {' '.join(staying)}")
    bench.report.note("the user's own:\n" + "\n".join(changes.within(HOME).lines(whole=False)))
