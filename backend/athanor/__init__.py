"""Athanor: write one typed function, get a queue, isolated workers, live logs and results."""

__version__ = "0.1.0"
