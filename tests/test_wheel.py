"""What is in the wheel, and that it works where no repository is."""

import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA = ("migrations", "rules", "kb")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from the files as they are."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return the environment in which Python finds the unpacked wheel before anything else."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)  # noqa: S202  a zip file, just made by ourselves
    return {**os.environ, "PYTHONPATH": str(folder)}


def names_in(wheel: Path) -> set[str]:
    """Return the paths inside a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def files_below(folder: str) -> set[str]:
    """Return the files of a folder of the repository, without what Python leaves behind."""
    found = (path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file())
    return {name for name in found if "__pycache__" not in name}


def test_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    """Modules, templates, word lists and the calibration: none is left out."""
    assert files_below("inboxd") - names_in(wheel) == set()


def test_wheel_has_what_a_new_desk_needs(wheel: Path) -> None:
    """Migrations, starter rules with their examples, starter articles and the example configuration."""
    expected = {f"inboxd/_data/{name}" for folder in DATA for name in files_below(folder)}

    assert (expected | {"inboxd/_data/config.example.toml"}) - names_in(wheel) == set()


def test_wheel_has_nothing_else(wheel: Path) -> None:
    """No tests, no caches, no stores: only the package, its data and its own description."""
    about = {name for name in names_in(wheel) if ".dist-info/" in name}
    data = {f"inboxd/_data/{name}" for folder in DATA for name in files_below(folder)}
    known = files_below("inboxd") | data | {"inboxd/_data/config.example.toml"} | about

    assert names_in(wheel) - known == set()
    assert any(name.endswith("licenses/LICENSE") for name in about)


def test_installed_program_makes_a_desk_that_runs(elsewhere: Mapping[str, str], tmp_path: Path) -> None:
    """Outside the repository: init, check, the example mails' files, and a first run that ends idle."""

    def inboxd(*arguments: str, folder: Path) -> str:
        command = [sys.executable, "-m", "inboxd", *arguments]
        done = subprocess.run(command, cwd=folder, env=elsewhere, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    desk = tmp_path / "desk"
    inboxd("init", "desk", folder=tmp_path)

    assert "in order" in inboxd("check", folder=desk)
    inboxd("run", "--until-idle", folder=desk)
    assert (desk / "var" / "inboxd.db").is_file()
    where = [sys.executable, "-c", "import inboxd; print(inboxd.__file__)"]
    used = subprocess.run(where, cwd=desk, env=elsewhere, capture_output=True, text=True, check=True).stdout
    assert used.startswith(elsewhere["PYTHONPATH"])


def test_sdist_has_what_everything_is_made_of(tmp_path: Path) -> None:
    """From the source archive a wheel, an image and a test run can be made: nothing of it is left out, nothing private is in."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    (built,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(built) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    expected = {
        name for folder in ("inboxd", "tests", "docs", "deploy", *DATA) for name in files_below(folder)
    }
    alone = {
        "pyproject.toml",
        "constraints.txt",
        "Makefile",
        "Dockerfile",
        ".dockerignore",
        "config.example.toml",
    }
    assert (expected | alone | {"README.md", "LICENSE", "CHANGELOG.md"}) - names == set()
    assert not any(name.startswith(("var/", ".git/")) for name in names)
