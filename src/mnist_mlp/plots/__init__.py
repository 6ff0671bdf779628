"""Every figure of the course: data in, matplotlib Figure out. A parameter ``title`` is the figure's heading."""
# ruff: noqa: F401 - re-exported

from mnist_mlp.plots.activations import draw_regions, draw_relu, draw_softmax
from mnist_mlp.plots.back_prop import draw_gradient_pictures, draw_graph
from mnist_mlp.plots.curves import draw_curves
from mnist_mlp.plots.draw_a_digit import draw_pictures
from mnist_mlp.plots.evaluate import draw_confusion, draw_plane, draw_weights
from mnist_mlp.plots.forward import draw_activations
from mnist_mlp.plots.initialize import draw_spreads
from mnist_mlp.plots.load_mnist import draw_class_balance, draw_digits, draw_ink, draw_means
from mnist_mlp.plots.metrics import draw_class_accuracy
from mnist_mlp.plots.one_hot_encode import draw_losses
from mnist_mlp.plots.predict import draw_calibration, draw_predictions, draw_probabilities
from mnist_mlp.plots.start import draw_network
from mnist_mlp.plots.sweep import draw_best_and_worst, draw_heat_map, draw_profiles
from mnist_mlp.plots.train import draw_class_history, draw_loss, draw_work
from mnist_mlp.plots.update_params_nag import draw_error_factors, draw_lookahead, draw_paths
