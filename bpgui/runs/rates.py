"""The question for a learning rate, asked of a run between two steps. Pure; the run stays as it is, to the bit."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from bpgui.engine.rate_finder import RateOptions, RateSearch, find_rate
from bpgui.runs.driver import Driver


@dataclass(frozen=True)
class FindRate:
    """The range test of the run as it stands, a job: a generator that yields the share done."""

    options: RateOptions = field(default_factory=RateOptions)

    def __call__(self, driver: Driver) -> Generator[float, None, RateSearch]:
        return find_rate(driver.training, self.options)
