"""Coverage-guided fuzzing of what reads hostile bytes: parse, quoting, classification, tokens, threads and commands.

    make fuzz                  ten minutes
    python fuzz/fuzz_core.py -max_total_time=60

Any exception is a finding; libFuzzer writes the input that caused it to ``crash-*``.
"""

import sys

import atheris

with atheris.instrument_imports(include=["inboxd.core"]):
    from inboxd.core.authenticate import reported_results
    from inboxd.core.classify import classify
    from inboxd.core.commands import read_commands
    from inboxd.core.dsn import read_bounce
    from inboxd.core.fingerprint import fingerprint
    from inboxd.core.html_text import html_to_text
    from inboxd.core.mail import Envelope
    from inboxd.core.own_addresses import OwnAddresses
    from inboxd.core.parse import parse
    from inboxd.core.quoting import separate, strip_own
    from inboxd.core.survey import read_survey_answer
    from inboxd.core.thread import candidates
    from inboxd.core.tokens import Tokens

_TOKENS = Tokens(b"fuzz" * 8)
_OWN = OwnAddresses(frozenset({"support@acme.test"}))
_OPERATORS = ("ada@acme.test",)


def read_everything(data: bytes) -> None:
    """Read one input in every way the desk would; nothing may raise."""
    fingerprint(data)
    mail = parse(data)
    bounce = read_bounce(mail)
    written = separate(mail, (mail.text[:500],))
    classify(mail, None, bounce, frozenset(), written.new_text)
    reported_results(mail)
    candidates(mail, Envelope("", ()), _TOKENS, own_addresses=_OWN, operators=_OPERATORS, bounce=bounce)
    strip_own(written.new_text, (mail.text,))
    read_commands(written.new_text)
    read_survey_answer(written.new_text, mail.subject)
    html_to_text(data.decode("utf-8", "replace"))


if __name__ == "__main__":
    atheris.Setup(sys.argv, read_everything)
    atheris.Fuzz()
