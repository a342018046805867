"""What of the worker's environment a run may see."""

from collections.abc import Mapping

SECRETS = ("ATHANOR_TOKEN", "ATHANOR_DATABASE_URL", "ATHANOR_REDIS_URL")


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """`environment` without the server's secrets."""
    return {name: value for name, value in environment.items() if name not in SECRETS}
