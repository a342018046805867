"""Athanor: write one typed function, get a queue, isolated workers, live logs and results."""

from athanor.sdk.errors import Cancelled
from athanor.sdk.experiment import experiment
from athanor.sdk.run import Run

__all__ = ["Cancelled", "Run", "__version__", "experiment"]

__version__ = "0.1.0"
