from athanor import Run, experiment


@experiment(timeout="soon")
def impatient(run: Run[None]) -> None: ...
