"""What goes wrong in the layers of a run: functions from its course to findings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bpgui.engine.vitals import SQUASHING
from bpgui.project.checks import Finding, Fix
from bpgui.project.spec import ProjectSpec
from bpgui.runs.health import remedies
from bpgui.runs.health.case import Case

LEAST_LOOKS = 4
LASTING = 1 << (LEAST_LOOKS - 1)  # steps until then: before that nothing lasts
MOST_DEAD = 0.5
MOST_SATURATED = 0.9
VANISHING = 1e-3  # of the last layer's gradient norm
FADED = 0.03  # of it: where nothing is learnt, this is why
MOST_FLAT = 0.3  # of a layer's outputs at their flat ends, where it was not driven there
EXPLODING = 100.0  # times the weights
GROWN = 1e3  # times the longest gradient at the first look
USUAL_UPDATE = 1e-3  # the usual ratio, CS231n
LARGEST_HEALTHY = 1e-2  # the end of the healthy band
SMALLEST_UPDATE, LARGEST_UPDATE = 1e-5, 0.1  # ten times beyond the band
FAR_INPUT = 10.0


def dead_units(case: Case) -> Iterator[Finding]:
    """CS231n, Neural Networks 1: a ReLU that is never active again gets no gradient, so it stays so."""
    shares, driven = case.course("dead"), driving(case)
    if not len(case.steps):
        return
    slower = driven_rate(case.spec, driven) if driven else remedies.slower(case.spec)
    for index, id in enumerate(case.layers):
        share = float(shares[-1, index])
        if not share > MOST_DEAD:
            continue
        output = index == len(case.layers) - 1
        label, other = ("Let the output be any number", "identity") if output else ("Use leaky ReLU", "leaky_relu")
        # Those that began dead are not the learning rate's, unless it was the first step that killed them.
        killed = (shares[0, index] <= MOST_DEAD or driven) and not output
        yield Finding(
            "dead_units", "warning", f"layer:{id}",
            f"{case.name(id)}: {share:.0%} of its units are dead, 0 for every row looked at.",
            "No gradient gets through a dead unit, so it never comes back; too long steps are what kills most.",
            (remedies.activations(label, (id,), other), *((slower,) if killed else ())),
        )  # fmt: skip


def saturated(case: Case) -> Iterator[Finding]:
    """Glorot and Bengio 2010, section 3: where the outputs are flat, hardly any gradient is left."""
    if len(case.steps) < LEAST_LOOKS:
        return
    shares, driven = case.recent("saturated"), driving(case)
    for index, id in enumerate(case.layers):
        if not shares[index] > MOST_SATURATED:
            continue
        first = index == 0 and case.largest_input > FAR_INPUT
        fixes = (*(remedies.standardised(case.spec) if first else ()), *remedies.first_weights(case.spec, (id,)))
        if driven and not fixes:
            fixes = (driven_rate(case.spec, driven),)
        yield Finding(
            "saturated", "warning", f"layer:{id}",
            f"{case.name(id)}: {shares[index]:.0%} of its outputs are at the flat ends of {case.activations[index]}.",
            "There the slope is nearly 0, so it hardly learns; large inputs, first weights or steps drive it there.",
            fixes or (remedies.activations("Use ReLU", (id,), "relu"),),
        )  # fmt: skip


def vanishing(case: Case) -> Iterator[Finding]:
    """Hochreiter 1991; Glorot and Bengio 2010: each sigmoid layer takes at least three quarters of the gradient."""
    found = _ends(case)
    if found is None:
        return
    first, last = found
    norms = case.recent("gradient")
    if not norms[last] > 0.0 or not norms[first] < VANISHING * norms[last]:
        return
    driven = driving(case) if _is_flat(case) else 0.0
    slower = (driven_rate(case.spec, driven),) if driven else ()
    yield Finding(
        "vanishing", "warning", f"layer:{case.layers[first]}",
        f"The gradient vanishes: about {norms[last]:.2g} at {case.name(case.layers[last])}, "
        f"{norms[first]:.2g} at {case.name(case.layers[first])}.",
        "Each flat activation passes on only a part of it, so the first layers hardly learn.",
        (*_without_flat(case), *slower, *remedies.first_weights(case.spec, case.layers)),
    )  # fmt: skip


def _without_flat(case: Case) -> tuple[Fix, ...]:
    """ReLU in place of the hidden layers' activations that are flat at their ends, where there are any."""
    flat = [id for id, name in zip(case.layers[:-1], case.activations, strict=False) if name in SQUASHING]
    return (remedies.activations("Use ReLU in the hidden layers", flat, "relu"),) if flat else ()


def faded(case: Case) -> tuple[Fix, ...]:
    """The way out where the gradient becomes short on its way to the first layer by the layers alone.

    Where they were driven to their flat ends, another activation would be driven away as well.
    """
    ends, norms = _ends(case), case.recent("gradient")
    short = ends is not None and norms[ends[0]] < FADED * norms[ends[1]]
    return _without_flat(case) if short and not _is_flat(case) else ()


def _is_flat(case: Case) -> bool:
    """Whether a layer is at its flat ends."""
    return bool(np.nan_to_num(case.recent("saturated")).max() > MOST_FLAT)


def _ends(case: Case) -> tuple[int, int] | None:
    """The first and the last layer that are trained, where there are layers between."""
    trained = np.flatnonzero(case.trained)
    if len(case.steps) < LEAST_LOOKS or len(trained) < 3:
        return None
    return int(trained[0]), int(trained[-1])


def exploding(case: Case) -> Iterator[Finding]:
    """Pascanu, Mikolov and Bengio 2013: a gradient far longer than the weights throws them away in one step."""
    if not len(case.steps):
        return
    with np.errstate(all="ignore"):
        sizes = np.nan_to_num(case.course("gradient") / case.course("weights"), nan=0.0, posinf=0.0)
        norms = np.nan_to_num(case.course("gradient"), nan=0.0)
        growths = norms / (norms[0].max() or np.inf)
    beside = bool(sizes.max() > EXPLODING)
    if not beside and not growths.max() > GROWN:
        return
    look, layer = np.unravel_index(int((sizes if beside else growths).argmax()), sizes.shape)
    id, step = case.layers[layer], int(case.steps[look])
    grown = f"{growths.max():.3g} times as long as any at first"
    far = f"{sizes[look, layer]:.3g} times its weights' length" if beside else grown
    yield Finding(
        "exploding", "warning", f"layer:{id}",
        f"The gradient explodes: that of {case.name(id)} was {far} at step {step}.",
        "One step along it throws the weights far away. Large first weights, inputs or targets make it so.",
        (remedies.clipped(), *remedies.first_weights(case.spec, case.layers)),
    )  # fmt: skip


def small_updates(case: Case) -> Iterator[Finding]:
    """CS231n, Neural Networks 3: the ratio is about 1e-3 where the learning rate is right."""
    largest = _largest_update(case)
    if largest is None or not 0.0 < largest < SMALLEST_UPDATE:
        return
    yield Finding(
        "small_updates", "warning", "training:learning_rate",
        f"The steps are too small: none moved a layer's weights by more than {largest:.2g} of their length.",
        "About a thousandth is usual. At this pace it takes very long, or seems to stand still.",
        (remedies.scaled_rate(case.spec, largest, USUAL_UPDATE),),
    )  # fmt: skip


def _largest_update(case: Case) -> float | None:
    """The largest ratio of any layer at any look; None before there are enough."""
    ratios = case.course("update")
    if len(case.steps) < LEAST_LOOKS or np.isnan(ratios).all():
        return None
    return float(np.nanmax(ratios))


def large_updates(case: Case) -> Iterator[Finding]:
    """CS231n, Neural Networks 3: far above 1e-3 the learning rate is too high."""
    largest = too_large(case)
    if not largest:
        return
    id = case.layers[int(np.nan_to_num(case.recent("update")).argmax())]
    far = f"{largest:.0%} of their length" if largest < 2.0 else f"{largest:.3g} times their length"
    yield Finding(
        "large_updates", "warning", "training:learning_rate",
        f"The steps are too large: half of them move the weights of {case.name(id)} by {far} or more.",
        "Steps so long jump over the valley that they look for; about a thousandth of the weights is usual.",
        (remedies.scaled_rate(case.spec, largest, USUAL_UPDATE),),
    )  # fmt: skip


def too_large(case: Case) -> float:
    """The lasting update ratio of the layer where it is largest, 0 where that is not too large."""
    largest = float(np.nan_to_num(case.recent("update")).max(initial=0.0))
    return largest if len(case.steps) >= LEAST_LOOKS and largest > LARGEST_UPDATE else 0.0


def driving(case: Case) -> float:
    """The update ratio of the steps that were too long, 0 where none was: that of the first step if it was one.

    Units that have been driven to where they are flat stand still, so that the last steps say nothing of them.
    """
    ratios = np.nan_to_num(case.course("update"), posinf=0.0)
    if not ratios.size:
        return 0.0
    first, largest = float(ratios[0].max()), float(ratios.max())
    ratio = first if first > LARGEST_UPDATE else largest
    return ratio if ratio > LARGEST_UPDATE else 0.0


def driven_rate(spec: ProjectSpec, ratio: float) -> Fix:
    """A rate that makes such steps as long as they may be, as their gradients are the longest that there will be."""
    return remedies.scaled_rate(spec, ratio, LARGEST_HEALTHY)
