"""What was seen of a run at single steps, bounded: evenly over its steps, as far as it was looked at."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar

LONGEST = 400


class Moment(Protocol):
    """Anything of one step of a run with those layers."""

    @property
    def step(self) -> int: ...

    @property
    def layers(self) -> tuple[str, ...]: ...


M = TypeVar("M", bound=Moment)


class Moments(Generic[M]):
    """At most `longest` moments; another network's, or an earlier step, begins anew."""

    def __init__(self, longest: int = LONGEST) -> None:
        self._longest = longest
        self._moments: list[M] = []
        self._apart = 0.0  # steps between two moments that are kept

    def __len__(self) -> int:
        return len(self._moments)

    def __iter__(self) -> Any:
        return iter(self._moments)

    def add(self, moment: M) -> None:
        """The newest moment is always kept, an earlier one where it is far enough from the one before it."""
        kept = self._moments
        if kept and (moment.step < kept[-1].step or moment.layers != kept[-1].layers):
            kept.clear()
            self._apart = 0.0
        same = bool(kept) and moment.step == kept[-1].step
        if same or (len(kept) > 1 and kept[-1].step - kept[-2].step < self._apart):
            kept.pop()
        kept.append(moment)
        if len(kept) > self._longest:
            self._apart = 2.0 * (kept[-1].step - kept[0].step) / self._longest
            self._moments = _apart(kept, self._apart)

    @property
    def last(self) -> M | None:
        return self._moments[-1] if self._moments else None


def _apart(moments: list[M], apart: float) -> list[M]:
    """Those that are at least so many steps from the one before, and the last."""
    kept = moments[:1]
    for moment in moments[1:-1]:
        if moment.step - kept[-1].step >= apart:
            kept.append(moment)
    return [*kept, moments[-1]]
