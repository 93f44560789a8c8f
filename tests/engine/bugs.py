"""Bugs to plant: wrong derivatives, signs, means, transpositions, buffers, orders and memories, one at a time."""

from __future__ import annotations

from planted import Bug

ACTIVATIONS, LOSSES = "engine/activations.py", "engine/losses.py"
NETWORK, WORKSPACE, TRAINING = "engine/network.py", "engine/workspace.py", "engine/training.py"
DENSE, NORM, DROPOUT = "engine/layers/dense.py", "engine/layers/batchnorm.py", "engine/layers/dropout.py"
OPTIMIZERS, SCHEDULES, CLIPPING = "engine/update_rules.py", "engine/schedules.py", "engine/clipping.py"
BATCHES, PENALTY = "engine/batches.py", "engine/regularizers.py"
BUILD, DRIVER, RUN = "project/build.py", "runs/driver.py", "runs/run.py"

_OF_ACTIVATIONS = (
    Bug("sigmoid's derivative a instead of a (1 - a)", ACTIVATIONS,
        "    subtract(CONSTANTS[z.dtype].one, a, slope)\n    multiply(slope, a, slope)",
        "    copyto(slope, a)", "gradient of activations"),
    Bug("tanh's derivative 1 - a", ACTIVATIONS, "    multiply(a, a, slope)\n", "    copyto(slope, a)\n",
        "gradient of activations"),
    Bug("tanh's derivative with the wrong sign", ACTIVATIONS,
        "    subtract(CONSTANTS[z.dtype].one, slope, slope)\n", "    subtract(slope, CONSTANTS[z.dtype].one, slope)\n",
        "gradient of activations"),
    Bug("ReLU lets every gradient through", ACTIVATIONS, "    multiply(da, t[0], out)\n\n\ndef _leaky_relu(",
        "    copyto(out, da)\n\n\ndef _leaky_relu(", "gradient of activations"),
    Bug("leaky ReLU's slope in backward alone", ACTIVATIONS, "maximum(slope, LEAKY_SLOPE, out=slope)",
        "maximum(slope, 0.1, out=slope)", "gradient of activations"),
    Bug("ELU's derivative of the output", ACTIVATIONS, "    exp(t[0], t[1])\n", "    exp(a, t[1])\n",
        "gradient of activations"),
    Bug("softplus's derivative 1 - sigmoid", ACTIVATIONS, "    sigmoid(z, t[0])\n    multiply(da, t[0], out)",
        "    sigmoid(-z, t[0])\n    multiply(da, t[0], out)", "gradient of activations"),
    Bug("GELU's derivative without the 3 of the cube", ACTIVATIONS, "multiply(inner, 3.0 * GELU_CUBIC, inner)",
        "multiply(inner, GELU_CUBIC, inner)", "gradient of activations"),
    Bug("SiLU's derivative without its 1", ACTIVATIONS, "    add(slope, one, slope)\n    multiply(slope, s, slope)",
        "    multiply(slope, s, slope)", "gradient of activations"),
    Bug("softmax's derivative by its diagonal alone", ACTIVATIONS, "    subtract(da, mean, out)\n",
        "    subtract(da, products, out)\n", "gradient of activations"),
    Bug("softmax without taking off the maximum", ACTIVATIONS,
        "    subtract(z, column, out)\n", "    copyto(out, z)\n", "far out"),
    Bug("sigmoid without the limit of its exponent", ACTIVATIONS,
        "    maximum(z, limit, out=out)\n    negative(out, out)",
        "    negative(z, out)", "far out"),
)  # fmt: skip

_OF_LOSSES = (
    Bug("bce's gradient with the wrong sign", LOSSES, "    exp(out, out)\n    subtract(out, y, out)",
        "    exp(out, out)\n    subtract(y, out, out)", "gradient of losses"),
    Bug("bce from ln(1 + e^z) as it stands", LOSSES, "        logaddexp(z, CONSTANTS[z.dtype].zero, t[0])",
        "        np.log1p(exp(z), t[0])", "far out"),
    Bug("cce without taking off the maximum", LOSSES, "    row_maximum(z, column)\n", "    column[...] = 0.0\n",
        "far out"),
    Bug("cce's gradient the probabilities alone", LOSSES, "    subtract(t[0], y, out)\n", "    copyto(out, t[0])\n",
        "gradient of losses"),
    Bug("mse's gradient without its 2", LOSSES, "multiply(t[0], CONSTANTS[a.dtype].two, out)", "copyto(out, t[0])",
        "gradient of losses"),
    Bug("mae's gradient the error itself", LOSSES, "        sign(t[0], out)\n\n\ndef _huber_terms",
        "        copyto(out, t[0])\n\n\ndef _huber_terms", "gradient of losses"),
    Bug("huber's gradient not cut off at delta", LOSSES, "    copyto(out, t[0])\n\n\ndef _hinge_terms",
        "    subtract(a, y, out)\n\n\ndef _hinge_terms", "gradient of losses"),
    Bug("huber cut off on one side", LOSSES, "        maximum(c, -delta, out=c)\n", "", "gradient of losses"),
    Bug("hinge's gradient with the wrong sign", LOSSES, "    negative(out, out)\n", "", "gradient of losses"),
    Bug("hinge's gradient where it costs nothing", LOSSES, "        sign(t[0], out)\n    multiply(out, y, out)",
        "        out[...] = 1.0\n    multiply(out, y, out)", "gradient of losses"),
    Bug("a mean over rows alone", LOSSES, "return weight if loss.per_row else weight * outputs", "return weight",
        "gradient of losses"),
    Bug("half a sum that is a whole one", LOSSES, 'return 2 if reduction == "half_sum" else 1', "return 1", "mazur"),
)  # fmt: skip

_OF_LAYERS = (
    Bug("dW of the wrong layer's delta: the weights not transposed", DENSE, "self._W_T = self.W.T",
        "self._W_T = self.W.T if self.inputs != self.units else self.W", "gradient of layers"),
    Bug("db of one row", DENSE, "            kept[0].dot(d_out, self.db)", "            self.db[...] = d_out[0]",
        "gradient of activations"),
    Bug("dW adds up over steps", DENSE, "        x.T.dot(d_out, self.dW)", "        self.dW += x.T.dot(d_out)",
        "buffers"),
    Bug("the bias left out of the forward pass", DENSE, "            add(out, self.b, out)", "            pass",
        "gradient of activations"),
    Bug("batch norm by the unbiased variance", NORM,
        "    ones.dot(squares, variance)\n        divide(variance, rows, variance)",
        "    ones.dot(squares, variance)\n        divide(variance, rows - 1, variance)", "gradient of layers"),
    Bug("batch norm's gradient without the mean of d_out", NORM, "        add(products, self.d_beta, products)\n", "",
        "gradient of layers"),
    Bug("batch norm's gradient without the variance's term", NORM,
        "        multiply(normal, self.d_gamma, products)\n", "        products[...] = 0.0\n", "gradient of layers"),
    Bug("batch norm's gradient without gamma", NORM, "        multiply(scale, self.gamma, factor)\n",
        "        factor[...] = scale\n", "gradient of layers"),
    Bug("epsilon outside batch norm's root", NORM, "        add(variance, self.epsilon, out)\n        sqrt(out, out)",
        "        sqrt(variance, out)\n        add(out, self.epsilon, out)", "gradient of layers"),
    Bug("the running variance biased", NORM, "multiply(variance, rows / (rows - 1), scratch)",
        "multiply(variance, 1.0, scratch)", "mixed training"),
    Bug("the momentum of running statistics the wrong way round", NORM,
        "        multiply(mean, self.momentum, scratch)\n"
        "        multiply(self.running_mean, 1.0 - self.momentum, self.running_mean)",
        "        multiply(mean, 1.0 - self.momentum, scratch)\n"
        "        multiply(self.running_mean, self.momentum, self.running_mean)", "mixed training"),
    Bug("running statistics followed in the forward pass", NORM, "        multiply(normal, self.gamma, out)\n",
        "        multiply(normal, self.gamma, out)\n        self.running_mean += self.momentum * mean\n",
        "gradient of layers"),
    Bug("evaluation by the batch's statistics", NORM, "self._scale(self.running_variance, scale)",
        "self._scale(kept[4], scale)", "evaluation"),
    Bug("dropout without scaling", DROPOUT, "        divide(mask, self._keep, mask)\n", "", "masks"),
    Bug("dropout scaled by the rate", DROPOUT, "self._keep = 1.0 - rate", "self._keep = rate", "masks"),
    Bug("dropout keeps the share it should drop", DROPOUT, "np.greater_equal(uniform, self.rate, over)",
        "np.less(uniform, self.rate, over)", "masks"),
    Bug("dropout's gradient through another mask", DROPOUT, "            multiply(d_out, kept[0], d_x)",
        "            multiply(d_out, kept[0][::-1], d_x)", "gradient of layers"),
    Bug("dropout in evaluation", DROPOUT, "        copyto(out, x)", "        multiply(x, kept[0], out)", "evaluation"),
)  # fmt: skip

_OF_NETWORKS = (
    Bug("evaluation in training mode", NETWORK, "space = self.forward(x[chunk], training=False)",
        "space = self.forward(x[chunk])", "evaluation"),
    Bug("predictions in training mode", NETWORK, "self.forward(chunk, training=False).outs[-1]",
        "self.forward(chunk).outs[-1]", "evaluation"),
    Bug("predictions of the first chunk alone", NETWORK, "            chunk = x[start : start + EVALUATION_ROWS]\n",
        "            chunk = x[: min(EVALUATION_ROWS, len(x) - start)]\n", "evaluation"),
    Bug("evaluation as the mean of its chunks' means", NETWORK,
        "total += self.loss_of(space, y[chunk], part) * space.parts",
        "total += self.loss_of(space, y[chunk], part) * self.workspace(256).parts", "evaluation"),
    Bug("weights of an earlier batch still in the divisor", NETWORK,
        "            space.weighted, space.parts = False, space.usual_parts\n",
        "            space.weighted = False\n", "buffers"),
    Bug("a batch without weights takes an earlier one's", NETWORK,
        "            space.weighted, space.parts = False, space.usual_parts\n",
        "            space.parts = space.usual_parts\n", "buffers"),
    Bug("weights not in the gradient", NETWORK, "            np.multiply(delta, space.weights, delta)\n",
        "", "gradient of losses"),
    Bug("weights not normalised", NETWORK, "float(np.add.reduce(weights)), y.shape[1])\n        np.copyto",
        "len(weights), y.shape[1])\n        np.copyto", "gradient of losses"),
    Bug("the gradient not divided by the rows", NETWORK, "            np.divide(delta, space.usual_divisor, delta)",
        "            pass", "gradient of losses"),
    Bug("the output activation gone back through beside the loss from logits", NETWORK,
        "self._judged = len(self.layers) - self.from_logits", "self._judged = len(self.layers)", "gradient of losses"),
    Bug("frozen biases move", NETWORK,
        "frozen = isinstance(layer, Dense) and (layer.freeze_weights if len(shape) == 2 else layer.freeze_biases)",
        "frozen = isinstance(layer, Dense) and layer.freeze_weights and len(shape) == 2", "mazur"),
    Bug("frozen weights move", NETWORK, "(layer.freeze_weights if len(shape) == 2 else layer.freeze_biases)",
        "(len(shape) == 1 and layer.freeze_biases)", "frozen training"),
    Bug("the wrong layer's input in the backward pass", WORKSPACE,
        "(layer.backward, self.outs[i - 1],", "(layer.backward, self.outs[max(i - 2, 0)],", "gradient of activations"),
    Bug("the first layer's parameters without a gradient", WORKSPACE, "            if first.parameter_shapes():",
        "            if first.parameter_shapes() and last == 0:", "gradient of activations"),
    Bug("masks shared by layers of the same width", WORKSPACE,
        "        parts = tuple(zip(layers",
        "        for i in range(1, len(layers)):\n"
        "            if layers[i].kind == 'dropout':\n"
        "                same = [k for k, l in zip(self.kept, layers)"
        " if l.kind == 'dropout' and l.units == layers[i].units]\n"
        "                self.kept[i] = same[0]\n"
        "        parts = tuple(zip(layers", "masks"),
)  # fmt: skip

BUGS = (*_OF_ACTIVATIONS, *_OF_LOSSES, *_OF_LAYERS, *_OF_NETWORKS)
