"""How far two sets of answers lie apart."""

import math
import random
import re
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

_MOST_SHUFFLES, _FEWEST_SHUFFLES = 200, 20
_SHUFFLED_ANSWERS = 200_000  # in all: some seconds of work, however many answers there are
_REFUSAL = re.compile(
    r"\b(?:i (?:can(?:no|')t|am (?:not able|unable)|won't|must decline)|i'm (?:sorry|not able|unable)|as an ai\b)",
    re.IGNORECASE,
)


class Shift(Struct, frozen=True, kw_only=True):
    """Model b's answers against model a's; `chance` is the share of random divisions that lie as far apart."""

    divergence: float
    chance: float
    mean_words_a: float
    mean_words_b: float
    refusal_rate_a: float
    refusal_rate_b: float
    vocabulary_a: int
    vocabulary_b: int


def words(answers: Sequence[str]) -> Counter[str]:
    """How often each word occurs, in lower case; punctuation counts as words of its own."""
    return Counter(word for answer in answers for word in re.findall(r"\w+|[^\w\s]", answer.lower()))


def divergence(a: Counter[str], b: Counter[str]) -> float:
    """The Jensen-Shannon divergence in bits: 0 for equal distributions, 1 for ones with nothing in common."""
    total_a, total_b = a.total(), b.total()
    if not total_a or not total_b:
        return 0.0 if total_a == total_b else 1.0
    bits = 0.0
    for word in a.keys() | b.keys():
        p, q = a[word] / total_a, b[word] / total_b
        middle = (p + q) / 2
        bits += sum(share / 2 * math.log2(share / middle) for share in (p, q) if share)
    return min(max(bits, 0.0), 1.0)


def is_refusal(answer: str) -> bool:
    """Whether the beginning of an answer declines to give one."""
    return _REFUSAL.search(answer[:200].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")) is not None


def compare(a: Sequence[str], b: Sequence[str], dice: random.Random) -> Shift:
    """Compares two non-empty sets of answers; `dice` divides all answers anew for the permutation test."""
    found = divergence(words(a), words(b))
    counted = [words([answer]) for answer in (*a, *b)]
    shuffles = min(_MOST_SHUFFLES, max(_FEWEST_SHUFFLES, _SHUFFLED_ANSWERS // len(counted)))
    as_far = 0
    for _ in range(shuffles):
        dice.shuffle(counted)
        as_far += divergence(_total(counted[: len(a)]), _total(counted[len(a) :])) >= found - 1e-12
    return Shift(
        divergence=found,
        chance=(as_far + 1) / (shuffles + 1),
        mean_words_a=sum(len(answer.split()) for answer in a) / len(a),
        mean_words_b=sum(len(answer.split()) for answer in b) / len(b),
        refusal_rate_a=sum(map(is_refusal, a)) / len(a),
        refusal_rate_b=sum(map(is_refusal, b)) / len(b),
        vocabulary_a=len(words(a)),
        vocabulary_b=len(words(b)),
    )


def _total(counters: Sequence[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total
