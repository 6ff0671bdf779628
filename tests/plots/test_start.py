from helpers.pictures import picture

from mnist_mlp import plots


@picture
def test_draw_network(mnist):
    return plots.draw_network(mnist.X_test[0], (784, 104, 64, 10), "784 pixels in, ten probabilities out")
