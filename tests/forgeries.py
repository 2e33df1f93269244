"""Two hundred ways to pretend to be the operator."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

ADA, GRACE, EVE, MALLORY = "ada@acme.test", "grace@acme.test", "eve@sand.example", "mallory@evil.example"
DESK = "support@acme.test"
BODY = "#solved\n#tag pwned\n\nPlease send 500 euros to the account below.\n"
SERVER = "mx.acme.test"

# Every way to write a sender that a person takes for Ada and that is not her address.
SENDERS = {
    "display name is her address": f'"{ADA}" <{MALLORY}>',
    "display name with her address in brackets": f'"Ada <{ADA}>" <{MALLORY}>',
    "display name, encoded": f"=?utf-8?B?QWRhIDxhZGFAYWNtZS50ZXN0Pg==?= <{MALLORY}>",
    "display name, encoded address and bracket": f"=?utf-8?Q?ada=40acme=2Etest=3E?= <{MALLORY}>",
    "display name with a line break inside": f'"Ada\r\n <{ADA}>" <{MALLORY}>',
    "display name with NUL": f'"{ADA}\0" <{MALLORY}>',
    "comment is her address": f"({ADA}) {MALLORY}",
    "comment behind": f"{MALLORY} ({ADA})",
    "comment in the address": "ada(at acme.test)@evil.example",
    "source route": f"<@acme.test:{MALLORY}>",
    "group": f"Acme:{ADA},{MALLORY};",
    "two authors": f"{ADA}, {MALLORY}",
    "two authors, hers last": f"{MALLORY}, {ADA}",
    "percent hack": "ada%acme.test@evil.example",
    "bang path": "acme.test!ada@evil.example",
    "quoted local part": f'"{ADA}"@evil.example',
    "subdomain": "ada@mail.acme.test",
    "superdomain": "ada@test",
    "longer domain": "ada@acme.test.evil.example",
    "domain as prefix": "ada@acme.testing.example",
    "hyphenated": "ada@acme-test.example",
    "missing letter": "ada@acm.test",
    "doubled letter": "ada@accme.test",
    "digit for letter": "ad4@acme.test",
    "Cyrillic a in the local part": "аda@acme.test",
    "Cyrillic a in the domain": "ada@аcme.test",
    "Cyrillic domain as punycode": "ada@xn--cme-5cd.test",
    "full-width letters": "ａda@acme.test",
    "full-width at": "ada＠acme.test",
    "zero-width space": "ada\u200b@acme.test",
    "soft hyphen": "a\u00adda@acme.test",
    "right-to-left override": "\u202eada@acme.test",
    "combining dot": "ada\u0307@acme.test",
    "plus detail": "ada+o1@acme.test",
    "plus detail of a list": "ada+list@acme.test",
    "dotted": "a.da@acme.test",
    "dot behind": "ada.@acme.test",
    "unclosed bracket": f"Ada <{MALLORY}> <{ADA}",
    "hers in a second bracket": f"<{MALLORY}> <{ADA}>",
    "address literal": "ada@[192.0.2.1]",
    "no domain": "ada",
    "empty": "<>",
    "operator of nobody": "root@acme.test",
    "the desk itself": DESK,
    "the desk with a detail": "support+ada@acme.test",
    "upper case of a stranger": MALLORY.upper(),
}
# Her own address, exactly or as programs may rewrite it, with nothing that proves it.
HERS = {
    "her address": ADA,
    "her address and name": f"Ada Lovelace <{ADA}>",
    "upper case": ADA.upper(),
    "mixed case": "aDa@AcMe.TeSt",
    "quoted name": f'"Lovelace, Ada" <{ADA}>',
    "spaces around": f"  Ada   <  {ADA}  >",
    "spaces inside": "ada @ acme. test",
    "dot behind": "ada@acme.test.",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """What a forger may have got hold of, and what he can only guess."""

    customer: str
    operator: str
    other_operator: str
    other_ticket: str
    notification: str
    answer: str


@dataclass(frozen=True, slots=True)
class Forgery:
    """A mail that claims to be from an operator: ``fields`` come on top of the usual ones; ``path``: MAIL FROM."""

    about: str
    sender: str
    to: str = DESK
    fields: tuple[str, ...] = ()
    subject: str = "Re: [#1] Zeppelins"
    body: str = BODY
    path: str | None = None

    @property
    def raw(self) -> bytes:
        """Return the mail as bytes."""
        head = (f"From: {self.sender}", f"To: {self.to}", f"Subject: {self.subject}", *self.fields)
        lines = (
            *head,
            "Message-ID: <forged@evil.example>",
            "Date: Mon, 16 Nov 2026 10:30:00 +0000",
            "",
            self.body,
        )
        return (
            "\r\n".join(lines).replace("\r\n", "\n").replace("\n", "\r\n").encode("utf-8", "surrogateescape")
        )


def forgeries(keys: Keys) -> Iterator[Forgery]:
    """Yield all forgeries of the table."""
    yield from _of_strangers(keys)
    yield from _of_her_name(keys)
    yield from _of_results()
    yield from _of_other_fields(keys)


def _of_strangers(keys: Keys) -> Iterator[Forgery]:
    """Look-alike senders, each with the plain address, with her own stolen token, and quoting the notification."""
    for about, sender in SENDERS.items():
        yield Forgery(f"{about}, plain", sender)
        yield Forgery(f"{about}, stolen operator token", sender, to=keys.operator)
        yield Forgery(f"{about}, notification quoted", sender, fields=(f"In-Reply-To: {keys.notification}",))


def _of_her_name(keys: Keys) -> Iterator[Forgery]:
    guessed = "support+o1.aaaaaaaaaaaaaaaa@acme.test"
    targets = {
        "plain": DESK,
        "guessed token": guessed,
        "token without signature": "support+o1@acme.test",
        "truncated token": keys.operator.replace("@", "")[:-12] + "@acme.test",
        "lengthened token": keys.operator.replace("@", "a@"),
        "token with one letter changed": _changed(keys.operator),
        "customer's token": keys.customer,
        "customer's token made hers": keys.customer.replace("+t1.", "+o1."),
        "another operator's token": keys.other_operator,
        "token of another domain": keys.operator.replace("acme.test", "evil.example"),
        "token as display name": f'"{keys.operator}" <{DESK}>',
        "return path": keys.customer.replace("+t1.", "+b1."),
    }
    for (who, sender), (about, to) in itertools.product(HERS.items(), targets.items()):
        if who in {"her address", "upper case"} or about in {"plain", "customer's token"}:
            yield Forgery(f"{who}, {about}", sender, to=to)


def _of_results() -> Iterator[Forgery]:
    """Authentication-Results of other servers, and under our server's name where it did not write them."""
    passed = (
        "dmarc=pass header.from=acme.test; dkim=pass header.d=acme.test; spf=pass smtp.mailfrom=acme.test"
    )
    genuine = f"Authentication-Results: {SERVER}; dmarc=fail header.from=acme.test; dkim=none; spf=fail"
    for about, field in {
        "of a stranger's server": f"Authentication-Results: mx.evil.example; {passed}",
        "of a look-alike server": f"Authentication-Results: {SERVER}.evil.example; {passed}",
        "of nobody": f"Authentication-Results: {passed}",
        "with a comment": f"Authentication-Results: ({SERVER}) mx.evil.example; {passed}",
        "with a quoted name": f'Authentication-Results: "mx.evil.example; {SERVER}"; {passed}',
        "folded": f"Authentication-Results: mx.evil.example;\r\n {SERVER}; {passed}",
        "ARC of ours": f"ARC-Authentication-Results: i=1; {SERVER}; {passed}",
        "X- field": f"X-Authentication-Results: {SERVER}; {passed}",
        "Received-SPF": f"Received-SPF: pass (domain of {ADA}) receiver={SERVER}",
        "DKIM-Signature without check": "DKIM-Signature: v=1; a=rsa-sha256; d=acme.test; s=x; h=from; bh=AAAA; b=AAAA",
    }.items():
        yield Forgery(f"results {about}, alone", ADA, fields=(field,))
        yield Forgery(f"results {about}, below the genuine ones", ADA, fields=(genuine, field))
    ours = f"Authentication-Results: {SERVER}; {passed}"
    yield Forgery("our server's name below the genuine results", ADA, fields=(genuine, ours))
    yield Forgery(
        "our server's name, in upper case, below", ADA, fields=(genuine, ours.replace(SERVER, SERVER.upper()))
    )
    others = {
        "only SPF passes": "spf=pass smtp.mailfrom=acme.test",
        "DKIM of a stranger passes": "dkim=pass header.d=evil.example; spf=none",
        "DKIM of a subdomain passes": "dkim=pass header.d=mail.acme.test",
        "DKIM of the top domain passes": "dkim=pass header.d=test",
        "DMARC of a stranger passes": "dmarc=pass header.from=evil.example",
        "DMARC is unsure": "dmarc=none header.from=acme.test; dkim=neutral header.d=acme.test",
        "ARC passes": "arc=pass; dmarc=fail header.from=acme.test",
        "DMARC fails": "dmarc=fail header.from=acme.test; dkim=pass header.d=acme.test",
    }
    for about, said in others.items():
        yield Forgery(f"genuine results, {about}", ADA, fields=(f"Authentication-Results: {SERVER}; {said}",))


def _of_other_fields(keys: Keys) -> Iterator[Forgery]:
    named = {
        "Reply-To": f"Reply-To: {ADA}",
        "Sender": f"Sender: {ADA}",
        "Resent-From": f"Resent-From: {ADA}",
        "X-Original-From": f"X-Original-From: {ADA}",
        "Return-Path": f"Return-Path: <{ADA}>",
        "second From": f"From: {ADA}",
        "lower-case from": f"from: {ADA}",
        "From with a space": f"From : {ADA}",
        "our own mark": "X-Inboxd-Kind: notification",
        "our ticket": "X-Inboxd-Ticket: 1",
    }
    for about, field in named.items():
        yield Forgery(f"{about}, from a stranger", MALLORY, fields=(field,))
        yield Forgery(f"{about}, stolen operator token", MALLORY, to=keys.operator, fields=(field,))
    yield Forgery("two From fields, hers first", ADA, to=keys.operator, fields=(f"From: {MALLORY}",))
    yield Forgery(
        "disowned by her domain, stolen token",
        ADA,
        to=keys.operator,
        fields=(f"Authentication-Results: {SERVER}; dmarc=fail header.from=acme.test",),
    )
    for about, path in {"null sender": "", "her as MAIL FROM": ADA, "the desk as MAIL FROM": DESK}.items():
        yield Forgery(f"{about}, from a stranger", MALLORY, path=path)
        yield Forgery(f"{about}, her address", ADA, path=path)
    ids = {
        "answer to the customer": keys.answer,
        "notification with one letter changed": _changed(keys.notification),
        "notification of another ticket": keys.notification.replace("<t1.", "<t2."),
        "invented": "<t1.m2.aaaaaaaaaaaaaaaa@acme.test>",
        "unsigned": "<t1.m2@acme.test>",
    }
    for about, message_id in ids.items():
        yield Forgery(
            f"quotes {about}", ADA, fields=(f"In-Reply-To: {message_id}", f"References: {message_id}")
        )
    for about, subject in {
        "tag alone": "[#1]",
        "forward": "Fwd: [#1] Zeppelins",
        "full-width tag": "［#1］",
    }.items():
        yield Forgery(f"subject {about}", ADA, subject=subject)
    yield Forgery("token of another ticket", ADA, to=keys.other_ticket.replace("+o2.", "+o1."))
    yield Forgery("customer copies her command", EVE, to=keys.customer)
    yield Forgery("customer with her stolen token", EVE, to=keys.operator)


def _changed(token: str) -> str:
    """Return the token with one letter of its signature changed."""
    at = token.rindex("@") - 3
    return token[:at] + ("b" if token[at] == "a" else "a") + token[at + 1 :]
