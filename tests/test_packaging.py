"""What installs and ships the desk names only what is there."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from ruamel.yaml import YAML

from bot.settings import PREFIX, VARIABLES

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = YAML(typ="safe").load(ROOT / "compose.yaml")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINS = [Requirement(line) for line in CONSTRAINTS if not line.startswith("#")]


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} +(.+)$", DOCKERFILE, re.MULTILINE)


def test_every_pin_is_one_exact_release() -> None:
    for pin in PINS:
        assert [clause.operator for clause in pin.specifier] == ["=="], str(pin)
        assert pin.url is None, str(pin)


def test_every_requirement_is_pinned_to_a_release_it_allows() -> None:
    pins = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in PINS}
    for line in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)]), line


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[0] == "!"}
    copied = {source for line in instructions("COPY") for source in shlex.split(line)[:-1]}
    assert copied == sent
    for source in copied:
        assert (ROOT / source).exists(), source


def test_the_image_does_not_run_as_root() -> None:
    assert instructions("USER") == ["switchboard"]


def test_images_and_services_set_only_known_settings() -> None:
    services = [service.get("environment", {}) for service in COMPOSE["services"].values()]
    named = {name for environment in services for name in environment} | set(re.findall(r"(\w+)=", DOCKERFILE))
    ours = {name for name in named if name.startswith(PREFIX)}
    assert ours
    assert ours <= VARIABLES.keys()


def test_every_service_waits_for_one_that_there_is() -> None:
    for service in COMPOSE["services"].values():
        assert service.get("depends_on", {}).keys() <= COMPOSE["services"].keys()


def test_what_services_mount_is_there() -> None:
    mounted = [volume.split(":")[0] for service in COMPOSE["services"].values() for volume in service["volumes"]]
    for source in mounted:
        assert (ROOT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"], source


def commands() -> list[str]:
    """The subcommands of `switchboard` that the image and the services run."""
    started = [json.loads(line) for line in instructions("CMD") if "switchboard" in line]
    started += [service["command"] for service in COMPOSE["services"].values() if "command" in service]
    return sorted(set(re.findall(r"switchboard (\w+)", "\n".join(" ".join(words) for words in started))))


def test_the_image_prepares_its_database_and_runs() -> None:
    assert commands() == ["migrate", "run"]


@pytest.mark.parametrize("command", commands())
def test_every_command_that_is_started_exists(command: str) -> None:
    asked = [sys.executable, "-m", "bot", command, "--help"]
    shown = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert command in shown.stdout


def test_the_address_that_the_image_asks_for_its_health_is_served() -> None:
    paths = re.findall(r"http://127\.0\.0\.1:8080(/[\w/]+)", DOCKERFILE)
    assert paths == ["/health/live"]
    assert any(f'"{paths[0]}"' in path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py"))
