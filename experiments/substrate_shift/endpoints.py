"""Who answers: the built-in models, or any endpoint that speaks OpenAI's chat completions."""

import http.client
import json
import os
import time
import urllib.request
from collections.abc import Callable
from typing import Annotated, Any
from urllib.error import HTTPError, URLError

from msgspec import Meta, Struct, field

from .offline import load

Ask = Callable[[str, str, int], str]  # model, prompt, seed -> answer

_WORTH_ANOTHER_TRY = {408, 409, 425, 429, 500, 502, 503, 504, 529}
_LONGEST_PAUSE_S = 30.0


class Sampling(Struct, kw_only=True, forbid_unknown_fields=True):
    """How the next word is drawn."""

    temperature: Annotated[float, Meta(ge=0, le=2, description="0 = always the likeliest word")] = 0.8
    max_tokens: Annotated[int, Meta(ge=1, le=8192, title="Longest answer", description="In tokens")] = 60
    top_p: Annotated[float, Meta(gt=0, le=1, title="Top p", description="Draw from the likeliest this much")] = 1.0
    stop: Annotated[list[Annotated[str, Meta(min_length=1)]], Meta(max_length=4, description="Texts that end it")] = (
        field(default_factory=list)
    )


class Offline(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="offline"):
    """Small models of a bundled text, no key needed: `words-1` to `words-4`, `letters-1` to `letters-12`."""


class OpenAICompatible(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="openai_compatible"):
    """A service, or a server of your own."""

    base_url: Annotated[str, Meta(pattern=r"^https?://", title="Base URL", description="Up to and with /v1")] = (
        "http://127.0.0.1:11434/v1"
    )
    api_key_variable: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z_][A-Za-z0-9_]*$",
            title="Variable of the API key",
            description="Name of the worker's environment variable that holds the key",
        ),
    ] = "OPENAI_API_KEY"
    timeout_seconds: Annotated[float, Meta(gt=0, le=3600, title="Timeout", description="Seconds for one answer")] = (
        120.0
    )
    tries: Annotated[int, Meta(ge=1, le=20, description="Tries for one answer")] = 5


Endpoint = Offline | OpenAICompatible


class EndpointError(RuntimeError):
    """The endpoint gave no answer; says which endpoint and why, never the key."""


def answering(endpoint: Endpoint, sampling: Sampling, system_prompt: str | None) -> Ask:
    """The function that gets one answer; safe to call from several threads."""
    if isinstance(endpoint, Offline):
        return lambda model, prompt, seed: load(model).answer(
            prompt, seed, sampling.temperature, sampling.max_tokens, sampling.top_p, sampling.stop
        )
    return lambda model, prompt, seed: _chat(endpoint, _request(model, prompt, seed, sampling, system_prompt))


def _request(model: str, prompt: str, seed: int, sampling: Sampling, system_prompt: str | None) -> dict[str, Any]:
    system = [{"role": "system", "content": system_prompt}] if system_prompt else []
    body: dict[str, Any] = {
        "model": model,
        "messages": [*system, {"role": "user", "content": prompt}],
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_tokens": sampling.max_tokens,
        "seed": seed,
    }
    if sampling.stop:
        body["stop"] = sampling.stop
    return body


def _chat(endpoint: OpenAICompatible, body: dict[str, Any]) -> str:
    url = endpoint.base_url.rstrip("/") + "/chat/completions"
    headers = {"Content-Type": "application/json"}
    key = os.environ.get(endpoint.api_key_variable)
    if key:
        headers["Authorization"] = f"Bearer {key}"
    problem, pause_s = "", 0.0
    for attempt in range(endpoint.tries):
        time.sleep(pause_s)
        pause_s = min(2.0**attempt, _LONGEST_PAUSE_S)
        request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - http(s) by the schema
        try:
            with urllib.request.urlopen(request, timeout=endpoint.timeout_seconds) as answer:  # noqa: S310
                content = json.load(answer)["choices"][0]["message"]["content"]
                return str(content or "")
        except HTTPError as error:
            problem = f"{error.code} {error.reason}: {error.read(500).decode(errors='replace')}"
            if error.code in (401, 403) and not key:
                problem += f" (the worker has no variable {endpoint.api_key_variable})"
            asked = error.headers.get("Retry-After", "")
            if asked.isdecimal():
                pause_s = min(float(asked), _LONGEST_PAUSE_S)
            if error.code not in _WORTH_ANOTHER_TRY:
                break
        except (URLError, TimeoutError, ConnectionError, http.client.HTTPException) as error:
            problem = str(error)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            problem = f"an answer that is no chat completion ({error!r})"
            break
    raise EndpointError(f"{url}, model {body['model']!r}: {problem}")
