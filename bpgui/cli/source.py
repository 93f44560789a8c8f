"""From what was typed to a project and its table."""

from __future__ import annotations

import csv
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bpgui.cli import settings
from bpgui.cli.bar import ReadingLine
from bpgui.cli.data import read_source, with_data, with_settings
from bpgui.cli.decision import with_decision
from bpgui.cli.layers import with_hidden
from bpgui.cli.words import Usage, number, warn
from bpgui.data.encoding import Dataset
from bpgui.data.errors import DataError
from bpgui.data.reading_options import ReadingOptions
from bpgui.data.table import Table
from bpgui.engine.initializers import INITIALIZERS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSS_ALIASES
from bpgui.project import build, edits
from bpgui.project.checks import Finding, check
from bpgui.project.names import layer_name
from bpgui.project.proposal import propose
from bpgui.project.samples import SAMPLES, open_sample
from bpgui.project.spec import Dense, ProjectSpec
from bpgui.project.storage import Project, TableElsewhere, load_project

PROJECT_SUFFIX = ".bpgui"
SAMPLE_PREFIX = "sample:"


def open_project(path: Path) -> Project:
    """A project; data that is too large to be in it is read again. What could not be read is said.

    Raises StorageError, DataError.
    """
    try:
        project = load_project(path)
    except TableElsewhere as elsewhere:
        line = ReadingLine(Path(elsewhere.origin.path))
        try:
            project = load_project(path, elsewhere.read(line.show))
        finally:
            line.end()
    warn(project.notes)
    return project


def open_source(
    source: str | Sequence[str], read: Sequence[str] = (), **points: Any
) -> tuple[ProjectSpec, Table]:
    """A project, a sample (`points`: rows, noise, seed) or files with everything proposed, read as `read` says.

    Raises Usage, DataError, StorageError.
    """
    words = (source,) if isinstance(source, str) else tuple(source)
    text = words[0]
    own = text.startswith(SAMPLE_PREFIX) or Path(text).suffix == PROJECT_SUFFIX
    if own and (read or len(words) > 1):
        raise Usage(f"{text} is no file of data: it takes no --read, and no other file beside it")
    if text.startswith(SAMPLE_PREFIX):
        return _open_sample(text.removeprefix(SAMPLE_PREFIX), points)
    if own:
        project = open_project(Path(text))
        return project.spec, project.tables[project.spec.data.table]
    reading = read_source(words, with_settings(ReadingOptions(), read))
    return propose(reading.table, reading.origin), reading.table


def _open_sample(name: str, points: dict[str, Any]) -> tuple[ProjectSpec, Table]:
    if name not in SAMPLES:
        raise Usage(f"There is no sample {name!r}; there are {', '.join(SAMPLES)}.")
    given = {key: value for key, value in points.items() if value is not None}
    foreign = set(given) - {"seed"} - {field.name for field in SAMPLES[name].fields}
    if foreign:
        raise Usage(f"The sample {name} takes no --{', no --'.join(sorted(foreign))}.")
    return open_sample(name, **given)


def with_options(spec: ProjectSpec, table: Table, options: Namespace) -> ProjectSpec:
    """The project with the command line's options in it. Raises Usage, IllegalEdit, DataError."""
    spec = with_data(spec, table, options)
    if options.layers is not None:
        spec = replace(spec, network=with_hidden(spec.network, options.layers))
    spec = _with_initializer(spec, options.initializer, options.scale)
    if options.seed is not None:
        spec = edits.set_seed(spec, options.seed)
    if "loss" in options:
        spec = _with_loss(spec, LOSS_ALIASES.get(options.loss, options.loss))
    if options.output_activation is not None:
        spec = edits.set_layer(spec, spec.network.output.id, activation=options.output_activation)
    changes = settings.changes(options, spec.training)
    spec = edits.set_training(spec, **changes) if changes else spec
    spec = with_decision(spec, table, options)
    return _with_class_weights(spec, table, options.class_weights) if "class_weights" in options else spec


def prepare(spec: ProjectSpec, table: Table) -> Dataset:
    """The dataset of a project that can be trained; findings are said, those that forbid it raise DataError."""
    findings = check(spec, table)
    errors = [_said(f) for f in findings if f.severity == "error"]
    if errors:
        raise DataError("\nbpgui: ".join(errors))
    warn(tuple(map(_said, findings)))
    data = build.dataset(spec, table)
    warn(data.notes)
    return data


def _said(finding: Finding) -> str:
    """What is wrong, why, and what the window would offer to click."""
    ways = "; or ".join(fix.label[0].lower() + fix.label[1:] for fix in finding.fixes)
    return f"{finding.text} {finding.why}" + (f" To mend it: {ways}." if ways else "")


def _with_loss(spec: ProjectSpec, loss: str) -> ProjectSpec:
    """The output layer is added from target and loss, so it follows where it would be illegal."""
    spec = edits.set_loss(spec, loss)
    legal = LEGAL_OUTPUTS[loss]
    output = spec.network.output
    return spec if output.activation in legal else edits.set_layer(spec, output.id, activation=legal[0])


def _with_initializer(spec: ProjectSpec, name: str | None, scale: float | None) -> ProjectSpec:
    """First weights of every hidden layer."""
    if name is None and scale is None:
        return spec
    hidden = [layer for layer in spec.network.layers[:-1] if isinstance(layer, Dense)]
    for layer in hidden:
        chosen = name or layer.initializer
        if scale is not None and (chosen not in INITIALIZERS or not INITIALIZERS[chosen].fields):
            title = layer_name(spec, layer.id)
            raise Usage(f"--scale belongs to --initializer uniform, normal or constant; {title} has {chosen}")
        changes: dict[str, object] = {"initializer": chosen, "weights": (), "biases": ()}
        spec = edits.set_layer(spec, layer.id, **changes, **({} if scale is None else {"scale": scale}))
    return spec


def _with_class_weights(spec: ProjectSpec, table: Table, text: str) -> ProjectSpec:
    """equal, balanced, or numbers by the names of the classes; a class that is not named counts 1."""
    if text in ("equal", "balanced"):
        return edits.set_training(spec, class_weights=text, class_weight_values=())
    typed = _named_numbers(text)
    classes = build.dataset(spec, table).classes
    if not classes:
        raise Usage("--class-weights: the target is a number and has no classes")
    foreign = [name for name in typed if name not in classes]
    if foreign:
        raise Usage(f"--class-weights: there is no class {foreign[0]!r}; there are {', '.join(classes)}")
    values = tuple(typed.get(name, 1.0) for name in classes)
    return edits.set_training(spec, class_weights="given", class_weight_values=values)


def _named_numbers(text: str) -> dict[str, float]:
    """'no=1,"a, b"=5' by name; a name may hold = and, in quotes, commas."""
    found: dict[str, float] = {}
    for part in next(csv.reader([text], skipinitialspace=True), []):
        name, _, value = part.rpartition("=")
        weight = number(value)
        if not name or weight is None or weight < 0.0:
            raise Usage(f'--class-weights: expected equal, balanced or CLASS=NUMBER as in "no=1,yes=5", got {part!r}')
        found[name.strip()] = weight
    return found
