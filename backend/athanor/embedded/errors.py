"""What can keep `athanor up` from starting."""


class StartError(Exception):
    """One clear sentence for the person who started Athanor: what, where, and what to do."""
