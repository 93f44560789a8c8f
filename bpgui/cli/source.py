"""From what was typed to a project and its table."""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from bpgui.cli.parser import Usage
from bpgui.data.readers import read_file
from bpgui.data.table import Table
from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSS_ALIASES
from bpgui.project import edits
from bpgui.project.proposal import propose
from bpgui.project.samples import SAMPLES, open_sample
from bpgui.project.spec import Dense, ProjectSpec
from bpgui.project.storage import load_project

PROJECT_SUFFIX = ".bpgui"
SAMPLE_PREFIX = "sample:"


def open_source(text: str, **points: Any) -> tuple[ProjectSpec, Table]:
    """A project, a sample (`points`: rows, noise, seed) or a file with everything proposed.

    Raises Usage, DataError, StorageError.
    """
    if text.startswith(SAMPLE_PREFIX):
        name = text.removeprefix(SAMPLE_PREFIX)
        if name not in SAMPLES:
            raise Usage(f"There is no sample {name!r}; there are {', '.join(SAMPLES)}.")
        given = {key: value for key, value in points.items() if value is not None}
        foreign = set(given) - {"seed"} - {field.name for field in SAMPLES[name].fields}
        if foreign:
            raise Usage(f"The sample {name} takes no --{', no --'.join(sorted(foreign))}.")
        return open_sample(name, **given)
    if Path(text).suffix == PROJECT_SUFFIX:
        project = load_project(text)
        warn(project.notes)
        return project.spec, project.tables[project.spec.data.table]
    reading = read_file(Path(text))
    warn(reading.notes)
    warn(tuple(f"{q.text} Taken as: {q.choices[q.best].label}." for q in reading.questions))
    return propose(reading.table, reading.origin), reading.table


def warn(sentences: tuple[str, ...]) -> None:
    for sentence in sentences:
        print(f"bpgui: {sentence}", file=sys.stderr)


def with_options(spec: ProjectSpec, table: Table, options: Namespace) -> ProjectSpec:
    """The project with the command line's options in it. Raises Usage or IllegalEdit."""
    if options.target is not None:
        spec = edits.set_target(spec, table, options.target)
    if options.split is not None:
        spec = edits.set_split(spec, options.split.train, options.split.validation, options.split.test)
    if options.layers is not None:
        spec = _with_layers(spec, options.layers)
    if options.seed is not None:
        spec = edits.set_seed(spec, options.seed)
    if options.loss is not None:
        spec = _with_loss(spec, LOSS_ALIASES.get(options.loss, options.loss))
    names = ("optimizer", "learning_rate", "batch_size", "epochs", "precision", "threads")
    changes = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    return edits.set_training(spec, **changes) if changes else spec


def _with_loss(spec: ProjectSpec, loss: str) -> ProjectSpec:
    """The output layer is added from target and loss, so it follows where it would be illegal."""
    spec = edits.set_loss(spec, loss)
    legal = LEGAL_OUTPUTS[loss]
    output = spec.network.output
    return spec if output.activation in legal else edits.set_layer(spec, output.id, activation=legal[0])


def _with_layers(spec: ProjectSpec, text: str) -> ProjectSpec:
    hidden = tuple(_layer(f"h{number}", part) for number, part in enumerate(text.split(","), 1)) if text else ()
    output = replace(spec.network.output, id=f"h{len(hidden) + 1}", weights=(), biases=(), initializer="auto")
    return replace(spec, network=replace(spec.network, layers=(*hidden, output)))


def _layer(id: str, text: str) -> Dense:
    units, _, activation = text.strip().partition(":")
    activation = activation or "relu"
    if not units.isdecimal() or not 1 <= int(units) <= 100_000:
        raise Usage(f"--layers: expected UNITS:ACTIVATION as in 16:relu, got {text!r}")
    if activation not in ACTIVATIONS:
        raise Usage(f"--layers: there is no activation {activation!r}; there are {', '.join(ACTIVATIONS)}")
    return Dense(id=id, units=int(units), activation=activation)
