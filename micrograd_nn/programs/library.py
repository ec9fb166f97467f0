"""What written source needs beside its lines: definitions, and imports."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from .. import functions
from ..op import TABLE
from .quietly import quiet, quotient

Imports: TypeAlias = Mapping[str, Mapping[str, str]]  # module, and under each name what to import: "arctan as atan"

MATH = ("exp", "log", "sqrt", "expm1", "log1p", "sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "erf")
OWN = ("sigmoid", "softplus", "relu", "leaky_relu", "elu", "silu", "gelu", "power")  # what Python's math has not


STAND_INS: dict[str, Any] = {name: TABLE[name].forward for name in OWN} | {
    function.__name__: function for function in (functions.larger, functions.smaller, quotient, quiet)
}


def in_python() -> dict[str, str]:
    """Definitions for Python: the functions of this package, each before its users, and the names they go by."""
    found = {function.__name__: definition(function) for function in STAND_INS.values()}
    return found | {name: f"{name} = {f.__name__}\n" for name, f in STAND_INS.items() if name != f.__name__}


def definition(function: Any) -> str:
    """A function's text, without its example."""
    return re.sub(r'\n\n    >>>.*?"""', '\n    """', inspect.getsource(function), flags=re.DOTALL)


FOR_PYTHON: Imports = {
    "collections.abc": {"Callable": "Callable"},
    "math": {name: name for name in (*MATH, "inf", "nan")},
}

ON_ARRAYS = {
    "softplus": "def softplus(x):\n    return larger(x, number(0.0)) + log1p(exp(-abs(x)))\n",
    "relu": "def relu(x):\n    return where(x <= 0, number(0.0), x)\n",
    "leaky_relu": "def leaky_relu(x, slope):\n    return where(x > 0, x, slope * x)\n",
    "elu": "def elu(x):\n    return where(x > 0, x, expm1(x))\n",
    "silu": "def silu(x):\n    return x * sigmoid(x)\n",
    "gelu": "def gelu(x):\n    return x * erfc(-x / 2**0.5) / 2\n",
    "power": "def power(x, y):\n    return where((x == x) & (y == y), x**y, number(nan))\n",
}
IN_TORCH = {"number": "def number(x):\n    return torch.as_tensor(x, dtype=torch.float64)\n"} | ON_ARRAYS
FOR_TORCH: Imports = {
    "math": {"inf": "inf", "nan": "nan"},
    "torch": {name: name for name in (*MATH, "sigmoid", "erfc", "where")}
    | {"larger": "maximum as larger", "smaller": "minimum as smaller"},
}
IN_JAX = {
    "number": 'jax.config.update("jax_enable_x64", True)\n\n\n'
    'def number(x):\n    return jax.numpy.asarray(x, dtype="float64")\n'
} | ON_ARRAYS
FOR_JAX: Imports = {
    "jax.nn": {"sigmoid": "sigmoid"},
    "jax.numpy": {name: name for name in (*MATH, "where") if name != "erf"}
    | {"atan": "arctan as atan", "larger": "maximum as larger", "smaller": "minimum as smaller"},
    "jax.scipy.special": {"erf": "erf", "erfc": "erfc"},
    "math": {"inf": "inf", "nan": "nan"},
}
WORDS = ("program", "parameters", "inputs", "outputs", "gradients", "abs", "map", "float", "ValueError")
TAKEN = {
    *STAND_INS,
    *[f.__name__ for f in STAND_INS.values()],
    *IN_TORCH,
    *MATH,
    *WORDS,
    "erfc",
    "where",
    "inf",
    "nan",
    "math",
    "torch",
    "jax",
}


def with_definitions(body: str, definitions: dict[str, str], imports: Imports) -> str:
    """The text behind the imports and the definitions that it needs."""
    code = re.sub(r"raise ValueError\(.*", "", body)  # what a check says holds any words, such as a file's name
    used = set(re.findall(r"[A-Za-z_]\w*", code))
    for name in reversed(definitions):  # each uses only those before it
        if name in used:
            used.update(names_in(definitions[name]))
    carried = [text for name, text in definitions.items() if name in used]
    heading = "".join([f"{line}\n" for line in import_lines(used, imports)])
    return "\n\n".join([heading, *carried, body])


def names_in(text: str) -> set[str]:
    """The names that a text uses."""
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


def import_lines(used: Collection[str], imports: Imports) -> Iterator[str]:
    """The import statements for the names that are used."""
    for module in ("math", "torch", "jax"):
        if module in used:
            yield f"import {module}"
    for module, names in imports.items():
        if wanted := [text for name, text in names.items() if name in used]:
            yield f"from {module} import {', '.join(wanted)}"
