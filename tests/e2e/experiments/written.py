"""Log lines of every kind, for the tests of the log viewer."""

import sys
import time

from athanor import Run, experiment

HOSTILE = (
    "<img src=x onerror=\"document.title='taken'\">",
    "<script>document.title='taken'</script>",
    "right \u202eto left\u202c and \u2066isolated\u2069",
    "bell \x07 back\x08space \x1b]0;title\x07 \x1b[2K erased",
    "nul \x00 and \x9b31m",
)


@experiment(title="Written")
def written(run: Run[None]) -> None:
    """One line of each kind."""
    run.info("plain", step=3, nested={"list": [1, 2], "big": 2**60}, text="<b>bold</b>")
    run.warn("\x1b[31mred\x1b[0m and \x1b[1;38;5;42mbold green\x1b[0m, then plain")
    for line in HOSTILE:
        run.error(line)
    for _ in range(37):
        run.info("again")
    run.debug("several\nlines\nin one message")
    print("printed")
    print("complained", file=sys.stderr)
    run.debug(
        "".join(
            f"\x1b[{30 + colour}mnamed {colour} \x1b[38;5;{17 + 31 * colour}mmixed {colour} " for colour in range(8)
        )
    )
    run.info("long " + "x" * (200 * 1024) + " end")
    run.info("the last line")


@experiment(title="Talk")
def talk(run: Run[None]) -> None:
    """A line every ten milliseconds, until it is cancelled."""
    number = 0
    while True:
        run.raise_if_cancelled()
        run.info(f"line {number}", number=number)
        number += 1
        time.sleep(0.01)
