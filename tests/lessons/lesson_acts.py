"""What a learner does in each step of the shipped lessons, and which answer the text explains as the right one."""

from __future__ import annotations

from collections.abc import Callable

from lesson_hand import LONG, LessonHand, steps_wanted
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QWidget

from bpgui.ui.diagram.columns import LOSS

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Act = Callable[[LessonHand], None]

# The option that comes out right, by lesson and step. A person reads in `reveal` why.
RIGHT: dict[str, dict[str, int]] = {
    "what-backpropagation-is": {"Take it": 3, "Why only a little?": 1},
    "three-steps-with-xor": {"And the update": 2, "The script from the textbook": 1},
    "why-a-hidden-layer": {"One neuron": 1, "Would two do?": 2, "Eight neurons": 1},
    "activations": {"Layers without a bend": 1, "The older one": 3},
    "losses": {"Squared error": 2, "Absolute error": 2},
    "learning-rate": {"And twenty times more": 1, "A little too much": 3},
    "mini-batches": {"Thirty-two at a time": 1, "One at a time": 3},
    "vanishing-gradients": {"Deeper must be better": 3, "How small?": 3, "The same sigmoids, another optimizer": 1},
    "overfitting": {"Few points, many numbers": 1, "More data": 1},
    "digits": {"No hidden layer": 1, "Through the eye of a needle": 2, "The last question": 1},
    "fraud": {"Two in a thousand": 1, "What did it find?": 3, "Let the rare ones count": 3},
    "voice": {"The tempting mistake": 1},
    "gradient-check": {
        "Trust, but measure": 1,
        "Why so exact?": 2,
        "A smaller step is better, isn't it?": 3,
        "A kink": 2,
    },
    "from-here-to-pytorch": {"Is it really the same?": 1},
}


def act(hand: LessonHand) -> None:
    """Do what the present step asks for: as its own entry says, or as the control that it points at suggests."""
    lesson, step = hand.player.lesson, hand.player.step
    assert lesson is not None
    assert step is not None
    own = ACTS.get((lesson.name, step.title))
    if own is not None:
        own(hand)
    elif step.until is None and step.predict is None:
        return
    elif step.point == "toolbar.train":
        hand.train()
    elif step.point == "toolbar.step":
        hand.step(steps_wanted(step))
    else:
        hand.click_ring()


# ---- acts


def walk_to_the_shot(hand: LessonHand) -> None:
    hand.click_ring()
    walk = hand.window.session.walk
    hand.wait(lambda: walk.trace is not None and not walk.waiting, "the step is not taken apart")
    hand.click_place("explain.next")


def ask_an_edge(hand: LessonHand) -> None:
    hand.click_place("network.edge")


def walk_to_the_loss(hand: LessonHand) -> None:
    walk = hand.window.session.walk
    hand.wait(lambda: walk.trace is not None and not walk.waiting, "the step is not taken apart")
    hand.click_ring()
    assert hand.player.facts["phase"] == "forward"
    for _ in range(12):
        if hand.player.facts["phase"] == "loss":
            break
        hand.click_place("explain.next")


def ask_a_number(hand: LessonHand) -> None:
    _ask_line(hand, "")


def ask_a_weight(hand: LessonHand) -> None:
    hand.click_ring()
    hand.wait(lambda: hand.player.facts["phase"] == "backward", "the backward pass is not shown")
    _ask_line(hand, "∂L/∂w")


def _ask_line(hand: LessonHand, begins: str) -> None:
    """Click the first number of the explanation whose formula begins so, and that is made of others."""
    terms = hand.window.panels["explain"].terms  # type: ignore[attr-defined]
    assert isinstance(terms, QAbstractItemView)
    model = terms.model()
    for row in range(model.rowCount()):
        index = model.index(row, 0)
        if str(index.data() or "").startswith(begins) and model.hasChildren(index):
            terms.scrollTo(index)
            QApplication.processEvents()
            hand.click(terms.viewport(), terms.visualRect(index).center())
            return
    raise AssertionError(f"no number begins with {begins!r}")


def update_and_train(hand: LessonHand) -> None:
    hand.click_place("explain.update")
    hand.train()


def add_a_layer(hand: LessonHand) -> None:
    hand.click_ring()
    hand.choose("Add Dense here")


def other_seeds(hand: LessonHand) -> None:
    """Until a start goes well, as a person would; it is no matter how many it takes, but not for ever."""
    place = hand.player.place
    for _ in range(20):
        hand.click_place("toolbar.new_seed")
        hand.train()
        QApplication.processEvents()
        if hand.player.facts["loss"] < 0.1:  # type: ignore[operator]
            break
    hand.wait(lambda: hand.player.done or hand.player.place != place, "no seed goes well")


def choose_activation(name: str) -> Act:
    def do(hand: LessonHand) -> None:
        hand.click_ring()
        hand.choose(name)
        hand.train()

    return do


def mean_absolute_error(hand: LessonHand) -> None:
    view = hand.window.panels["network"].view  # type: ignore[attr-defined]
    hand.click(view.viewport(), view.rect_of(LOSS, "choice").center())
    hand.choose("Mean absolute error")
    hand.train()


def reset_and_rate(hand: LessonHand) -> None:
    hand.click_place("toolbar.reset")
    _type_into(hand, "model.learning_rate", "1")
    hand.train()


def setting(control: str, text: str) -> Act:
    """Type a number into the Model panel, and train."""

    def do(hand: LessonHand) -> None:
        _type_into(hand, control, text)
        hand.train()

    return do


def _type_into(hand: LessonHand, control: str, text: str) -> None:
    target = hand.window.lessons.ring.target()
    assert target is not None
    assert hand.player.step is not None
    assert hand.player.step.point == control
    hand.type_into(target[0], text)


def sixteen(hand: LessonHand) -> None:
    hand.click_place("network.block.d1.units", double=True)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keySequence(focus, "Ctrl+A")
    hand.qtbot.keyClicks(focus, "16")
    hand.qtbot.keyClick(focus, Qt.Key.Key_Return)
    hand.train()


def draw(hand: LessonHand) -> None:
    """A stroke from top to bottom: a one."""
    control = hand.window.panels["output"].view.view.controls[0]  # type: ignore[attr-defined]
    hand.click(control.clear_button)
    pad: QWidget = control.pad
    assert not pad.visibleRegion().isEmpty()
    middle, height = pad.width() // 2, pad.height()
    QTest.mousePress(pad, LEFT, NONE, QPoint(middle, height // 5))
    for share in (0.35, 0.5, 0.65, 0.8):
        QTest.mouseMove(pad, QPoint(middle, round(height * share)))
    QTest.mouseRelease(pad, LEFT, NONE, QPoint(middle, round(height * 0.8)))
    hand.clicks += 1


def look_at_the_test_part(hand: LessonHand) -> None:
    hand.click_ring()
    hand.press(_dialog(hand), "Look")
    hand.wait(lambda: hand.player.revealed, "nothing is revealed")
    hand.press(_dialog(hand), "Close")


def _dialog(hand: LessonHand) -> QDialog:
    def shown() -> list[QDialog]:
        return [dialog for dialog in hand.window.findChildren(QDialog) if dialog.isVisible()]

    hand.qtbot.waitUntil(lambda: bool(shown()), timeout=LONG)
    return shown()[-1]


def raise_the_threshold(hand: LessonHand) -> None:
    bar = hand.window.panels["output"].view.view.bar  # type: ignore[attr-defined]
    bar.slider.setFocus()
    for _ in range(3):
        hand.qtbot.keyClick(bar.slider, Qt.Key.Key_PageUp)


def group_by_speaker(hand: LessonHand) -> None:
    split = hand.window.panels["data"].split  # type: ignore[attr-defined]
    hand.pick(split.method, "grouped")
    if split.column.currentData() != "speaker":
        hand.pick(split.column, "speaker")
    hand.train()


def central(hand: LessonHand) -> None:
    bar = hand.window.panels["weights"].check_view.bar  # type: ignore[attr-defined]
    hand.click(bar.methods.button("central"))


def check_centrally(hand: LessonHand) -> None:
    hand.click_ring()
    central(hand)


def smaller_step(hand: LessonHand) -> None:
    bar = hand.window.panels["weights"].check_view.bar  # type: ignore[attr-defined]
    hand.type_into(bar.box, "1e-9")


def step_sizes(hand: LessonHand) -> None:
    hand.click(hand.window.panels["weights"].check_view.ways.button("sizes"))  # type: ignore[attr-defined]


def show_the_code(hand: LessonHand) -> None:
    hand.click_ring()
    hand.choose("Show as numpy code…")


def verify(hand: LessonHand) -> None:
    dialog = hand.window.commands.numpy_code
    assert dialog is not None
    hand.wait(dialog.verify_button.isEnabled, "the code cannot be verified")
    hand.click(dialog.verify_button)
    hand.wait(lambda: hand.player.revealed, "nothing is revealed")
    hand.press(dialog, "Close")


ACTS: dict[tuple[str, str], Act] = {
    ("what-backpropagation-is", "Shoot: the forward pass"): walk_to_the_shot,
    ("three-steps-with-xor", "Nine numbers"): ask_an_edge,
    ("three-steps-with-xor", "Step one: the forward pass"): walk_to_the_loss,
    ("three-steps-with-xor", "Step two: the loss"): ask_a_number,
    ("three-steps-with-xor", "Step three: the backward pass"): ask_a_weight,
    ("three-steps-with-xor", "And the update"): update_and_train,
    ("why-a-hidden-layer", "One line is not enough"): add_a_layer,
    ("why-a-hidden-layer", "Another start"): other_seeds,
    ("activations", "One layer, with a bend"): choose_activation("Tanh"),
    ("activations", "Corners"): choose_activation("ReLU"),
    ("losses", "Numbers instead of classes"): mean_absolute_error,
    ("learning-rate", "A hundred times as much"): reset_and_rate,
    ("mini-batches", "The price"): setting("model.batch_size", "8"),
    ("overfitting", "Keep the weights small"): setting("model.l2", "0.01"),
    ("digits", "Sixteen"): sixteen,
    ("digits", "Your own handwriting"): draw,
    ("digits", "The last question"): look_at_the_test_part,
    ("fraud", "A threshold is a decision"): raise_the_threshold,
    ("voice", "Back to honesty"): group_by_speaker,
    ("gradient-check", "Why so exact?"): central,
    ("gradient-check", "A smaller step is better, isn't it?"): smaller_step,
    ("gradient-check", "The V"): step_sizes,
    ("gradient-check", "A kink"): check_centrally,
    ("from-here-to-pytorch", "The same run as numpy"): show_the_code,
    ("from-here-to-pytorch", "Is it really the same?"): verify,
}
