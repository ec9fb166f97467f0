"""The five types of network as graphs, each small enough to read. The pictures are pictures/31_….svg.

A convolution uses its kernel at nine places, and the gradients of nine uses add up. A recurrent network is unrolled, a
frame for each time step; the dashed boxes are the same three parameters at every one. An LSTM's cell has four gates. In
attention every token weighs the tokens; the weights can be read off the graph.
"""

from pathlib import Path

from micrograd_nn import MLP, draw, total
from micrograd_nn.layers import RNN, Conv2d, LSTMCell, MultiHeadAttention, attention_weights


def feedforward():
    loss = (MLP(2, [2, 1], seed=1)([1.0, -0.5]) - 1.0) ** 2
    loss.label = "loss"
    return loss


def convolutional():
    one = [[0, 0, 1, 0, 0], [0, 1, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [0, 1, 1, 1, 0]]
    (found,) = Conv2d(1, 1, 3, activation="tanh", seed=1)([one])
    output = total([a for row in found for a in row])
    output.label = "sum"
    return output


def recurrent():
    return RNN(1, 1, seed=3)([1.0, 0.5, -1.0])[-1][0]


def lstm():
    h, _ = LSTMCell(1, 1, seed=1)([1.0], ([0.5], [-0.5]))
    return h[0]


def transformer():
    return MultiHeadAttention(1, n_heads=1, seed=2)([[1.0], [-0.5]])[-1][0]


def main():
    folder = Path("pictures")
    folder.mkdir(exist_ok=True)
    for network in (feedforward, convolutional, recurrent, lstm, transformer):
        output = network()
        output.backward()
        print("wrote", draw(output).save(folder / f"31_{network.__name__}.svg"))
    print("attention of the second token:", attention_weights(transformer())["head1"][1])


if __name__ == "__main__":
    main()
