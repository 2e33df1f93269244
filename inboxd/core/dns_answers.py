"""What the core may ask of the DNS: an injected question, counted, so that no mail can make us ask for ever."""

from collections.abc import Callable

from inboxd.errors import TransientError

# (name, record type) → the records in presentation form: TXT joined and unquoted, MX as "10 host", names with or
# without the final dot; empty when there is none. Raises ``TransientError`` when nobody could answer in time.
Resolve = Callable[[str, str], tuple[str, ...]]

MAX_QUESTIONS = 40  # 5 keys, 2 policies, and what RFC 7208 4.6.4 allows SPF
MAX_RECORDS = 100
MAX_NAME = 253


def remember(resolve: Resolve) -> Resolve:
    """Return ``resolve`` with a memory and an end: beyond ``MAX_QUESTIONS`` it raises ``TransientError``."""
    answers: dict[tuple[str, str], tuple[str, ...] | TransientError] = {}

    def ask(name: str, rdtype: str) -> tuple[str, ...]:
        question = (name.rstrip(".").lower(), rdtype)
        if question not in answers:
            answers[question] = _ask(resolve, question, len(answers))
        answer = answers[question]
        if isinstance(answer, TransientError):
            raise answer
        return answer

    return ask


def _ask(resolve: Resolve, question: tuple[str, str], asked: int) -> tuple[str, ...] | TransientError:
    name, rdtype = question
    if not 0 < len(name) <= MAX_NAME or not name.isascii() or any(char.isspace() for char in name):
        return ()
    if asked >= MAX_QUESTIONS:
        return TransientError("too many DNS questions for one mail")
    try:
        return resolve(name, rdtype)[:MAX_RECORDS]
    except TransientError as error:
        return error
