"""What the SDK raises in user code, by name."""


class Cancelled(BaseException):
    """Somebody cancelled the run: leave. Not an Exception, so that `except Exception` does not swallow it."""


class RunClosedError(RuntimeError):
    """The run cannot take reports here: a forked process, or its connection to the worker is gone."""


class ValueTooDeepError(ValueError):
    """A value is nested deeper than 500 levels."""


class ValueTooLargeError(ValueError):
    """A value is over 16 MiB as JSON, or the metadata of a log line over 64 KiB."""


class ExperimentError(ValueError):
    """An `@experiment` that cannot be used as it is written; says what to change."""


class ConfigError(ValueError):
    """A config that does not fit the experiment's config type; says where."""
