from athanor import Run, experiment


@experiment
def never_offered(run: Run[None]) -> None: ...


import a_module_that_is_not_there  # noqa: E402, F401
