from athanor import Run, experiment


@experiment
def twin(run: Run[None]) -> None: ...
