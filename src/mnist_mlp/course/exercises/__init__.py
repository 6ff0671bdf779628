"""The exercises that students write, and instant feedback on them."""

import inspect

from mnist_mlp.course.exercises import (
    activations,
    backward,
    confidence,
    data,
    forward_pass,
    initialization,
    loss,
    metrics,
    momentum,
    training,
)
from mnist_mlp.course.exercises.feedback import assess

MODULES = (data, initialization, activations, forward_pass, loss, backward, momentum, metrics, training, confidence)
EXERCISES = {name: exercise for module in MODULES for name, exercise in module.EXERCISES.items()}


def check(function):
    """Print whether a function that you wrote is right, or what is wrong with it.

    Parameters
    ----------
    function : callable
        Your function, under the name that the exercise gives it.
    """
    print(_answer(function))


def _answer(function):
    name = getattr(function, "__name__", None)
    if name not in EXERCISES:
        return f"check knows no exercise for {name or function}. It knows: {', '.join(EXERCISES)}."
    if str(inspect.unwrap(function).__module__).startswith("mnist_mlp"):
        return f"This is the course's own {name}. Write yours."
    return assess(function, EXERCISES[name], name).sentence
