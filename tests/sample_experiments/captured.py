"""Experiments whose output arrives by itself, whatever they do to their streams."""

import asyncio
import codecs
import contextlib
import io
import logging
import multiprocessing
import os
import sys
import threading
import warnings

from athanor import Run, experiment


@experiment
def logging_and_warnings(run: Run[None]) -> None:
    log = logging.getLogger("my.logger")
    log.debug("not from DEBUG")
    log.info("from %s", "INFO")
    log.warning("careful")
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        log.exception("it broke")
    log.info("bad %d", "arguments")
    warnings.warn("old ways", FutureWarning, stacklevel=1)
    # What a program does for itself changes nothing: each record arrives once.
    logging.basicConfig(level=logging.DEBUG)
    log.debug("now DEBUG too")
    silent = logging.getLogger("silent")
    silent.propagate = False
    silent.error("wants nobody to hear")
    loud = logging.getLogger("loud")
    loud.propagate = False
    loud.addHandler(logging.StreamHandler(sys.stdout))
    loud.error("wants stdout")
    kept = io.StringIO()
    log.addHandler(logging.StreamHandler(kept))
    log.error("into a handler of its own too")
    run.result("kept", kept.getvalue())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("caught by the experiment", stacklevel=1)
    run.result("caught", len(caught))


@experiment
def redirects(run: Run[None]) -> None:
    kept = io.StringIO()
    with contextlib.redirect_stdout(kept):
        print("into a buffer")
    run.result("kept", kept.getvalue())
    sys.stdout.close()
    print("after close")
    wrapped = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", line_buffering=True)
    print("wrapped", file=wrapped)
    del wrapped
    sys.stdout = codecs.getwriter("utf-8")(sys.__stdout__.buffer)  # type: ignore[assignment,union-attr]
    print("é by a codec")
    sys.stdout = None  # type: ignore[assignment]
    print("nowhere")
    run.info("still reporting")
    sys.stdout = sys.__stdout__
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    print("restored", sys.stdout.isatty(), sys.stdout.fileno(), sys.stdout.encoding, sys.stdout.errors)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    print("descriptor 1 leads elsewhere")
    sys.stderr.writelines(["a\n", "b\n"])


@experiment
def from_threads(run: Run[None]) -> None:
    def work(name: int) -> None:
        for i in range(200):
            print(f"{name}:{i}")
            run.info(f"{name}/{i}")

    threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@experiment
def thread_raises(run: Run[None]) -> None:
    def work() -> None:
        raise RuntimeError("in a thread")

    thread = threading.Thread(target=work, name="helper")
    thread.start()
    thread.join()


def _square(number: int) -> int:
    print(f"squaring {number}", flush=True)
    logging.getLogger("pool").warning("in the pool")
    return number * number


@experiment
def pools(run: Run[None]) -> None:
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(1) as pool:
            run.result(method, pool.map(_square, [3]))
            pool.close()
            pool.join()


@experiment
async def asynchronous(run: Run[None]) -> None:
    async def part(name: str) -> None:
        await asyncio.sleep(0)
        print(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(part("one"))
        group.create_task(part("two"))


@experiment
def no_standard_input(run: Run[None]) -> None:
    try:
        input()
    except EOFError:
        run.info("end of file")
