from athanor import Run, experiment


@experiment
def inner(run: Run[None]) -> None: ...
