"""The habits of the house: imports one way, one chain rule, small functions, documented names, a light import."""

import ast
import doctest
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import micrograd_nn

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "micrograd_nn"
READING_ORDER = [  # each imports only from those before it
    *("op", "functions", "ops", "contexts", "sources", "watching", "graph", "errors", "backward"),
    *("no_grad", "value", "gradcheck"),
    *("module", "settings", "initial", "collector", "dropout", "nn"),
    *("quoting", "places", "formulas", "names", "forward", "steps", "mistakes", "breakpoints", "walk"),
    *("letters", "notation", "groups", "uses", "ledger", "terms", "explanation", "explain", "sums", "paths"),
    *("evidence", "over_time", "symptoms", "diagnose"),
    *("tree", "files", "render", "drawing", "boxes", "looks", "frames", "neighbourhood", "scene", "turns"),
    *("layout", "picture", "stepped", "draw"),
    *("svg", "animate", "web_page", "page_data", "page", "screen", "prompt", "debugger"),
    *("losses.pairing", "losses.distances", "losses.two_classes", "losses.many_classes"),
    *("losses.penalties", "losses.by_name", "losses"),
    *("layers.shapes", "layers.vectors", "layers.sequential", "layers.windows", "layers.convolution", "layers.pooling"),
    *("layers.recurrent", "layers.gated", "layers.unrolled", "layers.embedding", "layers.norms"),
    *(
        "layers.batch_norm",
        "layers.attention",
        "layers.attention_weights",
        "layers.heads",
        "layers.transformer",
        "layers.gpt",
        "layers",
    ),
    *("optim.schedule", "optim.schedules", "optim.state", "optim.optimizer"),
    *("optim.descent", "optim.adaptive", "optim.clipping", "optim"),
    *("programs.listing", "programs.tape", "programs.rewriting", "programs.symbols", "programs.branches"),
    *(
        "programs.finishing",
        "programs.evaluate",
        "programs.own",
        "programs.patterns",
        "programs.growing",
        "programs.tracing",
        "programs.recording",
        "programs.updates",
    ),
    *("programs.checks", "programs.guarded", "programs.failures", "programs.needed"),
    *("programs.quietly", "programs.spelling", "programs.python_code", "programs.python_function"),
    *("programs.python_lanes", "programs.identifiers", "programs.library", "programs.source", "programs.dialects"),
    *("programs.runs", "programs.stretches", "programs.joining", "programs.lanes", "programs.kinds"),
    *("programs.arranging", "programs.memory", "programs.adding", "programs.planning", "programs.whole"),
    *("programs.private", "programs.building", "programs.native"),
    *("programs.backends", "programs.rows", "programs.program", "programs.compiling", "programs"),
    *("section", "document", "data.checks", "data.logic", "data.sequences", "data.shapes", "data.swirls"),
    *(
        "data.cells",
        "data.sheet",
        "data.tables",
        "data.flowers",
        "data.handwriting",
        "data.scaling",
        "data.splitting",
        "data.preparation",
        "data",
    ),
    *("language.names", "language.vocabulary", "language.sampling", "language"),
    *("training.decisions", "training.epochs", "training.snapshots", "training.descent", "training.run"),
    *("training.example_rows", "training.common_graph", "training.array_rules", "training.array_norm"),
    *(
        "training.array_measures",
        "training.array_steps",
        "training.compiled",
        "training.train",
        "training.progress",
        "training",
    ),
    *("saving.kinds", "saving.architecture", "saving.model_file", "saving.checkpoint", "saving.save", "saving"),
    *(
        "charts.scales",
        "charts.palette",
        "charts.marks",
        "charts.chart",
        "charts.frame",
        "charts.line_chart",
        "charts.heat_map",
    ),
    *("charts.contours", "charts.plane", "charts.decision_map", "charts", "plot", "through_time"),
    *("report_frames", "report_data", "report"),
    *("tour", "expressions", "commands.expression"),
    *(
        "commands.wording",
        "commands.goals",
        "commands.task",
        "commands.rows",
        "commands.tables",
        "commands.images",
        "commands.texts",
        "commands.sequences",
        "commands.tasks",
        "commands.train_options",
        "commands.train",
        "commands.saved",
        "commands.predict",
        "commands.sample",
        "commands",
    ),
    *("__init__", "__main__"),
]


def name_of(path: Path) -> str:
    """The name of a module within the package: a folder's is that of its `__init__`."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


MODULES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}


def imports(module: str) -> set[str]:
    """The modules of the package that a module imports."""
    found = set()
    folder = module.split(".") if is_folder(module) else module.split(".")[:-1]
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*folder[: len(folder) - node.level + 1], *(node.module or "").split(".")]
            base = [part for part in base if part]
            for alias in node.names:
                name = ".".join([*base, alias.name])
                found.add(name if name in MODULES and not node.module else ".".join(base) or "__init__")
    return found


def is_folder(module: str) -> bool:
    return (PACKAGE / module.replace(".", "/") / "__init__.py").exists()


def functions() -> list[tuple[str, ast.FunctionDef]]:
    found = [(m, n) for m, tree in MODULES.items() for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
    return [(f"{module}.{node.name}", node) for module, node in found]


def test_every_module_stands_in_the_reading_order():
    assert set(MODULES) == set(READING_ORDER)


@pytest.mark.parametrize("module", READING_ORDER)
def test_imports_run_one_way(module):
    assert imports(module) <= set(READING_ORDER[: READING_ORDER.index(module)])


def test_nothing_is_imported_with_a_star_or_inside_a_function_but_what_is_optional():
    for tree in MODULES.values():
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.names[0].name == "*"]
    inside = {alias.name for _, f in functions() for n in ast.walk(f) if isinstance(n, ast.Import) for alias in n.names}
    inside |= {n.module for _, f in functions() for n in ast.walk(f) if isinstance(n, ast.ImportFrom)}
    assert inside == {"graphviz", "tqdm"}


def test_the_chain_rule_stands_once():
    assert sum(path.read_text(encoding="utf-8").count("# the chain rule") for path in PACKAGE.rglob("*.py")) == 1


def test_functions_are_short():
    def body(node: ast.FunctionDef) -> int:
        first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
        return node.end_lineno - first.lineno + 1

    lengths = sorted(body(node) for _, node in functions())
    assert lengths[len(lengths) // 2] <= 5
    assert lengths[int(len(lengths) * 0.9)] <= 13
    assert lengths[-1] <= 25


def test_public_functions_have_a_sentence():
    """Rules of the table and setters speak for themselves; inner functions answer to the one around them."""
    setters = {"value.data", "optim.optimizer.learning_rate"}
    inner = {f"{m}.{n.name}" for m, tree in MODULES.items() for f in ast.walk(tree) if isinstance(f, ast.FunctionDef)
             for n in ast.walk(f) if isinstance(n, ast.FunctionDef) and n is not f}  # fmt: skip
    bare = {name for name, node in functions() if not ast.get_docstring(node) and "._" not in name}
    assert {name for name in bare - inner - setters if not name.endswith("_partials")} == set()


@pytest.mark.parametrize("name", micrograd_nn.__all__)
def test_every_public_name_has_a_sentence_and_most_a_doctest(name):
    thing = getattr(micrograd_nn, name)
    assert inspect.getdoc(thing)
    without = {"Module", "Drawing", "parameter"}
    examples = [test for test in doctest.DocTestFinder().find(thing, name) if test.examples]
    assert examples or name in without or name.endswith("Error")


def test_importing_the_package_imports_nothing_but_the_standard_library():
    program = """
import sys
before = set(sys.modules)
import micrograd_nn
new = {name.partition('.')[0] for name in set(sys.modules) - before}
print(sorted(name for name in new if name not in sys.stdlib_module_names))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "['micrograd_nn']\n"


def test_the_top_level_has_what_the_owner_fixed():
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False)
    if tracked.returncode or not tracked.stdout:
        pytest.skip("not a git checkout")
    top = {path.partition("/")[0] for path in tracked.stdout.splitlines()}
    fixed = {"pyproject.toml", "README.md", "LICENSE", "micrograd_nn", "tests", "demos"}
    assert {name for name in top if not name.startswith(".")} == fixed
