"""Programs: a graph that was recorded once, as straight-line code that runs many times."""
