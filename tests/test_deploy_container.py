"""The Dockerfile, read as Docker would read it: no engine is needed, and none may be there."""

import fnmatch
import json
import re
import shlex
import threading
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import typer.main
import yaml

from inboxd.cli import app

ROOT = Path(__file__).parents[1]
_JOINED = re.compile(r"\\\n(?:#.*\n)*")


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions in order, continued lines joined."""
    lines = _JOINED.sub(" ", (ROOT / "Dockerfile").read_text("utf-8")).splitlines()
    words = (line.strip().partition(" ") for line in lines if line.strip() and not line.startswith("#"))
    return [(name.upper(), rest.strip()) for name, _, rest in words]


def values(name: str) -> list[str]:
    """Return what stands behind each instruction of a name."""
    return [rest for one, rest in instructions() if one == name]


def copied() -> list[str]:
    """Return what is copied from the repository, not from another stage."""
    return [source for one in values("COPY") if "--from" not in one for source in shlex.split(one)[:-1]]


def test_everything_it_copies_is_there_and_let_through() -> None:
    """Each COPY names a file of the repository, and .dockerignore, which keeps all else out, lets exactly these in."""
    ignored = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] not in {"", "#"}
    ]
    assert all((ROOT / name).exists() for name in copied())
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == set(copied())


@pytest.mark.parametrize("secret", ["var/secret", ".git/config", "config.toml", "inboxd.db"])
def test_nothing_private_reaches_an_image(secret: str) -> None:
    """Neither a store nor a key nor the history is let through."""
    assert not any(fnmatch.fnmatch(secret, name) or secret.startswith(f"{name}/") for name in copied())


def test_the_build_gets_all_it_needs() -> None:
    """What pyproject.toml puts into the wheel, and the pins, are copied before the program is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["packages"], *wheel["force-include"], project["project"]["readme"], "constraints.txt"}
    assert needed | set(project["project"]["license-files"]) <= set(copied())
    (install,) = (one for one in values("RUN") if "pip install" in one)
    assert "--constraint constraints.txt" in install


def test_its_python_is_one_we_support() -> None:
    """Both stages are of one image (a venv is bound to its interpreter), of a version that the tests run with."""
    (base,) = {one.split()[0] for one in values("FROM")}
    version = re.fullmatch(r"python:(3\.\d+)-slim", base)
    assert version is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"Programming Language :: Python :: {version[1]}" in project["classifiers"]


def test_it_runs_without_rights_and_keeps_everything_in_one_volume() -> None:
    """The last user is none of the system's, what is the desk's lies in the volume, and tini is process 1."""
    assert values("USER") == ["inboxd"]
    assert values("VOLUME") == values("WORKDIR")[-1:] == ["/srv/inboxd"]
    assert "INBOXD_CACHE=/srv/inboxd/" in values("ENV")[0]
    assert json.loads(values("ENTRYPOINT")[0]) == ["tini", "--", "inboxd"]
    (command,) = json.loads(values("CMD")[0])
    assert command in getattr(typer.main.get_command(app), "commands")  # noqa: B009  typer's own click has no types
    (user,) = (one for one in values("RUN") if "useradd" in one)
    assert "--uid 8025" in user
    assert "tini" in user


@pytest.fixture
def monitor() -> Iterator[HTTPServer]:
    """A server that answers with its attribute ``status``, on a free port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(self.server.status if self.path == "/healthz" else 404)  # type: ignore[attr-defined]
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("status", "well"), [(200, True), (503, False)])
def test_the_health_check_believes_healthz(monitor: HTTPServer, status: int, *, well: bool) -> None:
    """Its program ends well when /healthz is well, and raises when the desk is not."""
    monitor.status = status  # type: ignore[attr-defined]
    python, option, program = json.loads(values("HEALTHCHECK")[0].partition("CMD ")[2])
    assert (python, option) == ("python", "-c")
    assert "127.0.0.1:9095" in program
    here = program.replace("127.0.0.1:9095", f"127.0.0.1:{monitor.server_address[1]}")
    if well:
        exec(here)  # noqa: S102  the program under test
    else:
        with pytest.raises(OSError, match="503"):
            exec(here)  # noqa: S102  the program under test


def test_compose_takes_all_rights_away() -> None:
    """The compose file builds this image, keeps the desk outside of it, and drops every capability."""
    (desk,) = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"].values()
    assert (ROOT / "deploy" / desk["build"] / "Dockerfile").is_file()
    assert desk["volumes"][0] == "/srv/inboxd:/srv/inboxd"
    assert (desk["read_only"], desk["cap_drop"]) == (True, ["ALL"])
