"""Texts to vectors: the configured sentence model, run by onnxruntime without torch in the process.

Vectors are float32 and L2-normalised, so a dot product is the cosine (Reimers & Gurevych, Sentence-BERT, 2019).
"""

import os
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inboxd.knowledge.model_export import ModelExport, find_export, make_export, resolve_source

# A unit is a sentence or two; the model was trained on texts of at most 128 word pieces.
MAX_TOKENS = 128
# A batch of 32 long texts takes 400 MB for a moment, one of 600 tokens 30; both are as fast on two cores.
BATCH_TOKENS = 600
_TORCH_BATCH = 32
# Hostile mail: a "sentence" without end is cut before it is tokenised, 128 tokens never need more.
MAX_CHARACTERS = 4_000

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors; ``name`` says which model and weights, it is stored with every vector."""

    @property
    def name(self) -> str:
        """Return the model's name, with what tells two versions of it apart."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, in order."""


def load_embedder(model: str) -> Embedder:
    """Return the embedder for a configured model name or folder; exports it first when that was never done.

    Blocks for about 0.3 s, at the very first time for about half a minute. Raises ``PermanentError`` when the
    model cannot be had.
    """
    source = resolve_source(model)
    export = find_export(source) or make_export(source)
    return TorchEmbedder(source.location, source.key) if export is None else OnnxEmbedder(export)


def readable(text: str) -> str:
    """Return as much of a text as a model reads, with a question mark for every half of a character (a lone surrogate)."""
    return text[:MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


class OnnxEmbedder:
    """An exported model; needs 90 MB for the weights of the default model and no torch."""

    def __init__(self, export: ModelExport) -> None:
        import onnxruntime  # noqa: PLC0415  0.1 s and 40 MB, only paid by a desk with articles
        from tokenizers import Tokenizer  # noqa: PLC0415  likewise

        self.name = export.graph.parent.name
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(2, os.cpu_count() or 1)
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # A spinning thread pool would burn a core between two mails.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # The arena keeps the memory of the largest batch for ever.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(export.graph), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = Tokenizer.from_file(str(export.tokenizer))
        self._tokenizer.enable_truncation(export.max_tokens)
        self._tokenizer.no_padding()
        self._padding = next(
            (
                number
                for name in ("[PAD]", "<pad>")
                if (number := self._tokenizer.token_to_id(name)) is not None
            ),
            0,
        )
        # A graph keeps only the inputs its model reads.
        self._inputs = [node.name for node in self._session.get_inputs()]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, in order; batches of similar length waste no padding."""
        encodings = self._tokenizer.encode_batch([readable(text) for text in texts])
        order = sorted(range(len(texts)), key=lambda position: len(encodings[position].ids))
        rows: list[Vectors] = [np.empty(0, np.float32)] * len(texts)
        for batch in _batches(order, [len(encoding.ids) for encoding in encodings]):
            found = self._run([encodings[position] for position in batch])
            for position, row in zip(batch, found, strict=True):
                rows[position] = row
        return np.stack(rows) if rows else np.empty((0, 0), np.float32)

    def _run(self, encodings: list[Any]) -> Vectors:
        longest = max(len(encoding.ids) for encoding in encodings)
        inputs = {
            "input_ids": np.full((len(encodings), longest), self._padding, np.int64),
            "attention_mask": np.zeros((len(encodings), longest), np.int64),
            "token_type_ids": np.zeros((len(encodings), longest), np.int64),
        }
        for row, encoding in enumerate(encodings):
            inputs["input_ids"][row, : len(encoding.ids)] = encoding.ids
            inputs["attention_mask"][row, : len(encoding.ids)] = 1
        outputs = self._session.run(["vector"], {name: inputs[name] for name in self._inputs})
        return np.asarray(outputs[0], np.float32)


def _batches(order: Sequence[int], lengths: Sequence[int]) -> Iterator[list[int]]:
    """Yield positions in batches that, padded to their longest text, hold no more tokens than memory allows."""
    batch: list[int] = []
    for position in order:
        if batch and (len(batch) + 1) * lengths[position] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


class TorchEmbedder:
    """The same model run by sentence-transformers: for the export, and where the export's vectors differ."""

    def __init__(self, location: str, name: str) -> None:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  4 s and 480 MB

        self.name = name
        self.model: Any = SentenceTransformer(location, device="cpu")
        self.model.max_seq_length = MAX_TOKENS
        self.tokenizer: Any = self.model.tokenizer

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, in order."""
        cut = [readable(text) for text in texts]
        vectors = self.model.encode(
            cut,
            batch_size=_TORCH_BATCH,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return np.asarray(vectors, np.float32)
