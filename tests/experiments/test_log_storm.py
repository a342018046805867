"""The lines of the storm."""

import random

from log_storm import Config, Levels, make_line


def test_lines_are_numbered_have_their_length_and_repeat_with_the_seed() -> None:
    config = Config(message_length=40, metadata=True)
    once = [make_line(number, config, [1, 1, 1, 1], random.Random(number)) for number in range(100)]
    assert once == [make_line(number, config, [1, 1, 1, 1], random.Random(number)) for number in range(100)]
    assert [int(message.split()[0]) for _, message, _ in once] == list(range(100))
    assert {len(message) for _, message, _ in once} == {40}
    assert all(metadata and metadata["number"] == number for number, (_, _, metadata) in enumerate(once))


def test_mix_of_levels_is_kept() -> None:
    levels = Levels(debug=0, info=3, warn=1, error=0)
    dice = random.Random(1)
    weights = [levels.debug, levels.info, levels.warn, levels.error]
    drawn = [make_line(number, Config(), weights, dice)[0] for number in range(4000)]
    assert set(drawn) == {"info", "warn"}
    assert 2850 < drawn.count("info") < 3150
