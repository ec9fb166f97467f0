"""Layers beside the fully connected one: for images, for sequences, for text.

>>> from micrograd_nn import Layer, layers
>>> model = layers.Sequential(layers.TimeDistributed(Layer(2, 3, seed=1)), layers.Last(), Layer(3, 1, seed=2))
>>> model([[1.0, 0.0], [0.0, 1.0]]).label
'layer3.neuron1.a'
"""

from .sequential import Last, Sequential, TimeDistributed

__all__ = ["Sequential", "Last", "TimeDistributed"]
