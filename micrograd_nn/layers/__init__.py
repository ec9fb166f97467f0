"""Layers beside the fully connected one: for images, for sequences, for text.

Images: Conv1d, Conv2d, MaxPool1d, MaxPool2d, AveragePool1d, AveragePool2d, Flatten.
Sequences: RNN, GRU, LSTM with their cells, Last, TimeDistributed.
Text: Embedding, PositionalEmbedding, MultiHeadAttention, TransformerBlock, GPT.
Norms: LayerNorm, RMSNorm, BatchNorm. Sequential joins what follows one another.

>>> from micrograd_nn import Layer, layers
>>> model = layers.Sequential(layers.LSTM(2, 3, seed=1), layers.Last(), Layer(3, 1, "linear", seed=2))
>>> model([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]).label
'layer3.neuron1.z'
"""

from .attention import scaled_dot_product_attention
from .attention_weights import attention_weights
from .batch_norm import BatchNorm
from .convolution import Conv1d, Conv2d
from .embedding import Embedding, PositionalEmbedding, sinusoids
from .gated import GRUCell, LSTMCell
from .gpt import GPT
from .heads import MultiHeadAttention
from .norms import LayerNorm, RMSNorm
from .pooling import AveragePool1d, AveragePool2d, Flatten, MaxPool1d, MaxPool2d
from .recurrent import RNNCell
from .sequential import Last, Sequential, TimeDistributed
from .transformer import TransformerBlock
from .unrolled import GRU, LSTM, RNN

__all__ = [
    "Sequential",
    "Flatten",
    "Last",
    "TimeDistributed",
    "Conv1d",
    "Conv2d",
    "MaxPool1d",
    "MaxPool2d",
    "AveragePool1d",
    "AveragePool2d",
    "RNN",
    "GRU",
    "LSTM",
    "RNNCell",
    "GRUCell",
    "LSTMCell",
    "Embedding",
    "PositionalEmbedding",
    "sinusoids",
    "LayerNorm",
    "RMSNorm",
    "BatchNorm",
    "scaled_dot_product_attention",
    "attention_weights",
    "MultiHeadAttention",
    "TransformerBlock",
    "GPT",
]
