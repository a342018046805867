"""Learn to read handwritten digits: 1,797 scans of 8 x 8 pixels that come with scikit-learn."""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import Meta, Struct, field

from athanor import Run, experiment

if TYPE_CHECKING:  # importing scikit-learn takes a second; the catalogue does not need it
    from numpy import ndarray

DIGITS = range(10)


class LogisticRegression(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="logistic_regression"):
    """One weight per pixel and digit, learned by gradient descent."""

    epochs: Annotated[int, Meta(ge=1, le=500, description="Passes over the training scans")] = 40
    regularization: Annotated[float, Meta(ge=0, le=1, description="How strongly weights are kept small")] = 0.0001


class NeuralNetwork(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="neural_network"):
    """A small multi-layer perceptron, learned by Adam."""

    hidden_layers: Annotated[
        list[Annotated[int, Meta(ge=1, le=1024)]],
        Meta(min_length=1, max_length=4, title="Hidden layers", description="Neurons in each hidden layer"),
    ] = field(default_factory=lambda: [96])
    epochs: Annotated[int, Meta(ge=1, le=500, description="Passes over the training scans")] = 40
    learning_rate: Annotated[float, Meta(gt=0, le=1, title="Learning rate", description="Step of the optimizer")] = (
        0.002
    )


class RandomForest(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="random_forest"):
    """Many decision trees that vote."""

    trees: Annotated[int, Meta(ge=1, le=2000, description="How many trees vote")] = 150
    max_depth: Annotated[int, Meta(ge=1, le=100)] | None = None


class SupportVectors(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="support_vectors"):
    """A support vector machine with a radial kernel."""

    penalty: Annotated[float, Meta(gt=0, le=1000, description="Price of a scan on the wrong side (C)")] = 5.0
    kernel_width: Annotated[float, Meta(gt=0, le=10, title="Kernel width", description="Reach of one scan (gamma)")] = (
        0.02
    )


Model = LogisticRegression | NeuralNetwork | RandomForest | SupportVectors


class Config(Struct, kw_only=True, forbid_unknown_fields=True):
    model: Annotated[Model, Meta(description="What learns")] = field(default_factory=NeuralNetwork)
    folds: Annotated[int, Meta(ge=2, le=20, description="Parts of the data; each is the test set once")] = 5
    noise: Annotated[
        float, Meta(ge=0, le=1, description="Random change of each training pixel (1 = its whole range)")
    ] = 0.0


@experiment(title="Handwritten digits", timeout="30m", retries=2, tags=["scikit-learn", "classification"])
def handwritten_digits(run: Run[Config]) -> None:
    """Cross-validate a classifier on scans of real handwritten digits.

    Metrics per epoch and fold; the errors of each fold, the confusion matrix and the summary as results. After a lost
    worker a new attempt goes on with the fold that was under way.
    """
    import numpy
    from sklearn.datasets import load_digits
    from sklearn.model_selection import StratifiedKFold

    config, seed = run.config, run.seed % 2**32  # numpy's generators take 32 bits
    scans, digits = load_digits(return_X_y=True)
    scans = scans / 16.0
    run.info("data loaded", scans=len(scans), pixels=scans.shape[1], model=type(config.model).__name__)

    kept = run.restored or {"accuracies": [], "predicted": [-1] * len(digits)}
    predicted = numpy.array(kept["predicted"])
    accuracies: list[float] = kept["accuracies"]
    rounds = rounds_of(config.model)
    splits = StratifiedKFold(config.folds, shuffle=True, random_state=seed).split(scans, digits)
    for fold, (train, test) in enumerate(splits, start=1):
        if fold <= len(accuracies):
            continue
        started = time.monotonic()
        noise = numpy.random.default_rng([seed, fold]).normal(0, config.noise / 2, scans[train].shape)
        learning = learn(config.model, numpy.clip(scans[train] + noise, 0, 1), digits[train], seed)
        for epoch, (model, loss) in enumerate(learning, start=1):
            predicted[test] = model.predict(scans[test])
            accuracy = float((predicted[test] == digits[test]).mean())
            run.metric(f"fold_{fold}/accuracy", accuracy, step=epoch)
            if loss is not None:
                run.metric(f"fold_{fold}/loss", loss, step=epoch)
            done = (fold - 1) * rounds + epoch
            run.progress(done, config.folds * rounds, f"fold {fold} of {config.folds}, {accuracy:.1%} right")
            run.raise_if_cancelled()
        accuracies.append(accuracy)
        wrong = test[predicted[test] != digits[test]]
        seconds = round(time.monotonic() - started, 3)
        run.metric("accuracy", accuracy, step=fold)
        run.info(f"fold {fold}: {accuracy:.2%} right", fold=fold, wrong=len(wrong), seconds=seconds)
        run.result("fold", {"fold": fold, "accuracy": accuracy, "wrong": wrong.tolist(), "seconds": seconds})
        run.checkpoint({"accuracies": accuracies, "predicted": predicted})

    matrix = confusion_matrix(digits.tolist(), predicted.tolist())
    for digit, other, times in most_confused(matrix, 3):
        run.warn(f"{digit} was read as {other} {times} times", digit=digit, read_as=other, times=times)
    run.result("confusion_matrix", {"labels": list(DIGITS), "rows": "written", "columns": "read", "matrix": matrix})
    run.result("summary", summary(accuracies, matrix))


def rounds_of(model: Model) -> int:
    """How often `learn` yields for this model."""
    if isinstance(model, LogisticRegression | NeuralNetwork):
        return model.epochs
    return len(forest_sizes(model.trees)) if isinstance(model, RandomForest) else 1


def forest_sizes(trees: int) -> list[int]:
    """The sizes at which a growing forest is looked at: ten of them, the last one the whole forest."""
    return sorted({max(1, trees * part // 10) for part in range(1, 11)})


def learn(
    model: Model, scans: "ndarray[Any, Any]", digits: "ndarray[Any, Any]", seed: int
) -> Iterator[tuple[Any, float | None]]:
    """Yields the classifier after each round of learning, with its training loss where it has one."""
    match model:
        case LogisticRegression():
            from sklearn.linear_model import SGDClassifier
            from sklearn.metrics import log_loss

            linear = SGDClassifier(loss="log_loss", alpha=model.regularization, random_state=seed)
            for _ in range(model.epochs):
                linear.partial_fit(scans, digits, classes=list(DIGITS))
                yield linear, float(log_loss(digits, linear.predict_proba(scans), labels=list(DIGITS)))
        case NeuralNetwork():
            from sklearn.neural_network import MLPClassifier

            network = MLPClassifier(
                hidden_layer_sizes=tuple(model.hidden_layers),
                learning_rate_init=model.learning_rate,
                random_state=seed,
            )
            for _ in range(model.epochs):
                network.partial_fit(scans, digits, classes=list(DIGITS))
                yield network, float(network.loss_)
        case RandomForest():
            from sklearn.ensemble import RandomForestClassifier

            forest = RandomForestClassifier(max_depth=model.max_depth, random_state=seed, warm_start=True, n_jobs=1)
            for trees in forest_sizes(model.trees):
                forest.set_params(n_estimators=trees)
                yield forest.fit(scans, digits), None
        case SupportVectors():
            from sklearn.svm import SVC

            yield SVC(C=model.penalty, gamma=model.kernel_width, random_state=seed).fit(scans, digits), None


def confusion_matrix(written: Sequence[int], read: Sequence[int]) -> list[list[int]]:
    """`matrix[w][r]`: how often a written digit w was read as r."""
    matrix = [[0] * len(DIGITS) for _ in DIGITS]
    for row, column in zip(written, read, strict=True):
        matrix[row][column] += 1
    return matrix


def most_confused(matrix: list[list[int]], limit: int) -> list[tuple[int, int, int]]:
    """The most frequent mistakes as (written, read, times), the most frequent one first."""
    mistakes = [(w, r, matrix[w][r]) for w in DIGITS for r in DIGITS if w != r and matrix[w][r]]
    return sorted(mistakes, key=lambda mistake: (-mistake[2], mistake))[:limit]


def summary(accuracies: Sequence[float], matrix: list[list[int]]) -> dict[str, Any]:
    """Mean and standard deviation over the folds; precision and recall of each digit, None where there was nothing."""
    mean = sum(accuracies) / len(accuracies)
    variance = sum((accuracy - mean) ** 2 for accuracy in accuracies) / len(accuracies)
    per_digit = []
    for digit in DIGITS:
        right, written, read = matrix[digit][digit], sum(matrix[digit]), sum(row[digit] for row in matrix)
        per_digit.append(
            {
                "digit": digit,
                "precision": right / read if read else None,
                "recall": right / written if written else None,
            }
        )
    return {"accuracy": mean, "standard_deviation": variance**0.5, "per_digit": per_digit}
