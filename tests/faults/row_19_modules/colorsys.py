from athanor import Run, experiment


@experiment
def shadowed(run: Run[None]) -> None: ...
