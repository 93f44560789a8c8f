"""Streams and the tables themselves."""

import numpy as np
import pytest
from oracles import make_batch, make_network

from bpgui.engine.activations import ACTIVATIONS
from bpgui.engine.initializers import INITIALIZERS
from bpgui.engine.losses import LEGAL_OUTPUTS, LOSSES, REDUCTIONS
from bpgui.engine.network import EVALUATION_ROWS, Network
from bpgui.engine.streams import WEIGHTS, stream


def test_streams_differ_by_seed_purpose_and_index_and_repeat():
    draws = {stream(*key).random() for key in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1))}
    assert len(draws) == 4
    assert stream(3, WEIGHTS, 2).random() == np.random.Generator(
        np.random.PCG64(np.random.SeedSequence([3, 0, 2]))
    ).random()


def test_tables_are_keyed_by_their_names_and_explain_themselves():
    for table in (ACTIVATIONS, LOSSES, INITIALIZERS):
        for key, entry in table.items():
            assert entry.name == key
            assert entry.help.endswith(".")
            assert entry.formula
    for outputs in LEGAL_OUTPUTS.values():
        assert set(outputs) <= set(ACTIVATIONS)
    assert all(set(loss.reductions) <= set(REDUCTIONS) for loss in LOSSES.values())


def test_evaluation_in_chunks_equals_the_whole():
    rows = 2 * EVALUATION_ROWS + 3
    network = make_network((3, 4, 2), "relu", "softmax", "cce")
    x, y = make_batch("cce", rows, 3, 2)
    whole = float(network.loss_of(network.forward(x), y))
    assert network.evaluate(x, y) == pytest.approx(whole, rel=1e-13)
    np.testing.assert_allclose(network.predict(x), network.forward(x).outs[-1], rtol=1e-12)
    assert np.isnan(network.evaluate(x[:0], y[:0]))


def test_layers_that_do_not_meet_are_refused():
    left, right = make_network((2, 3), "tanh", "identity", "mse"), make_network((4, 1), "tanh", "identity", "mse")
    with pytest.raises(ValueError, match="expects 4 inputs"):
        Network([*left.layers, *right.layers])
