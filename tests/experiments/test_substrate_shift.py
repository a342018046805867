"""Distances, the built-in models, and a real HTTP endpoint that misbehaves."""

import json
import random
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from substrate_shift import Config, ModelPair, questions_of
from substrate_shift.endpoints import EndpointError, Offline, OpenAICompatible, Sampling, answering
from substrate_shift.offline import draw, load
from substrate_shift.shift import compare, divergence, is_refusal, words


def test_divergence_has_its_bounds_and_is_symmetric() -> None:
    one, other = words(["the ash was white"]), words(["the ash was grey"])
    assert divergence(one, one) == 0
    assert divergence(one, words(["quite different"])) == 1
    assert divergence(one, other) == divergence(other, one) == pytest.approx(0.25)
    assert divergence(Counter(), Counter()) == 0
    assert divergence(Counter(), one) == 1


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ("I'm sorry, but no.", True),
        ("I can’t help with that.", True),
        ("As an AI, I have no furnace.", True),
        ("She can not be eaten by a bell.", False),
        ("The ash was white.", False),
    ],
)
def test_refusals(answer: str, refused: bool) -> None:
    assert is_refusal(answer) is refused


def test_shift_is_told_from_chance() -> None:
    dice = random.Random(1)
    ash = [" ".join(dice.choices(["ash", "fire", "bell", "salt"], k=20)) for _ in range(40)]
    sea = [" ".join(dice.choices(["sea", "fire", "bell", "salt"], k=20)) for _ in range(40)]
    assert compare(ash[:20], ash[20:], random.Random(2)).chance > 0.05
    shift = compare(ash, sea, random.Random(2))
    assert shift.chance < 0.01
    assert (shift.mean_words_a, shift.refusal_rate_b, shift.vocabulary_b) == (20, 0, 4)
    assert compare(ash, sea, random.Random(2)) == shift


def test_offline_models_answer_and_repeat_with_the_seed() -> None:
    for name in ("words-1", "words-4", "letters-1", "letters-12"):
        ask = answering(Offline(), Sampling(max_tokens=30), None)
        answer = ask(name, "The furnace", 5)
        assert answer
        assert answer == ask(name, "The furnace", 5)
        assert len({ask(name, "Wholly unknown prompt: ©", seed) for seed in range(5)}) > 1
    assert "fire" not in answering(Offline(), Sampling(stop=["fire"]), None)("words-2", "the", 1)


@pytest.mark.parametrize("name", ["words-5", "letters-0", "letters-13", "gpt-1", ""])
def test_offline_model_that_does_not_exist(name: str) -> None:
    with pytest.raises(ValueError, match="no built-in model"):
        load(name)


def test_draw_follows_temperature_and_top_p() -> None:
    counts = Counter({"a": 6, "b": 3, "c": 1})
    assert {draw(counts, 0, 1.0, random.Random(seed)) for seed in range(50)} == {"a"}
    assert {draw(counts, 2.0, 1.0, random.Random(seed)) for seed in range(200)} == {"a", "b", "c"}
    assert {draw(counts, 1.0, 0.7, random.Random(seed)) for seed in range(200)} == {"a", "b"}


def test_questions_pair_the_models_and_repeat_with_the_seed() -> None:
    pair = ModelPair(model_a="x", model_b="y")
    once = list(questions_of(pair, ["p", "q"], 3, 9))
    assert [(question.side, question.model, question.prompt) for question in once] == [
        ("a", "x", "p"),
        ("b", "y", "p"),
        ("a", "x", "q"),
        ("b", "y", "q"),
    ]
    assert once == list(questions_of(pair, ["p", "q"], 3, 9))
    assert len({question.seed for question in once}) == 4
    assert Config().model_pairs[0].model_a


class _Endpoint(BaseHTTPRequestHandler):
    seen: list[tuple[str | None, dict[str, Any]]]
    to_give: list[tuple[int, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.seen.append((self.headers.get("Authorization"), body))
        status, answer = self.to_give.pop(0)
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Retry-After", "0")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[tuple[OpenAICompatible, type[_Endpoint]]]:
    handler = type("Handler", (_Endpoint,), {"seen": [], "to_give": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/v1/"
    yield OpenAICompatible(base_url=url, api_key_variable="SHIFT_TEST_KEY", tries=3, timeout_seconds=5), handler
    server.shutdown()
    thread.join()
    server.server_close()


def _says(text: str) -> tuple[int, Any]:
    return 200, {"choices": [{"message": {"content": text}}]}


def test_endpoint_is_asked_again_when_it_is_busy(
    endpoint: tuple[OpenAICompatible, type[_Endpoint]], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, handler = endpoint
    monkeypatch.setenv("SHIFT_TEST_KEY", "k3y")
    handler.to_give += [(429, {}), (503, {}), _says("ash")]
    assert answering(settings, Sampling(stop=["."]), "Be brief.")("m", "hello", 7) == "ash"
    assert handler.seen[0] == handler.seen[2]
    assert handler.seen[2] == (
        "Bearer k3y",
        {
            "model": "m",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hello"}],
            "temperature": 0.8,
            "top_p": 1.0,
            "max_tokens": 60,
            "seed": 7,
            "stop": ["."],
        },
    )


@pytest.mark.parametrize(
    ("given", "words_of_the_error"),
    [
        ([(401, {"error": "who?"})], '401 Unauthorized: {"error": "who?"} (the worker has no variable SHIFT_TEST_KEY)'),
        ([(500, {})] * 3, "500 Internal Server Error"),
        ([(200, {"choices": []})], "an answer that is no chat completion"),
    ],
)
def test_endpoint_that_gives_no_answer_is_named(
    endpoint: tuple[OpenAICompatible, type[_Endpoint]], given: list[tuple[int, Any]], words_of_the_error: str
) -> None:
    settings, handler = endpoint
    handler.to_give += given
    with pytest.raises(EndpointError) as raised:
        answering(settings, Sampling(), None)("m", "hello", 7)
    assert words_of_the_error in str(raised.value)
    assert "/v1/chat/completions, model 'm'" in str(raised.value)
    assert handler.to_give == []


def test_endpoint_that_is_not_there() -> None:
    settings = OpenAICompatible(base_url="http://127.0.0.1:9/v1", tries=1)
    with pytest.raises(EndpointError, match="Connection refused"):
        answering(settings, Sampling(), None)("m", "hello", 7)
