"""What the learning-rate finder has found, in words and as a table."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication

from bpgui.engine.rate_finder import WHOLE, RateSearch
from bpgui.ui.live.weight_forms import Table
from bpgui.ui.numbers import MINUS, format_number
from bpgui.ui.texts import tr_label


def tr(text: str) -> str:
    return QCoreApplication.translate("RateFinder", text)


def rate_text(rate: float) -> str:
    """ "0.03", "1e−6"."""
    mantissa, exponent, power = f"{rate:.3g}".partition("e")
    return f"{mantissa}e{int(power)}".replace("-", MINUS) if exponent else mantissa


def about(rate: float) -> str:
    """The same, to two digits."""
    return rate_text(float(f"{rate:.2g}"))


def losses_at(search: RateSearch, rate: float) -> str:
    """One rate in words."""
    loss = search.loss_at(rate)
    if loss is None:
        return tr("rate {0}: not tried").format(rate_text(rate))
    return tr("rate {0}: loss {1}").format(rate_text(rate), format_number(loss, 4))


def verdict(search: RateSearch, present: float) -> str:
    """What is suggested, and how the present rate stands to it."""
    if search.suggestion is None:
        return tr_label(search.problem)
    text = tr("Suggested: {0}. The loss falls well at rates from {1} to {2}.")
    parts = [text.format(*map(about, (search.suggestion, search.low, search.high)))]
    if present < search.low:
        parts.append(tr("The present {0} is lower: it learns more slowly.").format(rate_text(present)))
    elif present > search.high:
        parts.append(tr("The present {0} is higher: the loss may jump about.").format(rate_text(present)))
    else:
        parts.append(tr("The present {0} is one of them.").format(rate_text(present)))
    return " ".join((*parts, end(search)))


def end(search: RateSearch) -> str:
    """How the test ended."""
    last = about(float(search.rates[-1]))
    if search.ended == WHOLE:
        return tr("Up to {0}, the highest tried, the loss did not run away.").format(last)
    return tr("From {0} on it runs away.").format(last)


def table(search: RateSearch) -> Table:
    """(losses, rates, names of columns): the curve, the batch after each step, and the same batch before."""
    numbers = np.stack((search.smooth, search.losses, search.before), axis=1)
    columns = tr("loss"), tr("batch"), tr("before")
    return numbers, tuple(rate_text(float(rate)) for rate in search.rates), columns
