"""How much memory there is."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

# Files of a control group: its limit, what it uses, and what of that the kernel takes back before it ends a process.
_V2 = ("memory.max", "memory.current", "inactive_file")
_V1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes of memory that are free for programs, None where the system does not say.

    On Linux what the kernel can give, or what is left to the container that this runs in. `root` holds proc and sys.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in (root / "proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return min([int(line.split()[1]) * 1024, *_left_in_groups(root)])
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _left_in_groups(root: Path) -> Iterator[int]:
    """What the limits of control groups (v2 and v1) leave, of the process' own and of those above it."""
    try:
        lines = (root / "proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        number, controllers, own = line.split(":", 2)
        if number != "0" and "memory" not in controllers.split(","):
            continue
        tree, names = (root / "sys/fs/cgroup", _V2) if number == "0" else (root / "sys/fs/cgroup/memory", _V1)
        for group in (PurePosixPath(own), *PurePosixPath(own).parents):
            with contextlib.suppress(OSError, ValueError):
                yield _left(tree / group.relative_to("/"), *names)


def _left(group: Path, limit: str, used: str, kept: str) -> int:
    """Raises OSError, ValueError where the group has no limit."""
    most, now = (int((group / name).read_text(encoding="ascii")) for name in (limit, used))
    stat = dict(line.split(" ", 1) for line in (group / "memory.stat").read_text(encoding="ascii").splitlines())
    return max(0, most - now + int(stat.get(kept, 0)))
