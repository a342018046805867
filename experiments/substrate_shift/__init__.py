"""How answers change when one language model takes the place of another."""

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Annotated

from msgspec import Meta, Struct, field

from athanor import Run, experiment

from .endpoints import Endpoint, Offline, Sampling, answering
from .shift import compare, divergence, is_refusal, words


class ModelPair(Struct, kw_only=True, forbid_unknown_fields=True):
    """Two models to compare; `model_a` is the one you know."""

    model_a: Annotated[str, Meta(min_length=1, max_length=200, title="Model A", description="Name at the endpoint")]
    model_b: Annotated[str, Meta(min_length=1, max_length=200, title="Model B", description="Name at the endpoint")]


def _offline_pairs() -> list[ModelPair]:
    return [
        ModelPair(model_a="words-2", model_b="letters-6"),
        ModelPair(model_a="words-2", model_b="words-2"),  # the same model twice: no shift should be found
    ]


def _prompts() -> list[str]:
    return ["The furnace", "In the morning she", "Nobody knew why"]


class Config(Struct, kw_only=True, forbid_unknown_fields=True):
    model_pairs: Annotated[list[ModelPair], Meta(min_length=1, max_length=50, title="Model pairs")] = field(
        default_factory=_offline_pairs
    )
    runs_per_pair: Annotated[
        int, Meta(ge=1, le=1000, title="Runs per pair", description="Answers of each model to each prompt")
    ] = 12
    prompts: Annotated[
        list[Annotated[str, Meta(min_length=1, max_length=20_000)]], Meta(min_length=1, max_length=200)
    ] = field(default_factory=_prompts)
    system_prompt: Annotated[str, Meta(max_length=20_000, title="System prompt")] | None = None
    sampling: Annotated[Sampling, Meta(description="The same for both models")] = field(default_factory=Sampling)
    endpoint: Annotated[Endpoint, Meta(description="Who answers")] = field(default_factory=Offline)
    parallel_requests: Annotated[int, Meta(ge=1, le=64, title="Parallel requests")] = 4


class Question(Struct, frozen=True):
    """One answer to get; `side` is "a" or "b"."""

    side: str
    model: str
    prompt: str
    seed: int


@experiment(title="Substrate shift", timeout="12h", tags=["language-models"])
def substrate_shift(run: Run[Config]) -> None:
    """Ask two models the same questions and measure how far the distributions of their answers lie apart.

    Distance is the Jensen-Shannon divergence of the words used (0 = alike, 1 = nothing in common), with the chance that
    two equal models would show as much.
    """
    config = run.config
    ask = answering(config.endpoint, config.sampling, config.system_prompt)
    total = 2 * len(config.model_pairs) * config.runs_per_pair * len(config.prompts)
    done = 0
    for number, pair in enumerate(config.model_pairs, start=1):
        label = f"{pair.model_a} -> {pair.model_b}"
        answers: dict[str, list[str]] = {"a": [], "b": []}
        pool = ThreadPoolExecutor(config.parallel_requests)
        try:
            for turn in range(config.runs_per_pair):
                questions = list(questions_of(pair, config.prompts, turn, run.seed))
                given = [pool.submit(ask, question.model, question.prompt, question.seed) for question in questions]
                for question, future in zip(questions, given, strict=True):
                    while not wait([future], timeout=0.2).done:
                        run.raise_if_cancelled()
                    answer = future.result()
                    answers[question.side].append(answer)
                    done += 1
                    run.debug(answer, model=question.model, prompt=question.prompt, turn=turn)
                    run.progress(done, total, label)
                run.raise_if_cancelled()
                run.metric(f"pair_{number}/divergence", divergence(*map(words, answers.values())), step=turn)
                for side, texts in answers.items():
                    lengths = [len(text.split()) for text in texts[-len(config.prompts) :]]
                    run.metric(f"pair_{number}/words_{side}", sum(lengths) / len(lengths), step=turn)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        shift = compare(answers["a"], answers["b"], random.Random(run.seed))
        say = run.warn if shift.chance < 0.05 else run.info
        say(f"{label}: divergence {shift.divergence:.3f}, chance {shift.chance:.3f}", pair=number)
        example = {"prompt": config.prompts[0], "a": answers["a"][0], "b": answers["b"][0]}
        refused = {side: sum(map(is_refusal, texts)) for side, texts in answers.items()}
        run.result(
            "pair",
            {"model_a": pair.model_a, "model_b": pair.model_b, "shift": shift, "refused": refused, "example": example},
        )


def questions_of(pair: ModelPair, prompts: Sequence[str], turn: int, seed: int) -> Iterator[Question]:
    """One turn: every prompt for both models. Each question's own seed follows from the run's."""
    dice = random.Random(f"{seed} {pair.model_a} {pair.model_b} {turn}")
    for prompt in prompts:
        yield Question("a", pair.model_a, prompt, dice.getrandbits(31))
        yield Question("b", pair.model_b, prompt, dice.getrandbits(31))
