"""A 784-104-64-10 network for MNIST from scratch, in NumPy.

This is the public API. It checks arguments: a bad one raises a TypeError or ValueError that names it, its value and what was
expected. The modules hold the same functions without checks and call each other directly. In the order of the data flow: data,
network, loss, backprop, optimizers, metrics, engine, diagnosis, training, cache, handwriting.
"""

from mnist_mlp import augment, backprop, cache, data, handwriting, loss, metrics, network, optimizers, training
from mnist_mlp import validation as check
from mnist_mlp.data import Mnist
from mnist_mlp.diagnosis import TrainingWarning
from mnist_mlp.network import Layer
from mnist_mlp.training import TrainingResult
from mnist_mlp.validation import validated

__all__ = [
    "Layer",
    "Mnist",
    "TrainingResult",
    "TrainingWarning",
    "back_prop",
    "compute_loss",
    "cross_entropy",
    "draw_strokes",
    "forward",
    "get_accuracy",
    "get_augmentation",
    "get_predictions",
    "gradient_check",
    "initialize",
    "l2_penalty",
    "like_mnist",
    "load_layers",
    "load_mnist",
    "look_ahead",
    "one_hot_encode",
    "predict",
    "random_affine",
    "random_elastic",
    "random_shift",
    "read_picture",
    "relu",
    "relu_deriv",
    "save_layers",
    "scale",
    "scheduled_rate",
    "shifted_copies",
    "softmax",
    "split_validation",
    "train",
    "train_cached",
    "update_params_nag",
]

# Arguments that several functions share.
_after_forward = dict(
    layers=check.layers(),
    activations=check.activations,
    y=check.labels(check.n_images, check.n_outputs),
    lambda_reg=check.non_negative,
)
_update = dict(
    layers=check.layers(),
    velocities=check.layers(like="layers"),
    learning_rate=check.positive,
    beta=check.fraction,
    lookahead=check.lookahead,
)
_training = dict(
    layer_sizes=check.layer_sizes,
    X=check.images(lambda arguments: arguments["layer_sizes"][0]),
    y=check.labels(check.rows_of("X"), lambda arguments: arguments["layer_sizes"][-1]),
    epochs=check.integer(0),
    learning_rate=check.positive,
    lambda_reg=check.non_negative,
    beta=check.fraction,
    batch_size=check.optional(check.integer(1, check.rows_of("X"))),
    lookahead=check.lookahead,
    seed=check.seed,
    dtype=check.dtype_name,
    layers=check.optional(check.initial_layers),
    threads=check.optional(check.count),
    record_every=check.count,
    metrics=check.optional(check.metrics),
    progress=check.optional(check.function),
    schedule=check.schedule,
    augment=check.optional(check.augment),
)

# The public functions and the checks of their arguments.
load_mnist = validated(data.load_mnist, source=check.path("'bundled', 'openml' or a folder"))
split_validation = validated(
    data.split_validation,
    X=check.matrix(),
    y=check.labels(check.rows_of("X")),
    n_validation=check.integer(0, lambda arguments: len(arguments["X"]) - 1),
    seed=check.seed,
)
initialize = validated(network.initialize, layer_sizes=check.layer_sizes, rng=check.generator, dtype=check.dtype_name)
relu = validated(network.relu, z=check.array())
relu_deriv = validated(network.relu_deriv, z=check.array())
softmax = validated(network.softmax, z=check.floats(check.matrix()))
forward = validated(network.forward, layers=check.layers(), X=check.matrix("f", check.n_inputs))
predict = validated(network.predict, layers=check.finite_layers, X=check.images(check.n_inputs))
scale = validated(network.scale, X=check.pixels, dtype=check.dtype)
save_layers = validated(network.save_layers, path=check.path("a file"), layers=check.layers())
load_layers = validated(network.load_layers, path=check.path("a file"))
one_hot_encode = validated(
    loss.one_hot_encode,
    num_classes=check.count,
    y=check.labels(classes=lambda arguments: arguments["num_classes"]),
    dtype=check.dtype,
)
cross_entropy = validated(
    loss.cross_entropy,
    logits=check.floats(check.matrix()),
    y=check.labels(check.rows_of("logits"), lambda arguments: arguments["logits"].shape[1]),
)
l2_penalty = validated(loss.l2_penalty, layers=check.layers(), lambda_reg=check.non_negative, m=check.count)
compute_loss = validated(loss.compute_loss, **_after_forward)
back_prop = validated(backprop.back_prop, **_after_forward)
gradient_check = validated(
    backprop.gradient_check,
    layers=check.float64_layers,
    X=check.finite(check.matrix("f", check.n_inputs)),
    y=check.labels(check.rows_of("X"), check.n_outputs),
    lambda_reg=check.non_negative,
    gradients=check.optional(check.layers(like="layers")),
    step=check.positive,
    n_entries=check.count,
    seed=check.seed,
)
look_ahead = validated(optimizers.look_ahead, **_update)
update_params_nag = validated(optimizers.update_params_nag, **_update, gradient=check.gradient)
scheduled_rate = validated(
    optimizers.scheduled_rate, learning_rate=check.positive, fraction=check.proportion, schedule=check.schedule
)
_augment = dict(pixels=check.square_images, rng=check.generator)
random_shift = validated(augment.random_shift, **_augment, reach=check.integer(0))
shifted_copies = validated(augment.shifted_copies, pixels=check.square_images, reach=check.integer(0))
_affine = _augment | dict.fromkeys(("rotation", "scale", "shear", "shift"), check.non_negative)
random_affine = validated(augment.random_affine, **_affine)
random_elastic = validated(augment.random_elastic, **_affine, strength=check.non_negative, smoothness=check.positive)
get_augmentation = validated(augment.get_augmentation, name=check.augmentation)
get_predictions = validated(metrics.get_predictions, probabilities=check.finite(check.matrix()))
get_accuracy = validated(metrics.get_accuracy, predictions=check.array("ui"), labels=check.answers)
train = validated(training.train, **_training)
train_cached = validated(
    cache.train_cached, **{**_training, "metrics": check.unset("its results would not be cached; use train")}
)
read_picture = validated(handwriting.read_picture, source=check.picture_file)
draw_strokes = validated(handwriting.draw_strokes, strokes=check.strokes, width=check.count)
like_mnist = validated(handwriting.like_mnist, picture=check.picture)
