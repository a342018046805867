"""Small language models of a bundled text: which words or letters follow which, counted."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

_CORPUS = Path(__file__).with_name("corpus.txt")
_LONGEST = {"words": 4, "letters": 12}


@cache
def load(name: str) -> "Model":
    """The model `words-N` or `letters-N`, which looks N tokens back.

    Raises:
        ValueError: there is no such model.
    """
    found = re.fullmatch(r"(words|letters)-([1-9][0-9]?)", name)
    if found is None or int(found[2]) > _LONGEST[found[1]]:
        raise ValueError(f"no built-in model {name!r}: there are words-1 to words-4 and letters-1 to letters-12")
    return Model(_CORPUS.read_text(encoding="utf-8"), found[1], int(found[2]))


class Model:
    """Counts of what follows each context, of every length up to `order`."""

    def __init__(self, text: str, unit: str, order: int) -> None:
        """`unit` is "words" or "letters"."""
        self.unit = unit
        self.order = order
        self._after: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        tokens = self.tokens(" ".join(text.split()))
        for place, token in enumerate(tokens):
            for length in range(min(order, place) + 1):
                self._after[tuple(tokens[place - length : place])][token] += 1

    def tokens(self, text: str) -> list[str]:
        return list(text) if self.unit == "letters" else re.findall(r"\w+(?:'\w+)?|[^\w\s]", text)

    def candidates(self, context: Sequence[str]) -> Counter[str]:
        """What follows the longest end of `context` that the text holds."""
        for length in range(min(self.order, len(context)), 0, -1):
            found = self._after.get(tuple(context[-length:]))
            if found:
                return found
        return self._after[()]

    def answer(
        self, prompt: str, seed: int, temperature: float, max_tokens: int, top_p: float, stop: Sequence[str]
    ) -> str:
        """Goes on from the prompt until a sentence ends after half of `max_tokens`, or they are used up."""
        dice = random.Random(seed)
        context = self.tokens(prompt)
        start = len(context)
        if self.unit == "letters":
            context.append(" ")
        while len(context) - start < max_tokens:
            context.append(draw(self.candidates(context), temperature, top_p, dice))
            text = self.text(context[start:])
            if any(end in text for end in stop):
                return min((text.partition(end)[0] for end in stop if end in text), key=len)
            if context[-1] in ".!?" and (len(context) - start) * 2 >= max_tokens:
                break
        return self.text(context[start:])

    def text(self, tokens: Sequence[str]) -> str:
        if self.unit == "letters":
            return "".join(tokens).strip()
        return re.sub(r" ([,.;:!?])", r"\1", " ".join(tokens))


def draw(counts: Counter[str], temperature: float, top_p: float, dice: random.Random) -> str:
    """One of the tokens; the likeliest one at temperature 0. Ties fall by the alphabet, so that seeds repeat."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    if temperature == 0:
        return ranked[0][0]
    highest = ranked[0][1]
    weights = [(count / highest) ** (1 / temperature) for _, count in ranked]
    left = top_p * sum(weights)
    kept = 0
    for weight in weights:
        kept += 1
        left -= weight
        if left <= 0:
            break
    return dice.choices([token for token, _ in ranked[:kept]], weights[:kept])[0]
