from athanor import Run, experiment


@experiment(title="Fine", timeout="90s", retries=2, queue="gpu", tags=["a", "b"])
def fine(run: Run[None]) -> None:
    """Nothing wrong here."""
