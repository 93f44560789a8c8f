"""Atomic saving: whatever fails or dies, the file is wholly the old one or wholly the new one."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bpgui.project import atomic
from bpgui.project.atomic import StorageError, readable_size, write_atomically

OLD, NEW = b"old" * 1000, b"new" * 1_500_000


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "work.bpgui"
    path.write_bytes(OLD)
    return path


def leftovers(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith(".bpgui-")]


def test_new_and_old_files_are_written(target: Path) -> None:
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW
    other = target.with_name("other.bpgui")
    write_atomically(other, b"")
    assert other.read_bytes() == b""
    assert leftovers(target.parent) == []


class Failing:
    """Calls through to an `os` function until the n-th call, which fails."""

    def __init__(self, function: Callable[..., Any], call: int, code: int) -> None:
        self.function, self.left, self.code = function, call, code
        self.failed = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            self.failed = True
            raise OSError(self.code, os.strerror(self.code))
        return self.function(*args, **kwargs)


CALLS = [
    ("open", 1),
    *(("write", n) for n in range(1, 6)),
    ("fsync", 1),
    ("lseek", 1),
    ("read", 1),
    ("read", 3),
    ("close", 1),
]


@pytest.mark.parametrize(("name", "call"), [*CALLS, ("chmod", 1), ("replace", 1)])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_every_failing_call_keeps_the_old_file(
    target: Path, monkeypatch: pytest.MonkeyPatch, name: str, call: int, code: int
) -> None:
    failing = Failing(getattr(os, name), call, code)
    with monkeypatch.context() as patch:
        patch.setattr(atomic.os, name, failing)
        with pytest.raises(StorageError) as error:
            write_atomically(target, NEW)
    assert failing.failed
    assert target.read_bytes() == OLD
    assert leftovers(target.parent) == []
    text = str(error.value)
    assert "work.bpgui was not saved, and what was there before is unchanged" in text
    if code != errno.EIO:
        assert f"The disk is full: {readable_size(len(NEW))} are needed" in text


def test_an_unconfirmed_folder_is_reported(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic.os, "fsync", Failing(os.fsync, 2, errno.EIO))
    with pytest.raises(StorageError, match="was written, but the disk did not confirm it"):
        write_atomically(target, NEW)
    assert target.read_bytes() == NEW


def test_a_file_system_without_folder_sync_is_no_fault(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atomic.os, "fsync", Failing(os.fsync, 2, errno.EINVAL))
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW


def test_short_writes_are_continued(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(atomic.os, "write", lambda handle, data: write(handle, data[:100_003]))
    write_atomically(target, NEW)
    assert target.read_bytes() == NEW


@pytest.mark.parametrize("lie", [0, None])
def test_a_disk_that_lies_is_found_out(target: Path, monkeypatch: pytest.MonkeyPatch, lie: int | None) -> None:
    """It says that everything was written; nothing was, or something else."""
    write = os.write

    def wrong(handle: int, data: memoryview) -> int:
        if lie is None:
            write(handle, bytes(len(data)))
            return len(data)
        return len(data)

    monkeypatch.setattr(atomic.os, "write", wrong)
    with pytest.raises(StorageError, match="fault while writing"):
        write_atomically(target, NEW)
    assert target.read_bytes() == OLD


def test_the_folder_and_its_errors_have_their_own_sentences(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder.bpgui").mkdir()
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    texts = {}
    for name, path in {
        "gone": tmp_path / "gone" / "x.bpgui",
        "file": tmp_path / "file" / "x.bpgui",
        "long": tmp_path / ("x" * 300),
        "folder": tmp_path / "folder.bpgui",
        "nul": tmp_path / "a\0b",
        "loop": loop,
    }.items():
        with pytest.raises(StorageError) as error:
            write_atomically(path, NEW)
        texts[name] = str(error.value).replace(str(path), "")
    assert len(set(texts.values())) == len(texts)
    assert "not there any more" in texts["gone"]
    assert "too long" in texts["long"]
    assert "There is a folder of that name" in texts["folder"]
    assert all("Errno" not in text and "Error" not in text for text in texts.values())
    assert leftovers(tmp_path) == []


def test_a_name_at_the_limit_can_be_saved(tmp_path: Path) -> None:
    for name in ("x" * 249 + ".bpgui", "Ünï😀 name.bpgui", "ж" * 120 + ".bpgui"):
        write_atomically(tmp_path / name, OLD)
        assert (tmp_path / name).read_bytes() == OLD


@pytest.mark.skipif(sys.platform == "win32", reason="links and modes of Unix")
def test_links_and_permissions_stay(target: Path) -> None:
    link = target.with_name("link.bpgui")
    link.symlink_to(target.name)
    target.chmod(0o640)
    write_atomically(link, NEW)
    assert link.is_symlink()
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")
def test_a_new_file_has_the_ordinary_permissions(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "new.bpgui", NEW)
    assert (tmp_path / "new.bpgui").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")
def test_protected_and_special_files_are_refused(target: Path) -> None:
    target.chmod(0o444)
    with pytest.raises(StorageError, match="write-protected"):
        write_atomically(target, NEW)
    assert target.read_bytes() == OLD
    pipe = target.with_name("pipe")
    os.mkfifo(pipe)
    with pytest.raises(StorageError, match="not an ordinary file"):
        write_atomically(pipe, NEW)


def run(code: str, *args: str, **kwargs: Any) -> subprocess.CompletedProcess[str]:
    root = Path(atomic.__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", code, *args], cwd=root, capture_output=True, text=True, timeout=60, check=False, **kwargs
    )


REFUSED = """
import os, sys
from bpgui.project.atomic import StorageError, write_atomically
{before}
try:
    write_atomically(sys.argv[1], b"new" * 1_000_000)
except StorageError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of Unix")
@pytest.mark.parametrize("limit", [0, 1, 4096, 2_999_999])
def test_a_real_limit_on_file_sizes_keeps_the_old_file(target: Path, limit: int) -> None:
    before = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
    result = run(REFUSED.format(before=before), str(target))
    assert "larger than this disk or this account allows" in result.stdout, result.stderr
    assert target.read_bytes() == OLD
    assert leftovers(target.parent) == []


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() != 0, reason="becomes another user, so only as root")
def test_a_read_only_folder_has_its_sentence(target: Path) -> None:
    for folder in (target.parent, *target.parent.parents[:2]):
        folder.chmod(0o755)
    target.chmod(0o666)
    result = run(REFUSED.format(before="os.setgid(65534); os.setuid(65534)"), str(target))
    assert "must not be written to. Save under another name or in another folder" in result.stdout, result.stderr
    assert target.read_bytes() == OLD


SAVING = """
import sys
from bpgui.project.atomic import write_atomically
versions = [bytes([n]) * 400_000 for n in range(256)]
print("ready", flush=True)
n = 0
while True:
    write_atomically(sys.argv[1], versions[n % 256])
    n += 1
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_while_saving(tmp_path: Path) -> None:
    """30 kills at different moments: the file is always one whole version, and the next save cleans up."""
    target = tmp_path / "work.bpgui"
    target.write_bytes(b"\0" * 400_000)
    found = 0
    root = Path(atomic.__file__).parents[2]
    for attempt in range(30):
        with subprocess.Popen([sys.executable, "-c", SAVING, str(target)], cwd=root, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.0013 * attempt)
            process.send_signal(signal.SIGKILL)
            process.wait()
        data = target.read_bytes()
        assert len(data) == 400_000
        assert data == data[:1] * 400_000
        found += len(leftovers(tmp_path))
        write_atomically(target, b"\0" * 400_000)
        assert leftovers(tmp_path) == []
    assert found, "no kill fell into a save, so nothing was tested"


def test_only_own_and_dead_temporaries_are_removed(target: Path) -> None:
    name, machine = atomic._marks(target)
    alive = target.with_name(f".bpgui-{name}-{machine}-{os.getppid()}-00000000.tmp")
    elsewhere = target.with_name(f".bpgui-{name}-{'0' * 6}-999999999-00000000.tmp")
    another = target.with_name(f".bpgui-00000000-{machine}-999999999-00000000.tmp")
    old = target.with_name(f".bpgui-{name}-{'0' * 6}-1-00000000.tmp")
    for path in (alive, elsewhere, another, old):
        path.write_bytes(b"")
    os.utime(old, (0, 0))
    write_atomically(target, NEW)
    assert [path.exists() for path in (alive, elsewhere, another, old)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("size", "text"), [(5, "5 bytes"), (1500, "1.5 kB"), (2_000_000, "2.0 MB"), (3e12, "3000.0 GB")]
)
def test_sizes_are_readable(size: float, text: str) -> None:
    assert readable_size(size) == text
