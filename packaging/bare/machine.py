"""A Debian in namespaces of its own: files, processes, /proc, /dev, /tmp and, where asked for, no network.

One process holds the namespaces open and waits for the end of its standard input. When this program ends, however it
ends, so does that process, and the system takes mounts and processes of the machine away with it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bare import host
from bare.report import Failed

USER = "anna"
USER_ID = 1000
HOMES = {"root": "/root", USER: f"/home/{USER}"}
LAST_LINES = 30

_HOLD = """
set -e
root=$1 lower=$2 upper=$3 screens=$4; shift 4
if [ -n "$lower" ]; then
    mount -t overlay overlay -o "lowerdir=$lower,upperdir=$upper,workdir=$upper.work" "$root"
else
    mount --bind "$root" "$root"
fi
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for node in null zero full random urandom tty; do
    touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"; ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mkdir -p "$root/run/lock"; chmod 1777 "$root/run/lock"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir "$root/tmp/.X11-unix"; mount --bind "$screens" "$root/tmp/.X11-unix"
for place; do
    if [ -d "$place" ]; then mkdir -p "$root$place"; else mkdir -p "$(dirname "$root$place")"; touch "$root$place"; fi
    mount --bind -o ro "$place" "$root$place"
done
exec chroot "$root" /bin/sh -c 'echo ready; exec 3<&0; cat <&3 >/dev/null & wait $!'
"""


class OutOfTime(Failed):
    """A command took longer than it may."""


@dataclass(frozen=True)
class Done:
    """A command that ended: its exit code, and what it printed on both streams."""

    code: int
    output: str


class Machine:
    """A machine that runs: a fresh copy of `layer`, thrown away by `close` unless it is to be kept.

    `screens` is the folder of X sockets that it shares with the screen; `places` are files of this machine that are
    seen there too, to be read only (a local index of pip).
    """

    def __init__(self, layer: Path, folder: Path, screens: Path, *, places: Sequence[Path] = ()) -> None:
        self.name = folder.name
        self.places = tuple(places)
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        root, upper = folder / "root", folder / "upper"
        root.mkdir(parents=True)
        overlaid = can_overlay(folder)
        if overlaid:
            upper.mkdir()
            upper.with_name("upper.work").mkdir()
        else:
            copy_tree(layer, root)
        self._holder = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "sh", "-c", _HOLD, "hold",
             str(root), str(layer) if overlaid else "", str(upper), str(screens), *map(str, places)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert self._holder.stdout is not None
        said = self._holder.stdout.readline()
        if said.strip() != "ready":
            raise Failed(f"The machine does not start: {said}{self._holder.stdout.read()}")
        children = Path(f"/proc/{self._holder.pid}/task/{self._holder.pid}/children").read_text()
        self._first = int(children.split()[0])
        for name in ("resolv.conf", "hosts"):
            with contextlib.suppress(OSError):
                self.write(f"/etc/{name}", Path("/etc", name).read_text())
        self.run(["install", "-d", "-m", "700", "-o", USER, "-g", USER, f"/run/user/{USER_ID}"])

    def close(self, *, keep: bool = False) -> None:
        """End every process of the machine and, unless it is to be kept, remove its files."""
        assert self._holder.stdin is not None
        assert self._holder.stdout is not None
        self._holder.stdin.close()
        try:
            self._holder.wait(20)
        except subprocess.TimeoutExpired:
            self._holder.kill()
            self._holder.wait()
        self._holder.stdout.close()
        if not keep:
            shutil.rmtree(self._folder, ignore_errors=True)

    # ---- files

    def path(self, inside: str) -> Path:
        """Where a file of the machine is seen from here; it must not lie behind an absolute link."""
        return Path(f"/proc/{self._first}/root", inside.lstrip("/"))

    def write(self, inside: str, content: str | bytes, owner: str = "root") -> None:
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        if owner != "root":
            os.chown(path, USER_ID, USER_ID)

    def bring(self, source: Path, inside: str, owner: str = "root") -> None:
        """Copy a file or a folder of this machine there."""
        subprocess.run(["cp", "-a", str(source), str(self.path(inside))], check=True)
        self.run(["chown", "-R", f"{owner}:{owner}", inside])

    # ---- commands

    def start(
        self,
        command: Sequence[str],
        *,
        user: str = "root",
        env: Mapping[str, str] | None = None,
        network: bool = False,
        folder: str = "",
    ) -> Process:
        """Begin a command with a clean environment, as a fresh login of `user` has it."""
        home = HOMES[user]
        variables = {
            "HOME": home, "USER": user, "LOGNAME": user, "LANG": "C.UTF-8", "SHELL": "/bin/sh",
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **(env or {}),
        }  # fmt: skip
        if user != "root":
            variables["XDG_RUNTIME_DIR"] = f"/run/user/{USER_ID}"
        words = ["nsenter", f"--target={self._first}", "--mount", "--pid", "--ipc", "--uts", "--root", "--wd"]
        words += ["env", "-i", *(f"{name}={value}" for name, value in variables.items())]
        words += [] if network else ["unshare", "--net"]
        words += ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"]
        words += ["env", f"--chdir={folder or home}", *command]
        return Process(words, list(command))

    def run(
        self,
        command: Sequence[str],
        *,
        user: str = "root",
        env: Mapping[str, str] | None = None,
        network: bool = False,
        folder: str = "",
        timeout: float = 120.0,
        code: int | None = 0,
    ) -> Done:
        """Run a command to its end. Raises Failed for another exit code than `code` (None: any), or out of time."""
        done = self.start(command, user=user, env=env, network=network, folder=folder).wait(timeout)
        if code is not None and done.code != code:
            raise Failed(f"{' '.join(command)} ended with exit code {done.code}:\n{last_lines(done.output)}")
        return done

    def apt(self, *words: str, timeout: float = 900.0) -> str:
        """apt-get as root, with the network; what it prints."""
        env = {**host.pip_environment(), "DEBIAN_FRONTEND": "noninteractive"}
        return self.run(["apt-get", *words], env=env, network=True, timeout=timeout).output


class Process:
    """A command that was begun in a machine."""

    def __init__(self, words: list[str], command: list[str]) -> None:
        self.command = command
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `wait`)
        self._process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT
        )

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def wait(self, timeout: float) -> Done:
        """The end of it. Raises OutOfTime, and ends it, when that takes longer."""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            self._process.kill()
            self._process.wait()
            said = last_lines(self.said())
            raise OutOfTime(f"{' '.join(self.command)} did not end within {timeout:.0f} s:\n{said}") from error
        done = Done(code, self.said())
        self._output.close()
        return done

    def said(self) -> str:
        """What it has printed so far."""
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode("utf-8", "replace")


def last_lines(text: str) -> str:
    return "\n".join(text.splitlines()[-LAST_LINES:])


def copy_tree(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", "--reflink=auto", f"{source}/.", str(target)], check=True)


def can_overlay(folder: Path) -> bool:
    """Whether the system can lay a fresh folder over a kept one here; tried in a namespace that is gone at once."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        line = 'cd "$1"; mkdir l u w m; mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w m'
        done = subprocess.run(["unshare", "--mount", "sh", "-ec", line, "try", place], capture_output=True, check=False)
    return done.returncode == 0


def why_not() -> str:
    """What keeps machines from being made here; empty where nothing does."""
    if os.geteuid() != 0:
        return "it needs root, for a file system and processes of its own"
    for tool in ("unshare", "nsenter", "mount"):
        if shutil.which(tool) is None:
            return f"it needs {tool} (Debian: util-linux, mount)"
    line = 'mount -t tmpfs tmpfs "$1" && mount -t proc proc /proc'
    words = ["unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "sh", "-ec", line, "try", tempfile.gettempdir()]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"the system does not allow namespaces: {done.stderr.strip()}"

