"""What a reply to an automatic answer means, where its words alone do not say: by the nearest examples."""

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inboxd.core.feedback import Verdict, judge_reply
from inboxd.knowledge.question import read_question

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder

# As near to an example, and so much nearer than to those of the other kinds, a sentence must be to be judged by it.
NEAR = 0.55
AHEAD = 0.08

EXAMPLES: tuple[tuple[Verdict, tuple[str, ...]], ...] = (
    (
        Verdict.NOT_HELPED,
        (
            "Unfortunately that did not answer my question.",
            "I have followed these steps and nothing changed.",
            "You seem to have misread my mail.",
            "These instructions are for another product.",
            "The menu you describe does not exist in my version.",
            "I know all that, but my problem is a different one.",
            "It fails with the same error as before.",
        ),
    ),
    (
        Verdict.HELPED,
        (
            "Wonderful, everything runs again.",
            "I found it, all good.",
            "This is what I was looking for.",
            "Now it is clear to me.",
            "I could do it with your instructions.",
        ),
    ),
    (
        Verdict.UNCLEAR,
        (
            "I have one more question.",
            "How long does that take?",
            "Could you also tell me the price?",
            "What happens to my data then?",
            "Can you do that for me?",
            "Here is the screenshot you asked for.",
        ),
    ),
)


def judge(embedder: "Embedder | None", new_text: str) -> Verdict:
    """Return what a reply says: by its words, else by the example it is nearest to; unclear when it is near none."""
    by_words = judge_reply(new_text)
    sentences = read_question("", new_text).sentences
    if by_words is not Verdict.UNCLEAR or embedder is None or not sentences:
        return by_words
    return _nearest(embedder, sentences)


def _nearest(embedder: "Embedder", sentences: Sequence[str]) -> Verdict:
    examples = [text for _, texts in EXAMPLES for text in texts]
    rows = embedder.embed((*examples, *sentences))
    similar = rows[len(examples) :] @ rows[: len(examples)].T
    ends = list(itertools.accumulate(len(texts) for _, texts in EXAMPLES))
    best = [float(similar[:, start:end].max()) for start, end in zip((0, *ends), ends, strict=False)]
    first, second = sorted(best, reverse=True)[:2]
    if first < NEAR or first - second < AHEAD:
        return Verdict.UNCLEAR
    return EXAMPLES[best.index(first)][0]
