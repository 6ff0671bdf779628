"""One contender of `make bench`, measured in its own process.

``python contenders.py '{"contender": "original", "rows": 60000, "batch_size": null, "epochs": 3, "dtype": "float64"}'`` prints
seconds per epoch and peak memory as JSON. A contender is a function of the images, the labels, the batch size and the dtype; it
prepares its data and returns a function that trains for some epochs.
"""

import json
import sys
import tempfile
import time
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "helpers"))

SIZES = (784, 104, 64, 10)
LEARNING_RATE, BETA, LAMBDA = 0.01, 0.9, 0.01
# The course's velocity is an average, so its learning_rate * (1 - beta) corresponds to the libraries' learning rate.
LIBRARY_RATE = LEARNING_RATE * (1 - BETA)
DENSE_GFLOP = 22.2  # one pass over 60,000 images, forward and back, blank pixels and all: counted in notebook 9


def original(X, y, batch_size, dtype):
    """The published cells as they are: two gradients per update, one of them unused (but no second copy of the pixels)."""
    # Not `from helpers`, whose own imports would count as the original's memory.
    import original as published

    images, labels = X / 255.0, y.astype(int)

    def run(epochs):
        parameters = published.initialize(np.random.RandomState(0))
        velocities = [np.zeros_like(p) for p in parameters]
        for _ in range(epochs):
            states = published.forward(images, *parameters)
            published.back_prop(images, labels, *states, *parameters[::2], LAMBDA)
            ahead = [p - BETA * v for p, v in zip(parameters, velocities)]
            gradients = published.back_prop(images, labels, *published.forward(images, *ahead), *ahead[::2], LAMBDA)
            velocities = [BETA * v + (1 - BETA) * g for v, g in zip(velocities, gradients)]
            for p, v in zip(parameters, velocities):
                p -= LEARNING_RATE * v

    return run


def ours(X, y, batch_size, dtype):
    """`mnist_mlp.train` on uint8 pixels."""
    from mnist_mlp import train

    def run(epochs):
        train(X, y, epochs=epochs, batch_size=batch_size, dtype=dtype, record_every=epochs)

    return run


def scikit_learn(X, y, batch_size, dtype):
    """`sklearn.neural_network.MLPClassifier`, SGD with Nesterov momentum."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    images = scaled(X, dtype)

    def run(epochs):
        MLPClassifier(
            SIZES[1:-1], solver="sgd", learning_rate_init=LIBRARY_RATE, momentum=BETA, nesterovs_momentum=True, alpha=LAMBDA,
            batch_size=batch_size or len(X), max_iter=epochs, n_iter_no_change=epochs + 1, shuffle=bool(batch_size),
        ).fit(images, y)  # fmt: skip

    return run


def pytorch(X, y, batch_size, dtype):
    """`torch.nn.Linear` layers and `torch.optim.SGD`, on all cores."""
    import torch

    images, labels = torch.from_numpy(scaled(X, dtype)), torch.from_numpy(y.astype(np.int64))
    pairs = [(torch.nn.Linear(n_in, n_out), torch.nn.ReLU()) for n_in, n_out in pairwise(SIZES)]
    network = torch.nn.Sequential(*[module for pair in pairs for module in pair][:-1]).to(images.dtype)
    # The penalty is on the weights alone; weight_decay would take the biases as well.
    weights, biases = ([getattr(linear, name) for linear, _ in pairs] for name in ("weight", "bias"))
    groups = [{"params": weights, "weight_decay": LAMBDA / (batch_size or len(X))}, {"params": biases}]
    optimizer = torch.optim.SGD(groups, LIBRARY_RATE, momentum=BETA, nesterov=True)

    def update(batch, targets):
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(batch), targets).backward()
        optimizer.step()

    def run(epochs):
        for _ in range(epochs):
            if not batch_size:
                update(images, labels)
                continue
            for rows in torch.randperm(len(X)).split(batch_size):
                update(images[rows], labels[rows])

    return run


def dense_floor(X, y, batch_size, dtype):
    """As many square matrix products as make the arithmetic of one pass: no dense NumPy code can be faster."""
    matrix = np.random.default_rng(0).random((2000, 2000)).astype(dtype)
    gflop_a_product = 2 * 2000**3 / 1e9

    def run(epochs):
        for _ in range(round(epochs * DENSE_GFLOP * len(X) / 60_000 / gflop_a_product)):
            matrix @ matrix

    return run


def scaled(X, dtype):
    images = X.astype(dtype)
    images /= 255
    return images


def images_and_labels(rows):
    """The first training images, or, beyond 60,000, all of them again and again in a file that is mapped into memory."""
    from mnist_mlp import load_mnist

    X, y, *_ = load_mnist()
    if rows <= len(X):
        return X[:rows], y[:rows]
    file = tempfile.TemporaryFile()
    for start in range(0, rows, len(X)):
        file.write(X[: rows - start])
    file.flush()
    return np.memmap(file, np.uint8, "r", shape=(rows, X.shape[1])), np.resize(y, rows)


def measure(contender, rows, batch_size, epochs, dtype):
    """Seconds per epoch, without set-up, and the peak memory of this process in MB."""
    run = CONTENDERS[contender](*images_and_labels(rows), batch_size, dtype)
    run(1)
    seconds = [_seconds(run, n) for n in (1, 1 + epochs)]
    return {"seconds": (seconds[1] - seconds[0]) / epochs, "peak_mb": _peak_memory() / 1e6}


def _seconds(run, epochs):
    start = time.perf_counter()
    run(epochs)
    return time.perf_counter() - start


def _peak_memory():
    if sys.platform == "win32":
        import psutil

        return psutil.Process().memory_info().peak_wset
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


CONTENDERS = {
    "original": original,
    "ours": ours,
    "scikit-learn": scikit_learn,
    "PyTorch": pytorch,
    "dense floor": dense_floor,
}

if __name__ == "__main__":
    print(json.dumps(measure(**json.loads(sys.argv[1]))))
