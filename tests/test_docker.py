"""What can be seen of docker/ without an engine: it builds from what is here, as nobody's root, and is watched."""

import re
import shlex
from pathlib import Path

import yaml

from athanor.settings import Settings

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docker" / "Dockerfile").read_text().replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "docker" / "compose.yml").read_text())


def stages() -> dict[str, list[tuple[str, str]]]:
    """The instructions of each stage, by its name."""
    found: dict[str, list[tuple[str, str]]] = {}
    current: list[tuple[str, str]] = []
    for line in TEXT.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "FROM":
            current = found.setdefault(rest.rpartition(" AS ")[2], [])
        current.append((word, rest.strip()))
    return found


def test_both_images_run_as_a_user_without_rights_and_are_watched() -> None:
    for name, command in (("server", '["server"]'), ("worker", '["worker"]')):
        said = dict(stages()[name])
        assert said["USER"] == "10001:10001"
        assert said["CMD"] == command
        assert "CMD" in said["HEALTHCHECK"]


def test_what_is_copied_is_there() -> None:
    for word, rest in (each for stage in stages().values() for each in stage):
        if word == "COPY" and "--from=" not in rest:
            for source in shlex.split(rest)[:-1]:
                assert (ROOT / source).exists(), source


def test_compose_names_stages_and_settings_that_exist() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"postgres", "valkey", "migrate", "server", "worker"}
    for name, service in services.items():
        if "build" in service:
            assert service["build"]["target"] in stages(), name
            assert (ROOT / "docker" / service["build"]["context"] / service["build"]["dockerfile"]).exists()
        for variable in service.get("environment", {}):
            if variable.startswith("ATHANOR_"):
                Settings.from_environment({variable: ""})
                assert variable in (ROOT / "README.md").read_text(), variable
        if name in ("postgres", "valkey"):
            assert "healthcheck" in service
            assert "ports" not in service
    assert all(port.startswith("127.0.0.1:") for port in services["server"]["ports"])
    assert re.search(r"replicas: \$\{ATHANOR_WORKERS", (ROOT / "docker" / "compose.yml").read_text())
