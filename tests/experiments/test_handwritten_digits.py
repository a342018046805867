"""The pure parts of the digits example."""

import msgspec
import numpy
import pytest

import handwritten_digits as digits


def test_confusion_matrix_counts_written_against_read() -> None:
    matrix = digits.confusion_matrix([0, 0, 8, 8, 8], [0, 0, 1, 1, 8])
    assert (matrix[0][0], matrix[8][1], matrix[8][8]) == (2, 2, 1)
    assert sum(map(sum, matrix)) == 5


def test_most_confused_comes_first_and_ties_repeat() -> None:
    matrix = digits.confusion_matrix([8, 8, 3, 1, 1], [1, 1, 8, 7, 1])
    assert digits.most_confused(matrix, 2) == [(8, 1, 2), (1, 7, 1)]
    assert digits.most_confused(digits.confusion_matrix([1], [1]), 3) == []


def test_summary_has_no_number_where_nothing_was() -> None:
    assert digits.summary([0.5, 1.0], digits.confusion_matrix([0, 0, 1], [0, 1, 1])) == {
        "accuracy": 0.75,
        "standard_deviation": 0.25,
        "per_digit": [
            {"digit": 0, "precision": 1.0, "recall": 0.5},
            {"digit": 1, "precision": 0.5, "recall": 1.0},
            *({"digit": digit, "precision": None, "recall": None} for digit in range(2, 10)),
        ],
    }


@pytest.mark.parametrize("trees", [1, 7, 10, 2000])
def test_forest_grows_to_its_whole_size(trees: int) -> None:
    sizes = digits.forest_sizes(trees)
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == trees
    assert len(sizes) <= 10


@pytest.mark.parametrize("kind", ["logistic_regression", "neural_network", "random_forest", "support_vectors"])
def test_every_model_learns_and_repeats_with_its_seed(kind: str) -> None:
    model = msgspec.convert({"kind": kind} | ({"epochs": 60} if kind[0] in "ln" else {}), digits.Model)
    dice = numpy.random.default_rng(1)
    labels = numpy.repeat(numpy.arange(10), 8)
    scans = numpy.eye(10)[labels].repeat(6, axis=1)[:, :64] + dice.normal(0, 0.01, (80, 60))

    def guesses() -> list[list[int]]:
        return [fitted.predict(scans).tolist() for fitted, _ in digits.learn(model, scans, labels, 7)]

    once = guesses()
    assert once == guesses()
    assert len(once) == digits.rounds_of(model)
    assert (numpy.array(once[-1]) == labels).mean() > 0.9


def test_unknown_model_and_field_are_refused() -> None:
    for config in ({"model": {"kind": "oracle"}}, {"model": {"kind": "random_forest", "epochs": 3}}, {"folds": 1}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(config, digits.Config)
