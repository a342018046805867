from athanor import Run, experiment


@experiment(
    title="Fine",
    timeout="90s",
    stalled="10m",
    memory="2GiB",
    retries=2,
    retry_on=("error", "lost"),
    backoff="10s",
    queue="gpu",
    tags=["a", "b"],
)
def fine(run: Run[None]) -> None:
    """Nothing wrong here."""
