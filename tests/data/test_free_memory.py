"""Free memory: what the kernel can give, or what is left of the limit of a container, whichever is less."""

from __future__ import annotations

from pathlib import Path

import pytest

from bpgui.data.memory import free_memory

GIB = 1 << 30
V2, V1 = "0::/box/inner\n", "9:name=systemd:/\n4:cpu,memory:/box\n0::/\n"
NO_LIMIT = "9223372036854771712"  # what v1 says where there is none


def machine(root: Path, free: int) -> Path:
    """A machine with so many bytes free."""
    put(root, "proc/meminfo", f"MemTotal: {64 * GIB // 1024} kB\nMemFree: 1 kB\nMemAvailable: {free // 1024} kB\n")
    return root


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def limited(root: Path, folder: str, limit: str, used: int, cached: int = 0, *, old: bool = False) -> None:
    names = ("memory.limit_in_bytes", "memory.usage_in_bytes") if old else ("memory.max", "memory.current")
    put(root, f"sys/fs/cgroup/{folder}/{names[0]}", f"{limit}\n")
    put(root, f"sys/fs/cgroup/{folder}/{names[1]}", f"{used}\n")
    stat = "total_inactive_file" if old else "inactive_file"
    put(root, f"sys/fs/cgroup/{folder}/memory.stat", f"anon 5\n{stat} {cached}\nfile 7\n")


def test_without_a_container(tmp_path: Path) -> None:
    root = machine(tmp_path, 8 * GIB)
    assert free_memory(root) == 8 * GIB
    put(root, "proc/self/cgroup", V2)
    assert free_memory(root) == 8 * GIB
    limited(root, "box/inner", "max", 3 * GIB)
    assert free_memory(root) == 8 * GIB


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("inside", [False, True])
def test_a_container_with_a_limit_below_the_machine_s(tmp_path: Path, old: bool, inside: bool) -> None:
    """From within, its own group lies at the root of the tree, whatever the kernel calls it."""
    root = machine(tmp_path, 8 * GIB)
    put(root, "proc/self/cgroup", V1 if old else V2)
    top, own = ("memory", "memory/box") if old else ("", "box/inner")
    limited(root, top if inside else own, str(4 * GIB), 3 * GIB, GIB // 2, old=old)
    assert free_memory(root) == GIB + GIB // 2, "files that are only kept in case are given back"
    limited(root, top if inside else own, str(GIB), 3 * GIB, old=old)
    assert free_memory(root) == 0
    limited(root, top if inside else own, NO_LIMIT, 3 * GIB, old=old)
    assert free_memory(root) == 8 * GIB
    limited(root, top if inside else own, "not a number", 3 * GIB, old=old)
    assert free_memory(root) == 8 * GIB


def test_the_tightest_of_the_groups_above_counts(tmp_path: Path) -> None:
    root = machine(tmp_path, 8 * GIB)
    put(root, "proc/self/cgroup", V2)
    limited(root, "box/inner", str(6 * GIB), 1 * GIB)
    limited(root, "box", str(3 * GIB), 2 * GIB)
    assert free_memory(root) == GIB


def test_this_machine() -> None:
    free = free_memory()
    assert free is not None
    assert free > 0
