"""What several test files share."""

import numpy as np
import pytest

from mnist_mlp import load_mnist


@pytest.fixture(scope="session")
def mnist():
    data = load_mnist()
    for array in data:
        array.flags.writeable = False
    return data


@pytest.fixture
def rng():
    return np.random.default_rng(0)
