"""What a number was made with: enough to know whether another machine can be expected to make it again."""

from __future__ import annotations

import hashlib
import platform
import sys

import msgspec
import numpy as np

import bpgui
from bpgui.engine.activations import Array
from bpgui.project.spec import ProjectSpec
from bpgui.runs.threads import blas_libraries


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`data` is the table's SHA-256, `threads` the BLAS threads, `blas` the library and the processor it chose."""

    data: str
    seed: int
    precision: str
    threads: int
    bpgui: str = bpgui.__version__
    numpy: str = np.__version__
    python: str = platform.python_version()
    blas: str = ""
    machine: str = f"{sys.platform} {platform.machine()}"


def receipt(spec: ProjectSpec) -> Receipt:
    """For a run of `spec` on this machine, now."""
    training = spec.training
    return Receipt(
        data=spec.data.table, seed=spec.seed, precision=training.precision, threads=training.threads,
        blas=blas_libraries(),
    )  # fmt: skip


def weights_sha256(parameters: Array) -> str:
    """Hex SHA-256 of the flat parameter vector's bytes."""
    return hashlib.sha256(np.ascontiguousarray(parameters).tobytes()).hexdigest()
