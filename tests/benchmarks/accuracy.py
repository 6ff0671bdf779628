"""Time and updates until the test accuracy reaches the original's; prints JSON.

``accuracy.py '{"recipe": true}'`` follows the original's recipe, ``'{"recipe": false}'`` uses mini-batches.
"""

import json
import sys
import time

import numpy as np

from mnist_mlp import get_accuracy, initialize, load_mnist, predict, train

GOAL = 0.9006
mnist = load_mnist()


def accuracy(layers):
    return get_accuracy(predict(mnist.X_test, layers), mnist.y_test)


def recipe():
    """Updates until the goal, evaluated after every tenth, and the seconds without the evaluations."""
    begin, evaluating, found = time.perf_counter(), 0.0, {}

    def evaluate(layers):
        nonlocal evaluating
        start = time.perf_counter()
        row = {"accuracy": accuracy(layers)}
        evaluating += time.perf_counter() - start
        return row

    def stop_the_clock(row):
        if row["accuracy"] >= GOAL and not found:
            found.update(updates=row["epoch"], seconds=time.perf_counter() - begin - evaluating)

    layers = initialize((784, 104, 64, 10), np.random.RandomState(0), "float32")
    train(mnist.X_train, mnist.y_train, layers=layers, epochs=1000, dtype="float32", metrics=evaluate, progress=stop_the_clock)
    return found


def batches(batch_size=128):
    """The fewest mini-batches that reach the goal in one pass, and the seconds of a training on just those."""
    settings = dict(epochs=1, batch_size=batch_size, learning_rate=1.0, lookahead="consistent", dtype="float32")
    for updates in range(10, 469, 10):
        X, y = mnist.X_train[: updates * batch_size], mnist.y_train[: updates * batch_size]
        start = time.perf_counter()
        result = train(X, y, **settings)
        seconds = time.perf_counter() - start
        if accuracy(result.layers) >= GOAL:
            return {"updates": updates, "seconds": seconds}
    raise RuntimeError("one pass in mini-batches does not reach the goal")


print(json.dumps(recipe() if json.loads(sys.argv[1])["recipe"] else batches()))
