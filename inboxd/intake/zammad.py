"""Reading a Zammad desk by its REST interface (https://docs.zammad.org/en/latest/api/intro.html).

Who wrote a line is said by ``sender`` (Customer, Agent, System), whether the customer saw it by ``internal`` and
``type``. The mail itself lies behind ``ticket_article_plain``; what is no mail is written as one.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from inboxd.core.address_list import read_addresses
from inboxd.core.mail import Address
from inboxd.core.past import Wrote
from inboxd.core.past_article import PastArticle, PastFile, write_article
from inboxd.errors import PermanentError
from inboxd.intake.mbox import PastMail
from inboxd.intake.past_api import PastApi
from inboxd.intake.past_desk import ListedTicket, PastTicket, UnreadableError

_PER_PAGE = 100
# What Zammad's own states are called after; a desk may have made others, which count as open.
_CLOSED = ("closed", "merged", "removed")
_SEEN_BY_CUSTOMER = frozenset(
    {"email", "web", "chat", "sms", "facebook feed post", "telegram personal-message"}
)


class _Ticket(BaseModel):
    id: int
    number: str
    title: str | None = ""
    state: str | None = ""
    customer_id: int | None = None
    updated_at: str


class _File(BaseModel):
    id: int
    filename: str | None = ""
    preferences: dict[str, Any] | None = None


class _Article(BaseModel):
    id: int
    ticket_id: int
    sender: str | None = ""
    type: str | None = ""
    internal: bool | None = False
    from_: str | None = Field(default="", alias="from")
    to: str | None = ""
    cc: str | None = ""
    subject: str | None = ""
    body: str | None = ""
    content_type: str | None = ""
    message_id: str | None = ""
    created_by_id: int | None = None
    created_at: dt.datetime | None = None
    attachments: list[_File] | None = None


class _User(BaseModel):
    firstname: str | None = ""
    lastname: str | None = ""
    email: str | None = ""


_TICKETS, _ARTICLES = TypeAdapter(list[_Ticket]), TypeAdapter(list[_Article])


class Zammad:
    """A Zammad desk; ``desk_address`` is written where a line says to nobody whom it went to."""

    def __init__(self, api: PastApi, desk_address: str) -> None:
        self._api = api
        self._desk = Address("", desk_address)
        self._users: dict[int, Address] = {}

    @property
    def name(self) -> str:
        """Return what its tickets are kept under."""
        return f"zammad {self._api.host}"

    def list_tickets(self) -> Iterator[ListedTicket]:
        """Yield all tickets the token may see, in the order of their ids; a page at a time."""
        position, page = 0, 1
        while found := self._api.get_json("api/v1/tickets", expand="true", per_page=_PER_PAGE, page=page):
            try:
                tickets = _TICKETS.validate_python(found)
            except ValidationError as error:
                raise UnreadableError(f"the list of tickets makes no sense: {_first(error)}") from error
            for one in tickets:
                position += 1
                yield ListedTicket(one.number, one.updated_at, position, document=one)
            page += 1

    def read_ticket(self, listed: ListedTicket) -> PastTicket:
        """Return a ticket with its lines; raise ``UnreadableError`` when they make no sense."""
        ticket: _Ticket = listed.document
        try:
            articles = _ARTICLES.validate_python(
                self._api.get_json(f"api/v1/ticket_articles/by_ticket/{ticket.id}", expand="true") or []
            )
        except ValidationError as error:
            raise UnreadableError(_first(error)) from error
        mails: list[PastMail] = []
        before: list[str] = []
        for article in sorted(articles, key=lambda one: one.id):
            mails.append(self._mail(ticket, article, tuple(before)))
            before.append(self._message_id(article))
        return PastTicket(_status(ticket.state or ""), self._tags(ticket.id), tuple(mails))

    def _tags(self, ticket_id: int) -> tuple[str, ...]:
        found = self._api.get_json("api/v1/tags", object="Ticket", o_id=ticket_id)
        listed = found.get("tags") if isinstance(found, dict) else None
        return tuple(str(one) for one in listed) if isinstance(listed, list) else ()

    def _mail(self, ticket: _Ticket, article: _Article, before: tuple[str, ...]) -> PastMail:
        wrote = _wrote(article)
        raw = None
        if article.type == "email" and wrote is not Wrote.NOTE:
            raw = self._content(f"api/v1/ticket_article_plain/{article.id}")
        if not raw:
            raw = write_article(self._article(ticket, article, wrote, before))
        return PastMail(raw, article.created_at, wrote=wrote)

    def _article(
        self, ticket: _Ticket, article: _Article, wrote: Wrote, before: tuple[str, ...]
    ) -> PastArticle:
        customer = self._user(ticket.customer_id)
        author = customer if wrote is Wrote.CUSTOMER else self._user(article.created_by_id)
        written = read_addresses(article.from_ or "")
        named = next((one for one in written if "@" in one.addr_spec), None)
        # The customer of a note is the customer, whoever it says it is to.
        to = read_addresses(article.to or "") if wrote is not Wrote.NOTE else ()
        reached = tuple(one for one in to if "@" in one.addr_spec)
        usual = self._desk if wrote is Wrote.CUSTOMER else customer
        return PastArticle(
            from_=named or author,
            to=reached or (usual,),
            cc=read_addresses(article.cc or "") if wrote is not Wrote.NOTE else (),
            subject=article.subject or ticket.title or "",
            at=article.created_at,
            body=article.body or "",
            is_html="html" in (article.content_type or ""),
            message_id=self._message_id(article),
            answers=before,
            files=tuple(self._files(article)),
            automatic=article.sender == "System",
        )

    def _files(self, article: _Article) -> Iterator[PastFile]:
        for one in article.attachments or ():
            path = f"api/v1/ticket_attachment/{article.ticket_id}/{article.id}/{one.id}"
            content = self._content(path)
            told = {key.lower(): str(value) for key, value in (one.preferences or {}).items()}
            media_type = told.get("mime-type") or told.get("content-type") or ""
            name = one.filename or f"attachment-{one.id}"
            if content is None:
                yield PastFile(
                    f"{name}.missing.txt", "text/plain", b"The other desk did not give this file.\n"
                )
            else:
                yield PastFile(name, media_type, content, told.get("content-id", ""))

    def _content(self, path: str) -> bytes | None:
        """Return what lies at a path; None also where the desk refuses it: one file stops no ticket."""
        try:
            return self._api.get_bytes(path)
        except PermanentError:
            return None

    def _message_id(self, article: _Article) -> str:
        return (
            article.message_id or ""
        ).strip() or f"<article-{article.id}.zammad@{self._api.host.partition(':')[0]}>"

    def _user(self, user_id: int | None) -> Address:
        """Return a person's address; of one who has none, one that leads nowhere (RFC 2606 2)."""
        key = user_id or 0
        if key not in self._users:
            user = _User()
            # Whom the token may not see has written all the same.
            with contextlib.suppress(ValidationError, PermanentError):
                user = _User.model_validate(
                    (self._api.get_json(f"api/v1/users/{key}") if key else None) or {}
                )
            name = " ".join(filter(None, (user.firstname, user.lastname))).strip()
            nowhere = f"user-{key}@{self._api.host.partition(':')[0]}.invalid"
            self._users[key] = Address(name, user.email or nowhere)
        return self._users[key]


def _wrote(article: _Article) -> Wrote:
    """Return who wrote a line and for whom; a call that was written down is no answer in the desk's own words."""
    if article.internal:
        return Wrote.NOTE
    if article.sender == "Customer":
        return Wrote.CUSTOMER
    return Wrote.DESK if article.type in _SEEN_BY_CUSTOMER else Wrote.NOTE


def _status(state: str) -> str:
    lowered = state.lower()
    if lowered.startswith(_CLOSED):
        return "closed"
    return "pending" if lowered.startswith("pending") else "open"


def _first(error: ValidationError) -> str:
    problem = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
