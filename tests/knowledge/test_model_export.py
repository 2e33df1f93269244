import json
import subprocess
from pathlib import Path

import pytest

from inboxd.errors import PermanentError
from inboxd.knowledge import model_export
from inboxd.knowledge.model_export import (
    EXIT_NOT_EQUAL,
    PACKAGED_MODEL,
    PACKAGED_SHA256,
    ModelSource,
    export_folder,
    find_export,
    make_export,
    resolve_source,
    sha256_of,
)

SOURCE = ModelSource("org/a model", "org/a model", "ab" * 32)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache folder."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))
    return tmp_path


def finish(monkeypatch: pytest.MonkeyPatch, code: int, stderr: str = "") -> list[list[str]]:
    """Let the export's process end at once with that exit code; return the commands it was started with."""
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, code, "", stderr)

    monkeypatch.setattr(model_export.subprocess, "run", run)
    return commands


def test_the_packaged_weights_are_the_expected_ones() -> None:
    """The default name means the installed package, whose weights have the published hash."""
    source = resolve_source(PACKAGED_MODEL)
    assert source.weights_sha256 == PACKAGED_SHA256 == sha256_of(Path(source.location) / "model.safetensors")
    assert source == resolve_source(f"sentence-transformers/{PACKAGED_MODEL}")


def test_other_names_and_folders_have_exports_of_their_own(tmp_path: Path) -> None:
    """The export's folder is named by model and weights, so two models never mix."""
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    keys = {resolve_source(name).key for name in (PACKAGED_MODEL, str(tmp_path), "org/other-model")}
    assert len(keys) == 3
    assert all("/" not in key and " " not in key for key in keys)


def test_an_export_is_found_where_it_was_made(cache: Path) -> None:
    """Before it was made there is none."""
    assert find_export(SOURCE) is None
    folder = export_folder(SOURCE)
    folder.mkdir(parents=True)
    (folder / "model.onnx").touch()
    (folder / "about.json").write_text(json.dumps({"name": "x", "max_tokens": 128}))
    found = find_export(SOURCE)
    assert found is not None
    assert (found.graph, found.max_tokens) == (folder / "model.onnx", 128)
    assert folder.is_relative_to(cache)


def test_vectors_that_differ_mean_torch_for_good(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph that is not equal is not tried again at every start."""
    commands = finish(monkeypatch, EXIT_NOT_EQUAL)
    assert make_export(SOURCE) is None
    assert make_export(SOURCE) is None
    assert len(commands) == 1


def test_a_failed_export_says_why(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line of the process is the reason."""
    finish(monkeypatch, 1, "Traceback\nOSError: no such model")
    with pytest.raises(PermanentError, match="no such model"):
        make_export(SOURCE)
