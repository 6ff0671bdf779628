"""Feedback on exercises: right answers pass however they are written, wrong ones get a helpful sentence, whatever happens."""

import re
import signal
import sys
import threading
import time
import warnings
from itertools import pairwise

import numpy as np
import pytest
from helpers.answers import ANSWERS, split

import mnist_mlp
from mnist_mlp import Layer, network
from mnist_mlp.course.exercises import EXERCISES, check
from mnist_mlp.course.exercises.compare import difference
from mnist_mlp.course.exercises.feedback import assess

MISTAKES = [(name, sentence) for name, exercise in EXERCISES.items() for sentence in exercise.mistakes]


def feedback(function, name=None, **options):
    """The sentence on one line."""
    name = name or function.__name__
    verdict = assess(function, EXERCISES[name], name, **options)
    assert verdict.is_right == ("✓" in verdict.sentence) != ("✗" in verdict.sentence)
    assert "Traceback" not in verdict.sentence
    return " ".join(verdict.sentence.split())


@pytest.mark.parametrize("name", EXERCISES)
def test_a_right_answer_written_in_another_way_passes(name):
    assert feedback(ANSWERS[name], name).startswith(f"✓ {name} is right in the examples tried here: ")


@pytest.mark.parametrize("name", EXERCISES)
def test_the_course_s_own_answer_passes(name):
    assert feedback(EXERCISES[name].right, name).startswith("✓")


@pytest.mark.parametrize("name, sentence", MISTAKES)
def test_each_known_mistake_is_recognized_and_told_from_the_others(name, sentence):
    assert feedback(EXERCISES[name].mistakes[sentence], name) == f"✗ {name} is not right yet. {' '.join(sentence.split())}"


@pytest.mark.parametrize("name", EXERCISES)
def test_every_mistake_can_do_every_example(name):
    with np.errstate(all="ignore"):
        for mistake in EXERCISES[name].mistakes.values():
            for example in EXERCISES[name].examples.values():
                example(mistake)


# Mistakes as students write them.
WRITTEN_BY_STUDENTS = {
    "softmax: overflow": ("exp overflows", lambda z: (np.exp(z).T / np.sum(np.exp(z), 1)).T),
    "softmax: wrong axis": ("use `axis=1`", lambda z: (e := np.exp(z - np.max(z, 0))) / np.sum(e, 0)),
    "backward: >= on the rectified output": ("Silent units", lambda dz, a, W: (
        a.T @ dz, dz.sum(0, keepdims=True), np.where(a >= 0, dz @ W.T, 0))),
    "back_prop: 1/m forgotten": ("1/m is missing", lambda activations, y, layers, lambda_reg: [
        (dW * len(y) - (len(y) - 1) * lambda_reg / len(y) * W, db * len(y))
        for (dW, db), (W, _) in zip(ANSWERS["back_prop"](activations, y, layers, lambda_reg), layers)]),
    "update: lookahead with the wrong sign": ("wrong sign", lambda w, v, gradient, rate, beta: (
        w - rate * (new := beta * v + (1 - beta) * gradient(w + rate * beta * v)), new)),
    "update: the original's lookahead": ("too far", lambda w, v, gradient, rate, beta: (
        w - rate * (new := beta * v + (1 - beta) * gradient(w - beta * v)), new)),
    "update: no average": ("1 - beta is missing", lambda w, v, gradient, rate, beta: (
        w - rate * (new := beta * v + gradient(w - rate * beta * v)), new)),
    "normalize: the test set's own statistics": ("by their own mean", lambda X_train, X_new: [
        (X - np.mean(X)) / np.std(X) for X in (X_train, X_new)]),
    "initialize: 1/n": ("The variance is 1/n", lambda sizes, rng: [
        (rng.standard_normal((n, k)) / np.sqrt(n), np.zeros((1, k))) for n, k in pairwise(sizes)]),
    "initialize: 2/n": ("Multiply by the standard deviation", lambda sizes, rng: [
        (rng.standard_normal((n, k)) * 2 / n, np.zeros((1, k))) for n, k in pairwise(sizes)]),
    "confusion_matrix: transposed": ("transposed", lambda y, p, n: np.array(
        [[np.sum((y == j) & (p == i)) for j in range(n)] for i in range(n)])),
    "cross_entropy: log of 0": ("logarithm of 0", lambda z, y: np.mean(
        [-np.log(row[label]) for row, label in zip(network.softmax(z), y)])),
    "cross_entropy: mean over all entries": ("average over the classes", lambda z, y: (
        ANSWERS["cross_entropy"](z, y) / z.shape[1])),
    "forward: no bias": ("The bias is missing", lambda X, layers: ANSWERS["forward"](X, [(W, 0 * b) for W, b in layers])),
    "forward: ReLU on the scores": ("go through ReLU", lambda X, layers: [
        *(a := network.forward(X, layers))[:-1], network.softmax(np.maximum(a[-2] @ layers[-1][0] + layers[-1][1], 0))]),
    "one_hot: whole columns": ("sets whole columns", lambda y, n: np.tile(np.isin(np.arange(n), y).astype(float), (len(y), 1))),
    "split: as many as come": ("has the shape (", lambda X, y, n, rng: (
        *((aside := rng.random(len(X)) < n / len(X)), X[~aside], y[~aside])[1:], X[aside], y[aside])),
    "softmax: the mean of each row subtracted": ("exp can still overflow", lambda z: (
        (e := np.exp(z - z.mean(axis=1, keepdims=True))) / e.sum(axis=1, keepdims=True))),
    "softmax: whole scores": ("For two rows of scores, the result has", lambda z: network.softmax(z.astype(int))),
    "initialize: weights and biases in one list": ("a list of 6 where a list of 3 is expected", lambda *arguments: (
        [array for layer in network.initialize(*arguments) for array in layer])),
    "initialize: a generator": ("returned a generator. Make a list of it", lambda *arguments: (
        layer for layer in network.initialize(*arguments))),
    "initialize: biases of 1": ("The biases are not 0.", lambda *arguments: (
        [(W, b + 1) for W, b in network.initialize(*arguments)])),
    "initialize: divided": ("variance of W1", lambda sizes, rng: (
        [(rng.normal(size=(n, k)) / np.sqrt(2 / n), np.zeros((1, k))) for n, k in pairwise(sizes)])),
    "one_hot: text": ("holds text where floats", lambda y, n: ANSWERS["one_hot"](y, n).astype(int).astype(str)),
    "cross_entropy: the smallest score subtracted": ("exp can still overflow", lambda z, y: np.mean(
        np.log(np.exp(s := z - z.min(axis=1, keepdims=True)).sum(axis=1)) - s[np.arange(len(y)), y])),
    "failing: nothing fails": ("You name no array", lambda *arguments: []),
    "repaired: no penalty, the other fault left": ("and so is the penalty", lambda activations, y, layers, _: (
        EXERCISES["repaired"].mistakes[next(s for s in EXERCISES["repaired"].mistakes if s.startswith("The last layer"))](
            activations, y, layers, 0.0))),
    "update: the velocity changed before the lookahead": ("beta comes twice", lambda w, v, gradient, rate, beta: (
        w - rate * (new := (v := beta * v) + (1 - beta) * gradient(w - rate * beta * v)), new)),
    "accuracy: distances": ("the result is -1.375; 0.625", lambda p, y: 1 - np.mean(abs(p - y))),
    "accuracy: the last image alone": ("the result is 0.125; 0.625", lambda p, y: (p[-1] == y[-1]) / len(y)),
    "accuracy: distinct digits": ("the result is 0.5; 0.625", lambda p, y: len({*p.tolist()} & {*y.tolist()}) / len(y)),
    "train: one update too few": ("Is there an update for each batch", lambda X, y, layers, epochs, *rest: (
        ANSWERS["train"](X, y, layers, epochs - 1, *rest))),
    "abstain: one class less": ("has 1 at [1]; -1", lambda p, threshold: p.argmax(axis=1) - (p.max(axis=1) < threshold)),
    "score: accuracy alone": ("the result is 0.6 where a tuple of 2", lambda *arguments: np.float64(
        ANSWERS["score"](*arguments)[1])),
    "score: labels of the first images": ("the result[1] is 0.2; 0.6", lambda a, y: (
        np.mean(a != -1), np.mean((b := a[a != -1]) == y[:len(b)]))),
    "score: over all images": ("counts abstaining as a mistake", lambda a, y: (np.mean(a >= 0), sum(a == y) / len(y))),
}  # fmt: skip


@pytest.mark.parametrize("case", WRITTEN_BY_STUDENTS)
def test_a_mistake_is_recognized_however_it_is_written(case):
    sentence, function = WRITTEN_BY_STUDENTS[case]
    assert sentence in feedback(function, case.split(":")[0])


def test_of_two_mistakes_the_first_to_show_is_named():
    both = feedback(lambda z, y: -np.log(network.softmax(z)[np.arange(len(y)), y]).sum(), "cross_entropy")
    assert both == "✗ cross_entropy is not right yet. You sum over the images. The loss is their mean."


def test_a_single_mistake_is_not_blamed_on_another_example():
    assert "For one row, the result has 1." in feedback(lambda z: network.softmax(z) + (len(z) == 1), "softmax")


# What can be wrong with any function.


def returns(result):
    return lambda z: result(network.softmax(z))


@pytest.mark.parametrize(
    "result, sentence",
    [
        (lambda p: None, "softmax returned None: does it end with a `return`?"),
        (lambda p: p[0], "the result has the shape (3,) where (2, 3) is expected."),
        (lambda p: p.T, "the result has the shape (3, 2) where (2, 3) is expected: that is its transpose."),
        (lambda p: p.round().astype(int), "the result holds integers where floats are expected."),
        (lambda p: p.astype(object), "the result holds object where floats are expected."),
        (lambda p: p.astype(str), "the result holds text where floats are expected."),
        (lambda p: list(p), "the result is a list of 2 where an array of shape (2, 3) is expected."),
        (lambda p: 1.5, "the result has the shape () where (2, 3) is expected."),
        (lambda p: {}, "the result is a dict where an array of shape (2, 3) is expected."),
        (lambda p: p / 0, "the result contains inf."),
        (lambda p: np.where(p > 0.5, np.nan, p), "the result contains nan."),
        (lambda p: 2 * p, "the result is 2 times what it should be."),
        (lambda p: -p, "the result has the wrong sign."),
        (lambda p: p + np.eye(*p.shape), "the result has 1.09 at [0, 0]; 0.09003 is expected."),
    ],
)
def test_a_result_of_the_wrong_kind_shape_or_value_is_described(result, sentence):
    found = feedback(returns(result), "softmax")
    assert found.endswith(sentence), found


def test_a_wrong_number_is_given_with_the_right_one():
    assert "the result is 0.125; 0.625 is expected." in feedback(lambda p, y: 0.2 * np.mean(p == y), "accuracy")


def test_a_property_that_does_not_hold_is_quoted():
    def split_twice(*arguments):
        return [*split(*arguments)[:2], *split(*arguments)[2:]]

    assert 'For 60 numbered images, "an image is in both parts" is True; False is expected.' in feedback(split_twice, "split")


def test_entries_of_lists_and_layers_are_named():
    def initialize(sizes, rng):
        return [Layer(W, b[0]) if i == 1 else Layer(W, b) for i, (W, b) in enumerate(network.initialize(sizes, rng))]

    assert "For three layers, the result[1].bias has the shape (3,) where (1, 3) is expected." in feedback(initialize)
    assert "the result is a list of 3 where a list of 4 is expected" in feedback(
        lambda *arguments: split(*arguments)[:3], "split"
    )


def test_what_is_not_written_yet_is_said():
    def softmax(z):
        raise NotImplementedError  # your code here

    assert feedback(softmax) == "✗ softmax is not written yet. Put your code in place of the line `raise NotImplementedError`."


def test_an_error_is_quoted_with_the_line_of_the_student():
    def softmax(z):
        exp = np.exp(z - z.max(axis=1))  # keepdims is missing
        return exp / exp.sum()

    sentence = feedback(softmax)
    assert sentence.startswith("✗ softmax stopped with ValueError: operands could not be broadcast together")
    assert sentence.endswith("in the line `exp = np.exp(z - z.max(axis=1)) # keepdims is missing`.")


def largest(z):
    return z.max(axis=7)


def test_the_line_is_the_innermost_of_the_student_s_own():
    def softmax(z):
        return np.exp(z - largest(z))

    assert feedback(softmax).endswith("axis 7 is out of bounds for array of dimension 2, in the line `return z.max(axis=7)`.")


@pytest.mark.parametrize("error", [SystemExit, StopIteration, GeneratorExit, RecursionError, MemoryError, AssertionError])
def test_whatever_is_raised_is_a_sentence(error):
    def softmax(z):
        raise error

    assert feedback(softmax) == f"✗ softmax stopped with {error.__name__}, in the line `raise error`."


def test_a_function_with_other_parameters_is_told_so():
    assert "stopped with TypeError" in feedback(lambda z, axis: z, "softmax")


def test_a_whole_number_may_be_an_integer():
    assert "✓" in feedback(lambda p, y: 1 if (p == y).all() else np.mean(p == y), "accuracy")


def test_changing_an_argument_is_noticed_though_the_result_is_right():
    def softmax(z):
        z -= z.max(axis=1, keepdims=True)
        return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)

    assert "returns what it should, but changes its argument z" in feedback(softmax)

    def train(X, y, layers, *settings):
        for new, (W, b) in zip(ANSWERS["train"](X, y, layers, *settings), layers):
            W[:], b[:] = new
        return layers

    assert "changes its argument layers" in feedback(train)
    assert "changes its argument everything" in feedback(lambda *everything: train(*everything), "train")

    def forward(X, layers):
        activations = network.forward(X, layers)
        layers.clear()
        return activations

    assert "changes its argument layers" in feedback(forward)


def wait_for_threads(number):
    """Fail if a thread goes on: an end that was asked for takes a moment."""
    start = time.monotonic()
    while threading.active_count() > number:
        assert time.monotonic() - start < 10
        time.sleep(0.01)


def test_a_loop_that_never_ends_is_stopped_and_its_line_named():
    def softmax(z):
        rows = 0
        while rows < 1:
            z = z + 1

    before = threading.active_count()
    start = time.monotonic()
    sentence = feedback(softmax, seconds=0.5)
    assert time.monotonic() - start < 5
    assert "✗ softmax was stopped after 0.5 seconds, in the line `" in sentence
    assert "while rows < 1" in sentence or "z = z + 1" in sentence
    wait_for_threads(before)


def test_code_that_catches_exceptions_is_stopped_too():
    def softmax(z):
        try:
            while True:
                pass
        except Exception:
            return "caught"
        except BaseException:
            while True:
                pass

    before = threading.active_count()
    assert "was stopped after 0.2 seconds" in feedback(softmax, seconds=0.2)
    wait_for_threads(before)


def test_a_call_that_cannot_be_stopped_does_not_hold_up_the_feedback(capsys):
    end = threading.Event()

    def softmax(z):
        end.wait(60)

    before, start = threading.active_count(), time.monotonic()
    assert "was stopped after 0.2 seconds" in feedback(softmax, seconds=0.2)
    assert time.monotonic() - start < 30
    assert threading.active_count() == before + 1
    print("still seen")  # although the function still runs, its output is no longer taken away
    assert capsys.readouterr().out == "still seen\n"
    end.set()
    wait_for_threads(before)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a thread")
def test_an_interrupt_by_the_reader_ends_the_check_and_the_function():
    before = threading.active_count()

    def softmax(z):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        while True:
            pass

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        feedback(softmax, seconds=60)
    assert time.monotonic() - start < 30
    wait_for_threads(before)


def test_what_the_function_prints_is_shown_but_not_megabytes(capsys):
    def softmax(z):
        print("z is", z.shape)
        return ANSWERS["softmax"](z)

    assert feedback(softmax).startswith("Your function printed: z is (2, 3) z is (1, 3)")

    def softmax(z):
        print("x" * 1_000_000)
        return ANSWERS["softmax"](z)

    sentence = feedback(softmax)
    assert len(sentence) < 1000 and "characters more" in sentence and "✓ softmax is right" in sentence
    assert capsys.readouterr().out == ""


def test_warnings_are_left_out_because_the_result_shows_the_trouble(capsys):
    def softmax(z):
        warnings.warn("from the student", stacklevel=1)
        return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)

    assert "exp overflows" in feedback(softmax)
    assert capsys.readouterr() == ("", "")


class Odd:
    def __eq__(self, other):
        raise RuntimeError("odd")

    __hash__ = None


@pytest.mark.parametrize("name", ["softmax", "forward", "split", "score"])
@pytest.mark.parametrize(
    "result",
    ["", "W1", b"", 0, 1.5, True, 1j, (), [], [[1], [1, 2]], {}, {1}, object(), Odd(), [Odd()] * 4, np.array(None), np.zeros(0),
     np.float64("nan"), iter([1]), lambda: 1, np.array([Odd()]), [None] * 3, (None, None), np.zeros((2, 2), "datetime64[s]")],
    ids=lambda result: re.sub(" at 0x[0-9a-f]+", "", repr(result)),
)  # fmt: skip
def test_odd_results_are_described(name, result):
    sentence = feedback(lambda *arguments: result, name)
    assert sentence.startswith("✗ ") and len(sentence) < 400


@pytest.mark.parametrize("name", EXERCISES)
def test_a_hopeless_answer_is_fast(name):
    """All mistakes are tried before the general sentence."""
    right = EXERCISES[name].right
    start = time.monotonic()
    feedback(lambda *arguments: [right(*arguments)], name)
    assert time.monotonic() - start < 5


def test_difference_is_none_within_rounding_and_exact_for_integers():
    assert difference(np.ones(3), np.ones(3) + 1e-9) is None
    assert difference(np.ones(3), np.ones(3) + 1e-6) == "the result has 1.000001 at [0]; 1 is expected"
    assert difference(np.ones(3), np.ones(3, "float32") + np.float32(1e-5)) is None
    assert difference(1000, np.int32(1001)) is not None
    assert difference({"a": 1}, {"a": np.uint8(1)}) is None


def test_check_prints_one_answer_in_lines_of_eighty_characters(capsys):
    check(ANSWERS["softmax"])
    printed = capsys.readouterr().out
    assert printed.startswith("✓ softmax is right") and max(map(len, printed.splitlines())) <= 80


@pytest.mark.parametrize(
    "function, printed",
    [
        (mnist_mlp.softmax, "This is the course's own softmax. Write yours.\n"),
        (network.forward, "This is the course's own forward. Write yours.\n"),
        (lambda z: z, "check knows no exercise for <lambda>. It knows: split, "),
        (3, "check knows no exercise for 3. It knows: "),
    ],
)
def test_check_says_what_it_cannot_judge(function, printed, capsys):
    check(function)
    assert capsys.readouterr().out.startswith(printed)
