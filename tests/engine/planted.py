"""The engine with one text replaced: its modules are read again from the mutated source, the checks with them."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType

import bpgui

ROOT, HERE = Path(bpgui.__file__).resolve().parent, Path(__file__).resolve().parent
# What holds on to the engine's functions, and is read again with it.
CHECKERS = ("battery", "checks", "oracles", "plain", "plain_training", "run_checks")
LAYERS = ("bpgui.engine", "bpgui.data", "bpgui.project", "bpgui.runs")


@dataclass(frozen=True)
class Bug:
    """`old`, found once in bpgui/`file`, becomes `new`; the check `by` notices."""

    what: str
    file: str
    old: str
    new: str
    by: str

    def source(self) -> str:
        """The mutated text. Raises LookupError where the place is no longer there, or not alone."""
        text = (ROOT / self.file).read_text(encoding="utf-8")
        found = text.count(self.old)
        if found != 1:
            raise LookupError(f"{self.file} holds {self.old!r} {found} times")
        return text.replace(self.old, self.new)


class _Mutant(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what is read again, and gives one module another source."""

    def __init__(self, bug: Bug) -> None:
        self._bug = bug

    def find_spec(self, name, path=None, target=None):  # type: ignore[no-untyped-def]
        if not _read_again(name):
            return None
        place = ROOT.parent.joinpath(*name.split(".")) if name not in CHECKERS else HERE / name
        package = place.is_dir()
        file = place / "__init__.py" if package else place.with_suffix(".py")
        return importlib.util.spec_from_file_location(
            name, file, loader=self, submodule_search_locations=[str(place)] if package else None
        )

    def exec_module(self, module):  # type: ignore[no-untyped-def]
        file = Path(module.__file__)
        if file == ROOT / self._bug.file:
            code = compile(self._bug.source(), f"planted in {self._bug.file}", "exec")
        else:
            code = _compiled(file, file.stat().st_mtime_ns)
        exec(code, module.__dict__)


@cache
def _compiled(file: Path, changed: int) -> CodeType:
    """Read once for all bugs: compiling takes longer than a check."""
    return compile(file.read_text(encoding="utf-8"), str(file), "exec")


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """Within, an import of `CHECKERS` gives those of the mutated program; afterwards all is as before."""
    mutant = _Mutant(bug)
    mine = {name: module for name, module in sys.modules.items() if _read_again(name)}
    attributes = {name: vars(bpgui)[name] for name in ("engine", "data", "project", "runs") if name in vars(bpgui)}
    for name in mine:
        del sys.modules[name]
    sys.meta_path.insert(0, mutant)
    try:
        yield
    finally:
        sys.meta_path.remove(mutant)
        for name in [name for name in sys.modules if _read_again(name)]:
            del sys.modules[name]
        sys.modules.update(mine)
        vars(bpgui).update(attributes)


def _read_again(name: str) -> bool:
    return name in CHECKERS or any(name == layer or name.startswith(layer + ".") for layer in LAYERS)
