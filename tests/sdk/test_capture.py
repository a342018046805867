"""Output arrives by itself, once, in order, whatever the experiment does to its streams."""

from run_driver import execute

OUT = '{"source":"stdout"}'
ERR = '{"source":"stderr"}'


def test_logging_and_warnings_arrive_once() -> None:
    outcome = execute("captured", "logging_and_warnings")
    assert outcome.ending == (0, None, "ok")
    mine = '{"source":"logging","logger":"my.logger"}'
    loud = '{"source":"logging","logger":"loud"}'
    told = [(log.level, log.message, log.metadata) for log in outcome.logs]
    broke = told.pop(2)
    assert broke[0] == "error"
    assert broke[1].startswith("it broke\nTraceback (most recent call last):\n")
    assert broke[1].endswith("ZeroDivisionError: division by zero")
    warned = told.pop(3)
    assert warned[:2] == ("warn", "old ways")
    assert warned[2] is not None
    assert warned[2].startswith('{"source":"warnings","category":"FutureWarning","file":"')
    assert told == [
        ("info", "from INFO", mine),
        ("warn", "careful", mine),
        ("info", "'bad %d' with the arguments ('arguments',), which do not fit it", mine),
        ("debug", "now DEBUG too", mine),
        ("error", "wants stdout", loud),
        ("error", "into a handler of its own too", mine),
    ]
    assert outcome.result("kept") == "into a handler of its own too\n"
    assert outcome.result("caught") == 1


def test_streams_survive_whatever_is_done_to_them() -> None:
    outcome = execute("captured", "redirects")
    assert outcome.ending == (0, None, "ok")
    assert outcome.result("kept") == "into a buffer\n"
    assert [(log.message, log.metadata) for log in outcome.logs] == [
        ("after close", OUT),
        ("wrapped", OUT),
        ("é by a codec", OUT),
        ("still reporting", None),
        ("restored False 1 utf-8 backslashreplace", OUT),
        ("descriptor 1 leads elsewhere", OUT),
        ("a", ERR),
        ("b", ERR),
    ]


def test_threads_keep_their_own_order_and_lines_whole() -> None:
    outcome = execute("captured", "from_threads")
    assert outcome.ending == (0, None, "ok")
    for name in range(4):
        for mark in ":/":
            mine = [message for message in outcome.messages if message.startswith(f"{name}{mark}")]
            assert mine == [f"{name}{mark}{i}" for i in range(200)]
    assert len(outcome.messages) == 4 * 400


def test_an_exception_in_a_thread_is_an_error() -> None:
    outcome = execute("captured", "thread_raises")
    assert outcome.ending == (0, None, "ok")
    (log,) = outcome.logs
    assert (log.level, log.metadata) == ("error", '{"source":"thread","thread":"helper"}')
    assert log.message.startswith("exception in thread helper\nTraceback")
    assert log.message.endswith("RuntimeError: in a thread")


def test_output_of_process_pools_arrives() -> None:
    outcome = execute("captured", "pools")
    assert outcome.ending == (0, None, "ok")
    assert (outcome.result("fork"), outcome.result("spawn")) == ([9], [9])
    assert outcome.messages.count("squaring 3") == 2
    assert any("in the pool" in message for message in outcome.messages)


def test_an_async_experiment_runs() -> None:
    outcome = execute("captured", "asynchronous")
    assert (outcome.messages, outcome.ending) == (["one", "two"], (0, None, "ok"))


def test_standard_input_is_empty() -> None:
    assert execute("captured", "no_standard_input").messages == ["end of file"]
