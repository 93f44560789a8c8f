"""The fence around Python overrides of Qt virtual methods: nothing raised inside reaches C++.

An error raised in C (a numpy shape error, `1/0`) that leaves such an override ends the process on some Python versions.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, TypeVar, overload

log = logging.getLogger("bpgui")
Method = TypeVar("Method", bound=Callable[..., Any])
Reporter = Callable[[BaseException, str], None]

_reporter: Reporter | None = None


def set_reporter(reporter: Reporter | None) -> None:
    """Say who is told, as (error, place), of what a guard caught; None: only the log."""
    global _reporter
    _reporter = reporter


def report(error: BaseException, place: str) -> None:
    """Log an error with its traceback and tell the reporter; never raises."""
    log.error("error in %s", place, exc_info=error)
    if _reporter is None:
        return
    try:
        _reporter(error, place)
    except Exception:
        log.exception("the error dialog failed")


@overload
def guarded(method: Method) -> Method: ...
@overload
def guarded(*, default: Any) -> Callable[[Method], Method]: ...
def guarded(method: Method | None = None, *, default: Any = None) -> Any:
    """Decorate an override: what it raises is logged and reported, and it returns `default`."""

    def decorate(function: Method) -> Method:
        @functools.wraps(function)
        def fenced(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            except Exception as error:
                report(error, function.__qualname__)
                return default

        fenced.__guarded__ = True  # type: ignore[attr-defined]
        return fenced  # type: ignore[return-value]

    return decorate if method is None else decorate(method)
