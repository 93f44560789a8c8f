"""How each activation is written in a script. Keys are those of the engine's ACTIVATIONS, and so are the bits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ActivationCode:
    """`forward` and `backward` are lines in which {z}, {a}, {da}, {dz} stand for arrays (rows, units).

    {n} is the layer's number, for what `forward` keeps. `helpers` are keys of HELPERS. In an evaluation nothing is
    gone back through: `answer` is the forward pass there, where it is shorter.
    """

    name: str
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    helpers: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()

    @property
    def evaluation(self) -> tuple[str, ...]:
        return self.answer or self.forward


ACTIVATION_CODE: dict[str, ActivationCode] = {
    a.name: a
    for a in (
        ActivationCode("identity", (), ()),
        ActivationCode("sigmoid", ("{a} = sigmoid({z})",), ("{dz} = {da} * ((1.0 - {a}) * {a})",), ("sigmoid",)),
        ActivationCode("tanh", ("{a} = np.tanh({z})",), ("{dz} = {da} * (1.0 - {a} * {a})",)),
        ActivationCode("relu", ("{a} = np.maximum({z}, 0.0)",), ("{dz} = {da} * ({z} > 0.0)",)),
        ActivationCode(
            "leaky_relu",
            ("{a} = np.maximum({z}, 0.01 * {z})",),
            ("{dz} = np.where({z} > 0.0, {da}, 0.01 * {da})",),
        ),
        ActivationCode(
            "elu",
            ("{a} = np.expm1(np.minimum({z}, 0.0)) + np.maximum({z}, 0.0)",),
            ("{dz} = {da} * np.exp(np.minimum({z}, 0.0))",),
        ),
        ActivationCode(
            "softplus",
            ("{a} = np.maximum({z}, 0.0) + np.log1p(np.exp(-np.abs({z})))  # ln(1 + e^z), without overflow",),
            ("{dz} = {da} * sigmoid({z})",),
            ("sigmoid",),
        ),
        ActivationCode(
            "gelu",
            (
                "t{n} = np.tanh(({z} * {z} * 0.044715 + 1.0) * {z} * 0.7978845608028654)  # √(2/π) (z + 0.044715 z³)",
                "{a} = (t{n} + 1.0) * {z} * 0.5",
            ),
            (
                "inner{n} = ({z} * {z} * (3.0 * 0.044715) + 1.0) * 0.7978845608028654",
                "{dz} = {da} * (((1.0 - t{n} * t{n}) * {z} * inner{n} + t{n} + 1.0) * 0.5)",
            ),
        ),
        ActivationCode(
            "silu",
            ("s{n} = sigmoid({z})", "{a} = {z} * s{n}"),
            ("{dz} = {da} * (((1.0 - s{n}) * {z} + 1.0) * s{n})",),
            ("sigmoid",),
            ("{a} = {z} * sigmoid({z})",),
        ),
        ActivationCode(
            "softmax",
            ("{a} = softmax({z})",),
            ("{dz} = {a} * ({da} - ({da} * {a}).sum(axis=1, keepdims=True))",),
            ("softmax",),
        ),
    )
}

# Below the limit e^-z would overflow; there the sigmoid is 0 to the last digit.
_LIMIT = {"float64": "-708.0", "float32": "-87.0"}


def sigmoid(dtype: str) -> tuple[str, ...]:
    return (
        "def sigmoid(z):",
        f"    return 1.0 / (1.0 + np.exp(-np.maximum(z, {_LIMIT[dtype]})))  # the limit: e^-z must not overflow",
    )


SOFTMAX = (
    "def softmax(z):",
    "    e = np.exp(z - z.max(axis=1, keepdims=True))  # less the largest: e^z must not overflow",
    "    return e / e.sum(axis=1, keepdims=True)",
)


def helper(name: str, dtype: str) -> tuple[str, ...]:
    """The lines of a function that some activation calls; raises KeyError."""
    return {"sigmoid": sigmoid(dtype), "softmax": SOFTMAX}[name]
