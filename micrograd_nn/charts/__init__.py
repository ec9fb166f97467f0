"""Charts: curves and maps of decisions as plain SVG, for pages, notebooks and files. See `plot` for those of a run.

>>> from micrograd_nn import charts
>>> charts.line_chart({"loss": [0.7, 0.2, 0.1]})
<Chart: loss by epoch: loss from 0.7 to 0.1>
"""

from .chart import Chart, beside
from .decision_map import decision_map
from .line_chart import line_chart

__all__ = ["Chart", "beside", "decision_map", "line_chart"]
