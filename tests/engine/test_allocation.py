"""A step in the steady state allocates no array: nothing grows, and what comes and goes is Python's own numbers, views
and frames. An array of a batch would be 12 kB here.

Beside them numpy takes a buffer of its own, of 8192 numbers whatever the network, where a bias is added to every row,
and gives it back at the end of the call. Here it is made small, so that it hides nothing.
"""

import tracemalloc

import numpy as np
import pytest
from checks import OPTIONS
from oracles import build, legal_cases, make_batch, make_weights

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.clipping import CLIPPINGS
from bpgui.engine.optimizers import OPTIMIZERS
from bpgui.engine.schedules import SCHEDULES
from bpgui.engine.training import Training

STEPS, ROWS, BATCH, WIDTH, BUFFER = 50, 256, 64, 48, 16
# Bytes above the start, at most, while it runs: a dozen small objects and the small buffer, and an epoch's new order.
PEAK, ORDER = 4_000, 2 * 8 * ROWS + 500
# Bytes that are still there afterwards: small blocks that numpy keeps for the next small array.
GROWN = 1_500


def steady(text, loss="mse", reduction="mean", *, optimizer="sgd", weighted=False, dtype=np.float32, **settings):
    """(bytes grown over STEPS steps, bytes of the peak above the start), once all buffers are there."""
    network = build(text, loss, reduction, features=WIDTH, dtype=dtype)
    x, y = make_batch(loss, ROWS, WIDTH, network.layers[-1].units, dtype=dtype)
    made = OPTIMIZERS[optimizer].make(network.parameters, network.gradients, OPTIONS, network.trained)
    schedule = SCHEDULES[settings.pop("schedule", "constant")].make(OPTIONS)
    training = Training(
        network, made, x, y, np.arange(ROWS), batch_size=settings.pop("batch_size", BATCH), seed=0,
        shuffle=settings.pop("shuffle", True), learning_rate=1e-5, epochs=100, schedule=schedule,
        weights=make_weights(ROWS, dtype=dtype) if weighted else None, **settings,
    )  # fmt: skip
    with np.errstate():  # what setbufsize changes ends with it
        np.setbufsize(BUFFER)
        return traced(training.step)


def traced(step, rounds=3):
    """(bytes grown over STEPS calls, bytes of the peak above the start), of the least disturbed round."""
    tracemalloc.start()
    found = []
    try:
        for _ in range(STEPS):
            step()
        for _ in range(rounds):
            before = tracemalloc.get_traced_memory()[0]
            tracemalloc.reset_peak()
            for _ in range(STEPS):
                step()
            after, peak = tracemalloc.get_traced_memory()
            found.append((after - before, peak - before))
    finally:
        tracemalloc.stop()
    return min(found)


def check(found, peak=PEAK + ORDER):
    grown, most = found
    assert grown <= GROWN, f"{grown} bytes more after {STEPS} steps"
    assert most <= peak, f"{most} bytes above the start"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_every_kind_of_layer(hidden, dtype):
    text = f"batchnorm dense:48 {hidden} dropout:0.3 dense:48:nobias batchnorm {hidden} dense:48 {hidden}"
    check(steady(text, dtype=dtype, optimizer="adam", weighted=True))


@pytest.mark.parametrize(("loss", "output", "reduction"), legal_cases())
def test_every_loss(loss, output, reduction):
    check(steady(f"dense:48 {output}", loss, reduction, weighted=reduction == "mean"))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("clip", CLIPPINGS)
def test_every_optimizer_and_clip(optimizer, clip):
    text = "dense:48:freeze_biases tanh dense:48"
    check(steady(text, optimizer=optimizer, clip=clip, clip_at=1e-3, l1=1e-6, l2=1e-4))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule):
    check(steady("dense:48 tanh dense:48", schedule=schedule))


@pytest.mark.parametrize("batch_size", [0, BATCH, BATCH - 1])
@pytest.mark.parametrize("weighted", [False, True])
def test_batches_in_order_take_not_even_that(batch_size, weighted):
    check(steady("dense:48 relu dense:48", batch_size=batch_size, shuffle=False, weighted=weighted), PEAK)


def test_evaluation_takes_what_it_gives_back_and_no_more():
    network = build("dense:48 batchnorm relu dropout:0.5 dense:48", features=WIDTH)
    x, y = make_batch("mse", ROWS, WIDTH, 48)
    with np.errstate():
        np.setbufsize(BUFFER)
        check(traced(lambda: network.evaluate(x, y)), PEAK)


def test_one_array_would_be_seen():
    with pytest.raises(AssertionError, match="above the start"):
        check(traced(lambda: np.zeros((BATCH, WIDTH), np.float32)))
    kept = []
    with pytest.raises(AssertionError, match="bytes more"):
        check(traced(lambda: kept.append(np.zeros(1))))
