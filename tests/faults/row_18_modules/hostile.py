"""An experiment whose every word wants to be taken for more than a word."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from athanor import Run, experiment

TAKEN = "globalThis.taken=1"
PAYLOADS = (
    f"<script>{TAKEN}</script>",
    f"</script></title></textarea><script>{TAKEN}</script>",
    f"<img src=x onerror={TAKEN}>",
    f"\"><svg onload='{TAKEN}'>",
    f'<iframe srcdoc="<script>parent.{TAKEN}</script>"></iframe>',
    f"javascript:{TAKEN}",
    f"[click](javascript:{TAKEN})",
    f"<a href='javascript:{TAKEN}'>click</a>",
    f"data:text/html,<script>opener.{TAKEN}</script>",
    f"{{{{constructor.constructor('{TAKEN}')()}}}}",
    f"${{{TAKEN}}}",
    f"\x1b]8;;javascript:{TAKEN}\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]0;taken\x07\x1b[2J\x1b[H\x1b[8mhidden\x1b[0m",
    "right \u202eto left\u202c and \u2066isolated\u2069",
    "one\u2028two\u2029three\x85four",
    "__proto__",
    "constructor",
    "//hostile.example/x",
)
HOSTILE = " ".join(PAYLOADS)


class Config(Struct, kw_only=True):
    text: Annotated[str, Meta(title=HOSTILE, description=HOSTILE)] = HOSTILE
    choice: Annotated[Literal[tuple(PAYLOADS)], Meta(title=f"<b>{PAYLOADS[0]}", description=HOSTILE)] = PAYLOADS[0]  # type: ignore[valid-type]
    lists: list[str] = field(default_factory=lambda: list(PAYLOADS))
    ends: Literal["well", "badly"] = "well"


@experiment(title=HOSTILE, description=HOSTILE, tags=PAYLOADS[:3])
def hostile(run: Run[Config]) -> None:
    for payload in PAYLOADS:
        run.info(payload, **{payload: payload, "nested": {payload: [payload]}})
        run.result(payload, {payload: payload, "list": [payload, {payload: payload}]})
        run.metric(payload, 1.0, step=0)
        run.metric(payload, 2.0, step=1)
        print(payload)
    run.progress(1, 2, HOSTILE)
    if run.config.ends == "badly":
        raise RuntimeError(HOSTILE)
