"""The merged stream of lines."""

import io
import os
import subprocess
import sys
import time

from athanor.embedded.console import Console, LineReader


def test_lines_of_bytes_in_any_pieces() -> None:
    lines: list[str] = []
    reader = LineReader(lines.append)
    for piece in (b"one\ntw", b"o\r\n", b"\xc3", b"\xa9 \xff\n", b"x" * 70_000, b"y\nlast"):
        reader.feed(piece)
    reader.end()
    assert lines == ["one", "two", "é �", "x" * 70_000, "y", "last"]


def test_names_colours_and_control_characters() -> None:
    plain, coloured = io.StringIO(), io.StringIO()
    for stream, colour in ((plain, False), (coloured, True)):
        console = Console(stream, colour=colour)
        console.line("worker", "a\tb\x1b[31m\x07")
        console.close()
    assert plain.getvalue()[8:] == " worker   | a\tb␛[31m␇\n"
    assert coloured.getvalue()[8:] == " \x1b[35mworker   |\x1b[0m a\tb␛[31m␇\n"


def test_terminal_that_takes_nothing_holds_nobody_up() -> None:
    read, write = os.pipe()
    stream = os.fdopen(write, "w")
    console = Console(stream, colour=False)
    started = time.monotonic()
    for number in range(30_000):
        console.line("server", f"{number} {'x' * 100}")
    assert time.monotonic() - started < 30.0
    text = b""
    while b" 29999 " not in text and b"are not shown" not in text:
        text += os.read(read, 1 << 20)
        console.line("server", "and on")
    assert b" 0 xxx" in text
    os.close(read)
    console.line("server", "nobody reads this")
    console.close()
    try:
        stream.close()
    except BrokenPipeError:
        pass  # what was buffered for the reader that left


def test_a_terminal_that_is_gone_does_not_change_the_exit_code() -> None:
    program = (
        "import sys\n"
        "from athanor.embedded.console import Console\n"
        "console = Console.on_stdout()\n"
        "sys.stdin.read()\n"
        "console.say('nobody reads this')\n"
        "console.close()\n"
    )
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=theirs, start_new_session=True
    )
    os.close(theirs)
    os.close(ours)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0
