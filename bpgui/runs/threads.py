"""BLAS threads: a setting of the run, since 1 and 2 threads give different bits in larger products."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    from threadpoolctl import ThreadpoolController

    # numpy is loaded, so its library is found; looking takes milliseconds, hence only once.
    assert np.__version__
    return ThreadpoolController().select(user_api="blas")


def set_blas_threads(threads: int) -> None:
    """From now on, in the whole process."""
    _controller().limit(limits=threads)


@cache
def blas_libraries() -> str:
    """The library, its version and the processor kind it chose: "openblas 0.3.31 Haswell"."""
    found = _controller().info()
    return "; ".join(
        " ".join(str(library[key]) for key in ("internal_api", "version", "architecture") if library.get(key))
        for library in found
    )
