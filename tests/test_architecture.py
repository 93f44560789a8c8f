"""The rules of the house that import-linter cannot name. (`lint-imports` itself is run by the test command.)"""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "bpgui"
LONGEST_FILE = 400
CAMEL_CASE = re.compile(r"_*[a-z0-9]+[A-Z]\w*")
TOOLKITS = ("PySide6", "shiboken6", "pyqtgraph")
# Words of the past that do not end in -ed.
IRREGULAR = {"begun", "chosen", "done", "drawn", "found", "gone", "held", "hidden", "left", "lost", "made", "put"}
IRREGULAR |= {"read", "reset", "sent", "set", "shown", "written"}
CAN_RUN_CODE = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def module_of(path: Path) -> ModuleType:
    return importlib.import_module(module_name(path))


def functions(path: Path) -> Iterator[tuple[ast.FunctionDef, tuple[str, ...] | None]]:
    """Every function with the names of the classes it lies in: () outside, None for a class inside a function."""

    def walk(node: ast.AST, classes: tuple[str, ...] | None, in_function: bool) -> Iterator:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef):
                yield from walk(child, None if in_function or classes is None else (*classes, child.name), False)
            elif isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield child, () if in_function else classes
                yield from walk(child, classes, True)
            else:
                yield from walk(child, classes, in_function)

    yield from walk(tree_of(path), (), False)


def class_at(module: ModuleType, names: tuple[str, ...]) -> type:
    found: object = module
    for name in names:
        found = getattr(found, name)
    assert isinstance(found, type)
    return found


def is_toolkit(kind: type) -> bool:
    return kind.__module__.split(".")[0] in TOOLKITS


def overrides_toolkit(kind: type, name: str) -> bool:
    """Whether a base class from Qt or pyqtgraph has this name (pyqtgraph's own are called from Qt's)."""
    return any(name in vars(base) for base in kind.__mro__[1:] if is_toolkit(base))


# ---- form


@pytest.mark.parametrize("path", sources("bpgui", "tests", "packaging"), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_short(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE, f"{lines} lines; split it"


def test_every_module_says_what_it_is():
    written = [path for path in sources("bpgui") if path.read_text(encoding="utf-8").strip()]
    assert not [str(path.relative_to(ROOT)) for path in written if not ast.get_docstring(tree_of(path))]


def test_camel_case_only_where_qt_is_overridden():
    wrong = []
    for path in sources("bpgui"):
        for function, classes in functions(path):
            if not CAMEL_CASE.fullmatch(function.name):
                continue
            if not classes or not overrides_toolkit(class_at(module_of(path), classes), function.name):
                wrong.append(f"{where(path, function)} {function.name}")
    assert not wrong, "write these in snake_case: " + ", ".join(wrong)


def test_signals_are_in_the_past_tense():
    wrong = []
    for path in sources("bpgui"):
        for node in ast.walk(tree_of(path)):
            if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
                continue
            called = node.value.func
            if getattr(called, "id", getattr(called, "attr", "")) != "Signal":
                continue
            for name in (target.id for target in node.targets if isinstance(target, ast.Name)):
                if not any(word.endswith("ed") or word in IRREGULAR for word in name.split("_")):
                    wrong.append(f"{where(path, node)} {name}")
    assert not wrong, "signals say what happened: " + ", ".join(wrong)


# ---- safety


def test_overrides_of_qt_are_guarded():
    """An error raised in C that leaves an unguarded override ends the process."""
    unguarded = []
    for path in sources("bpgui/ui", "bpgui/session"):
        for function, classes in functions(path):
            if classes is None:
                unguarded.append(f"{where(path, function)} {function.name} (move its class out of the function)")
                continue
            if not classes or function.name.startswith("__"):
                continue
            kind = class_at(module_of(path), classes)
            method = vars(kind).get(function.name)
            if (
                isinstance(method, FunctionType)
                and overrides_toolkit(kind, function.name)
                and not getattr(method, "__guarded__", False)
            ):
                unguarded.append(f"{where(path, function)} {'.'.join(classes)}.{function.name}")
    assert not unguarded, "decorate with @guarded: " + ", ".join(unguarded)


def test_nothing_that_runs_code_from_data():
    """No pickle in any of its forms, no eval, no exec. (A dialog's `.exec()` is another thing.)"""
    wrong = []
    for path in sources("bpgui", "packaging"):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Import):
                named = {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                named = {(node.module or "").split(".")[0]}
            else:
                named = set()
            bad_call = isinstance(node, ast.Call) and (
                (isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec", "__import__"))
                or any(word.arg == "allow_pickle" and not is_false(word.value) for word in node.keywords)
            )
            if named & CAN_RUN_CODE or bad_call:
                wrong.append(where(path, node))
    assert not wrong


def is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


# ---- who knows whom


def test_no_widgets_in_session():
    """The program without its window: QtCore and the undo stack (QtGui), never QtWidgets."""
    wrong = [
        f"{where(path, node)} imports {name}"
        for path in sources("bpgui/session")
        for node, name in imported_names(path)
        if name.split(".")[:2] == ["PySide6", "QtWidgets"]
    ]
    assert not wrong


def test_a_panel_never_imports_a_panel():
    """A module with a Panel class is known only to the table in `panels/__init__.py`."""
    folder = PACKAGE / "ui" / "panels"
    panels = {module_name(path) for path in folder.rglob("*.py") if has_panel_class(path)}
    wrong = []
    for path in folder.rglob("*.py"):
        if path == folder / "__init__.py":
            continue
        for node, name in imported_names(path):
            if name in panels and name != module_name(path):
                wrong.append(f"{where(path, node)} imports {name}")
    assert not wrong


def has_panel_class(path: Path) -> bool:
    classes = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.ClassDef))
    return any(isinstance(base, ast.Name) and base.id == "Panel" for node in classes for base in node.bases)


def imported_names(path: Path) -> Iterator[tuple[ast.AST, str]]:
    """(node, dotted name) of each import; `from a import b` gives `a` and `a.b`, relative ones made absolute."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package.pop()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            full = ".".join([*base, *([node.module] if node.module else [])])
            yield node, full
            yield from ((node, f"{full}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", "import bpgui.cli.commands, bpgui.cli.parser"],
        ["-m", "bpgui", "--version"],
        ["-m", "bpgui", "train", "sample:and", "--epochs", "1"],
    ],
    ids=["import", "version", "train"],
)
def test_the_command_line_does_not_import_qt(arguments):
    """`-X importtime` writes a line to stderr for every module imported, by whatever way."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 0, "\n".join(line for line in lines if not line.startswith("import time:"))
    imported = {line.rsplit("|", 1)[-1].strip() for line in lines if line.startswith("import time:")}
    assert "bpgui" in imported
    assert not sorted(name for name in imported if name.split(".")[0] in TOOLKITS)


def test_modules_of_tests_have_names_of_their_own():
    """pytest imports them by their names alone, and collects nothing at all where two are alike."""
    names = [path.name for path in sources("tests") if path.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))
