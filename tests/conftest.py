"""What every test shares: how hard hypothesis looks, and whether pictures can be rendered."""

import os
import shutil

import pytest
from hypothesis import settings

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture
def renderer():
    """Skips a test where no picture can be rendered."""
    pytest.importorskip("graphviz")
    if not shutil.which("dot"):
        pytest.importorskip("pygraphviz")
