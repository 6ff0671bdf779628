"""A 784-104-64-10 network for MNIST from scratch, in NumPy.

Data flows through the modules in this order: data, network, loss, backprop, optimizers, blocks, training, metrics.
"""

from mnist_mlp.backprop import back_prop, gradient_check
from mnist_mlp.cache import train_cached
from mnist_mlp.data import Mnist, load_mnist, split_validation
from mnist_mlp.loss import compute_loss, cross_entropy, l2_penalty, one_hot_encode
from mnist_mlp.metrics import get_accuracy, get_predictions
from mnist_mlp.network import Layer, forward, initialize, predict, relu, relu_deriv, scale, softmax
from mnist_mlp.optimizers import look_ahead, update_params_nag
from mnist_mlp.training import TrainingResult, train

__all__ = [
    "Layer",
    "Mnist",
    "TrainingResult",
    "back_prop",
    "compute_loss",
    "cross_entropy",
    "forward",
    "get_accuracy",
    "get_predictions",
    "gradient_check",
    "initialize",
    "l2_penalty",
    "load_mnist",
    "look_ahead",
    "one_hot_encode",
    "predict",
    "relu",
    "relu_deriv",
    "scale",
    "softmax",
    "split_validation",
    "train",
    "train_cached",
    "update_params_nag",
]
