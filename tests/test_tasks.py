"""What there is to learn at the command line: sets and tables as tasks, losses as goals, rows as inputs."""

import json
import random
import shlex
from math import log
from statistics import mean, pstdev

import pytest

from micrograd_nn import Value, data, losses
from micrograd_nn.__main__ import parser
from micrograd_nn.commands.goals import Goal, usual_loss
from micrograd_nn.commands.rows import advice_on_many
from micrograd_nn.commands.tables import FEW, RECIPES, advice
from micrograd_nn.commands.tasks import task_for
from micrograd_nn.commands.train_options import names
from micrograd_nn.commands.wording import off_by, without_option
from micrograd_nn.data import Column, Preparation, TableError, preparation_from, read_csv
from micrograd_nn.data.scaling import Scaling
from micrograd_nn.section import ModelFileError

COLOURS = Column("colour", ("red", "blue"))
PREPARATION = Preparation(  # a size of mean 10 and deviation 2, a colour; a price of mean 100 and deviation 50
    (Column("size"), COLOURS), Scaling((10.0,), (2.0,)), Column("price"), Scaling((100.0,), (50.0,))
)


def task(name, target=None, share=None, seed=0, **reading):
    options = parser().parse_args(["train", str(name)])
    vars(options).update(target=target, validation=share, **reading)
    return task_for(options, random.Random(seed))


@pytest.fixture
def table(tmp_path):
    """Writes a table of n rows: a number, a category, and a price that follows from both."""

    def write(n):
        rows = [f"{i},{'red' if i % 3 else 'blue'},{2 * i + i % 3}" for i in range(n)]
        path = tmp_path / "table.csv"
        path.write_text("\n".join(["size,colour,price", *rows]))
        return path

    return write


@pytest.mark.parametrize(("name", "recipe"), RECIPES.items())
def test_a_set_is_a_task_of_plain_numbers_and_of_the_classes_it_says(name, recipe):
    made = task(name)
    assert made.validation == []
    assert {len(inputs) for inputs, _ in made.training} == {len(made.preparation.input_names)}
    if recipe.n_classes:
        assert {target for _, target in made.training} == set(range(recipe.n_classes)) == set(map(int, made.classes))
    else:
        assert made.classes is None


@pytest.mark.parametrize("name", ["moons", "line", "iris"])
def test_the_same_seed_gives_the_same_task_and_another_another(name):
    assert task(name, share=0.3, seed=5) == task(name, share=0.3, seed=5)
    assert task(name, share=0.3, seed=5) != task(name, share=0.3, seed=6)


def test_what_is_held_out_of_a_set_is_not_trained_on():
    made = task("moons", share=0.25)
    assert (len(made.training), len(made.validation)) == (75, 25)
    assert not [example for example in made.validation if example in made.training]


def test_a_fifth_of_a_table_is_held_out_unless_it_has_few_rows(table):
    assert len(task(table(FEW), "price").validation) == FEW // 5
    assert len(task(table(FEW - 1), "price").validation) == 0


def test_a_share_of_a_small_table_can_be_asked_for(table):
    assert len(task(table(10), "price", share=0.3).validation) == 3


def test_scaling_is_fitted_on_the_rows_to_train_on_alone(table):
    made = task(table(40), "price")
    sizes, prices = [inputs[0] for inputs, _ in made.training], [target for _, target in made.training]
    for numbers in (sizes, prices):
        assert mean(numbers) == pytest.approx(0.0, abs=1e-12)
        assert pstdev(numbers) == pytest.approx(1.0)
    assert abs(mean([inputs[0] for inputs, _ in made.training + made.validation])) > 1e-3


def test_numbers_are_scaled_in_a_row_and_categories_become_a_1_among_0s():
    assert PREPARATION.inputs([13.0, "blue"]) == [1.5, 0.0, 1.0]  # (13 - 10) / 2; blue is the second of two
    assert PREPARATION.input_names == ["size", "colour=red", "colour=blue"]


def test_a_numeric_target_is_scaled_and_read_back():
    assert PREPARATION.example([10.0, "red"], 175.0) == ([0.0, 1.0, 0.0], 1.5)  # (175 - 100) / 50
    assert PREPARATION.reading(1.5) == 175.0


def test_a_class_is_its_place_among_the_categories():
    of_colour = Preparation((Column("size"),), Scaling((0.0,), (1.0,)), COLOURS, Scaling((0.0,), (1.0,)))
    assert of_colour.example([3.0], "blue") == ([3.0], 1)


def test_a_number_that_scaling_makes_infinite_is_refused_with_its_column():
    narrow = Preparation((Column("size"),), Scaling((0.0,), (1e-9,)), Column("price"), Scaling((0.0,), (1e-9,)))
    with pytest.raises(ValueError, match="column 'size', scaled to deviations from the mean, must be finite, not inf"):
        narrow.inputs([1e300])
    with pytest.raises(ValueError, match="column 'price', scaled to deviations from the mean, must be finite, not inf"):
        narrow.example([1.0], 1e300)


def test_a_preparation_is_fitted_to_a_table_with_a_target(table):
    whole = read_csv(table(3))
    with pytest.raises(ValueError, match="a table needs a target to learn"):
        Preparation.fit(whole, whole.examples)


def test_a_preparation_survives_json():
    assert preparation_from(json.loads(json.dumps(PREPARATION.document())), "model.json") == PREPARATION


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scales": [0.0]}, "model.json: 'scales' must not be 0"),
        ({"scales": [1.0, 1.0]}, "model.json: 'scales' must have 1 number"),
        ({"columns": [], "shifts": [], "scales": []}, "model.json: 'columns' must have at least 1 object"),
        ({"columns": [{"name": 5, "categories": None}]}, "model.json: columns 1: 'name' must be a text, not 5"),
        (
            {"columns": [{"name": "size", "categories": [1]}]},
            "model.json: columns 1: 'categories' must be a list of texts",
        ),
        ({"columns": [{"name": "size", "categories": []}]}, "columns 1: 'categories' must be at least one"),
        ({"columns": [{"name": "size", "categories": ["a", "a"]}]}, "columns 1: 'categories' must be .* each once"),
        ({"target": {"name": "price"}}, "model.json: target: 'categories' is missing"),
        ({"colour": "red"}, "model.json: 'colour' does not belong here"),
    ],
)
def test_a_document_that_is_no_preparation_is_refused_at_its_place(change, message):
    with pytest.raises(ModelFileError, match=message):
        preparation_from(PREPARATION.document() | change, "model.json")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([0.0, 1.0, 1.0, 0.0], "; its 2 different values are learned as classes with --classes"),
        ([0.0, 1.0, 2.0] * 2, "; its 3 different values are learned as classes with --classes"),
        ([0.0, 1.0, 2.0], ""),  # no value comes twice
        ([0.5, 1.0] * 5, ""),  # not whole
        (list(map(float, range(11))) * 9, ""),  # many
    ],
)
def test_a_few_whole_numbers_again_and_again_may_be_classes(numbers, words):
    assert advice(numbers) == words


@pytest.mark.parametrize(
    ("name", "target", "lines"),
    [
        ("xor", None, ["reads x1, x2", "learns y, one of 2 classes"]),
        ("line", None, ["reads x1", "learns y, a number"]),
        (30, "colour", ["reads size, price", "learns colour, one of 2 classes"]),
        (30, "price", ["reads size, colour (2 categories)", "learns price, a number"]),
    ],
)
def test_a_task_says_what_is_read_and_what_is_learned(name, target, lines, table):
    assert task(table(name) if isinstance(name, int) else name, target).summary() == lines


def test_a_task_says_how_many_rows_were_left_out(table):
    path = table(30)
    path.write_text(path.read_text() + "\nNA,red,3\n5,,4\n")
    assert task(path, "price", skip_incomplete=True).summary()[0] == "left out 2 incomplete rows"


def test_of_many_columns_the_middle_ones_are_not_listed(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{i}" for i in range(30)) + "\n" + ",".join("1" * 30) + "\n" + ",".join("2" * 30))
    assert task(path, "c29").summary()[0] == "reads c0, c1, c2, c3, c4, c5, …, c24, c25, c26, c27, c28"


@pytest.mark.parametrize(
    ("n_categories", "n_rows", "advised"), [(11, 109, True), (11, 110, False), (10, 20, False), (28, 40, True)]
)
def test_many_categories_of_few_rows_each_are_better_left_out(n_categories, n_rows, advised):
    column = data.Column("date", tuple(map(str, range(n_categories))))
    words = f"date has {n_categories} categories in {n_rows} rows: --without date leaves it out"
    assert advice_on_many(column, n_rows) == (words if advised else "")


def test_advice_on_a_column_stands_before_what_is_learned(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("size,day of sale,price\n" + "".join(f"{i},d{i % 12},{i}\n" for i in range(40)))
    _, advice_on_day, _ = task(path, "price").summary()
    assert advice_on_day == "day of sale has 12 categories in 40 rows: --without 'day of sale' leaves it out"
    assert task(path, "price", without=["day of sale"]).summary() == ["reads size", "learns price, a number"]


@pytest.mark.parametrize(
    ("name", "target", "message"),
    [
        ("moon", None, "nothing to learn is called 'moon': did you mean moons"),
        ("XOR", None, "nothing to learn is called 'XOR': did you mean xor"),
        ("", None, "nothing to learn is called '': there are xor, and, or, nand,"),
        ("xor", "y", "xor is a made-up set: --target does not belong to it"),
        ("iris", "species", "iris is a set with columns of its own: --target does not belong to it"),
        ("iris", None, None),
    ],
)
def test_a_name_is_that_of_a_set(name, target, message):
    if message is None:
        assert task(name, target).classes == ("setosa", "versicolor", "virginica")
        return
    with pytest.raises(ValueError, match=message):
        task(name, target)


@pytest.mark.parametrize("name", ["flowers.csv", "folder/flowers"])
def test_what_looks_like_a_path_is_a_file_that_must_be_there(name):
    with pytest.raises(FileNotFoundError, match="there is no such file"):
        task(name)


def test_a_table_needs_a_target_that_it_has(table):
    with pytest.raises(ValueError, match="--target COLUMN, where there are size, colour, price"):
        task(table(5))
    with pytest.raises(TableError, match=r"no column 'Price': .*did you mean 'price'"):
        task(table(5), "Price")


@pytest.mark.parametrize(("target", "value"), [("colour", "'blue'"), ("price", "0.0")])
def test_a_target_that_is_the_same_in_every_row_is_nothing_to_learn(target, value, table):
    with pytest.raises(ValueError, match=f"column '{target}' is {value} in every row: nothing to learn"):
        task(table(1), target)


@pytest.mark.parametrize(
    ("loss", "n_classes", "n_outputs", "target"),
    [  # the target is what class 1 becomes
        (losses.mean_squared_error, 0, 1, 1),
        (losses.mean_squared_error, 2, 1, 1),
        (losses.huber, 3, 3, [0.0, 1.0, 0.0]),
        (losses.hinge, 2, 1, 1),
        (losses.binary_cross_entropy, 2, 1, 1),
        (losses.binary_cross_entropy_with_logits, 2, 1, 1),
        (losses.cross_entropy, 2, 2, 1),
        (losses.cross_entropy, 3, 3, 1),
    ],
)
def test_a_loss_says_how_many_outputs_and_which_targets_it_needs(loss, n_classes, n_outputs, target):
    goal = Goal(loss, n_classes)
    assert goal.n_outputs == n_outputs
    assert goal.target(1) == target


def test_hinge_calls_the_classes_minus_1_and_1():
    assert Goal(losses.hinge, 2).examples([([0.5], 0), ([0.7], 1)]) == [([0.5], -1), ([0.7], 1)]


def test_only_probabilities_need_a_sigmoid():
    assert Goal(losses.binary_cross_entropy, 2).output_activation == "sigmoid"
    assert Goal(losses.binary_cross_entropy_with_logits, 2).output_activation == "linear"


@pytest.mark.parametrize(
    ("loss", "output", "probabilities"),
    [  # sigmoid(log 3) is 3 / 4; softmax of logarithms is their shares: 1, 2 and 5 of 8
        (losses.binary_cross_entropy, Value(0.75), [0.25, 0.75]),
        (losses.binary_cross_entropy_with_logits, Value(log(3)), [0.25, 0.75]),
        (losses.cross_entropy, [Value(log(1)), Value(log(2)), Value(log(5))], [0.125, 0.25, 0.625]),
    ],
)
def test_probabilities_follow_from_the_outputs(loss, output, probabilities):
    goal = Goal(loss, len(probabilities))
    assert goal.has_probabilities
    assert goal.probabilities(output) == pytest.approx(probabilities)


def test_a_distance_or_a_margin_is_no_probability():
    assert not Goal(losses.hinge, 2).has_probabilities
    assert not Goal(losses.mean_squared_error, 3).has_probabilities


OF_TWO = (losses.hinge, losses.binary_cross_entropy, losses.binary_cross_entropy_with_logits)
PAIRS = [(loss, n) for loss in losses.LOSSES.values() for n in (2, 3) if n == 2 or loss not in OF_TWO]


@pytest.mark.parametrize(("loss", "n_classes"), PAIRS)
def test_an_output_that_meets_its_target_is_read_as_that_class(loss, n_classes):
    goal = Goal(loss, n_classes)
    for place in range(n_classes):
        target = goal.target(place)
        if loss is losses.cross_entropy:
            target = [float(i == place) for i in range(n_classes)]
        elif loss is losses.binary_cross_entropy_with_logits:
            target = 2 * place - 1
        assert goal.decision(target) == place


@pytest.mark.parametrize(
    ("loss", "n_classes", "message"),
    [
        (losses.hinge, 3, "hinge tells two classes apart, and here are 3"),
        (losses.binary_cross_entropy, 0, "binary_cross_entropy tells two classes apart, and here are none"),
        (losses.cross_entropy, 0, "cross_entropy tells classes apart, and the target is a number"),
    ],
)
def test_a_loss_that_does_not_fit_the_target_is_refused(loss, n_classes, message):
    with pytest.raises(ValueError, match=message):
        Goal(loss, n_classes)


def test_the_usual_loss_fits_the_target():
    assert [Goal(usual_loss(n), n).n_outputs for n in (0, 2, 3, 4)] == [1, 1, 3, 4]


@pytest.mark.parametrize(
    ("said", "wanted", "distance"),
    [
        ([10.0], [21180.4], "21170"),  # |10 - 21180.4|, to four digits
        ([1.0, 2.0], [1.5, 2.25], "0.375"),
        ([1e308] * 4, [-5e307] * 4, "1.5e+308"),  # whose sum is beyond the floats
    ],
)
def test_a_mean_distance_has_four_digits(said, wanted, distance):
    assert off_by("price", said, wanted) == f"price: off by {distance} in the mean"


@pytest.mark.parametrize(
    ("column", "option"),
    [
        ("date", "--without date"),
        ("day of sale", "--without 'day of sale'"),
        ("width, cm", """--without '"width, cm"'"""),
        ('3" pipes, n', """--without '"3"" pipes, n"'"""),
    ],
)
def test_the_option_that_leaves_a_column_out_is_read_back_as_its_name(column, option):
    assert without_option(column) == option
    _, argument = shlex.split(option)
    assert names(argument) == [column]


def test_what_is_neither_a_name_nor_a_function_is_shown_in_short():
    message = r"loss must be a name or a function, not \[0, 1, 0, 1, 0, 1, \.\.\.\]: there are mean_squared_error, "
    with pytest.raises(TypeError, match=message):
        losses.loss_function([0, 1] * 20)
