"""Parameters as they were after some epochs: enough of them to show how a model learned, never too many to keep."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

MOST = 200


class Snapshots(dict[int, "array[float]"]):
    """The data of all parameters by the number of the epoch; when there are too many, every second one is dropped.

    >>> snapshots = Snapshots(most=4)
    >>> for epoch in range(10):
    ...     snapshots.take(epoch, [0.1 * epoch])
    >>> list(snapshots)
    [0, 4, 8]
    """

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self.most, self.every = most, 1

    def take(self, epoch: int, parameters: Iterable[float]) -> None:
        """Keep the parameters if it is the turn of this epoch."""
        if epoch % self.every == 0:
            self[epoch] = array("d", parameters)
        while len(self) > self.most:
            self.every *= 2
            for number in [number for number in self if number % self.every]:
                del self[number]
