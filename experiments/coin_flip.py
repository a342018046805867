import random
from typing import Annotated

from msgspec import Meta, Struct

from athanor import Run, experiment


class Config(Struct, kw_only=True, forbid_unknown_fields=True):
    flips: Annotated[int, Meta(ge=1, le=1_000_000, description="How many times to flip")] = 100
    bias: Annotated[float, Meta(ge=0, le=1, description="Probability of heads")] = 0.5


@experiment(title="Coin flip", timeout="10m", retries=0, queue="default")
def coin_flip(run: Run[Config]) -> None:
    """Flip a biased coin and count the heads."""
    heads = 0
    for i in run.track(range(run.config.flips), message="flipping"):  # progress; stops here when cancelled
        heads += random.random() < run.config.bias
        run.metric("heads_ratio", heads / (i + 1), step=i)
    run.info("done", heads=heads)  # metadata as keywords
    run.result("summary", {"heads": heads, "flips": run.config.flips})
