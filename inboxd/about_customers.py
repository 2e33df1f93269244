"""What an outcome says of its customer: how our mails know him, and what of his mail his record keeps."""

from dataclasses import replace

from inboxd.core.customer_listing import PLAN
from inboxd.core.customer_view import organisation_of
from inboxd.core.outcome import Outcome
from inboxd.core.view_parts import Columns, CustomerView
from inboxd.known_facts import listing_of
from inboxd.rows import Wrote
from inboxd.store.dossiers import Dossier


def customer_view(
    outcome: Outcome, dossier: Dossier, tags: tuple[str, ...], address: str, name: str
) -> CustomerView:
    """Return who asked, as templates are told; ``address`` and ``name`` are those of the mail that caused the outcome."""
    customer, listing = dossier.customer, listing_of(dossier)
    addresses = (address, *(customer.addresses if customer else ()))
    answer = outcome.survey_answered
    told = CustomerView(
        listing.name or name,
        address,
        tags,
        satisfaction=float(answer.score) if answer else None,
        organisation=listing.organisation or organisation_of(addresses),
        plan=listing.fields.get(PLAN, ""),
        fields=Columns(listing.fields),
    )
    if customer is None:
        return told
    author = (one.address for one in dossier.participants if one.role == "customer")
    return replace(
        told,
        name=told.name or customer.name,
        address=address or next(author, next(iter(customer.addresses), "")),
        tickets=customer.tickets + outcome.is_new,
        satisfaction=customer.last_score if told.satisfaction is None else told.satisfaction,
    )


def his_own_words(
    outcome: Outcome, dossier: Dossier, address: str, name: str, language: str
) -> tuple[str, str]:
    """Return name and language as his mail says them: what ``customers.csv`` says goes when it is taken out there."""
    listing = listing_of(dossier)
    if listing.name and name == listing.name:
        wrote = (one for one in outcome.messages if one.direction == "in" and one.author == address)
        name = next((one.author_name for one in wrote), "")
    return name, "" if language == listing.language else language


def who_wrote(outcome: Outcome, dossier: Dossier, address: str) -> Wrote:
    """Return whether the customer of a ticket wrote with this outcome, and whether from an address he has not yet."""
    customer = dossier.customer
    wrote = any(one.direction == "in" and one.author == address for one in outcome.messages)
    if customer is None or not wrote:
        return Wrote.NOT
    if address in customer.addresses:
        return Wrote.AS_KNOWN
    # A ticket of his own: his row of customers.csv says that it is his address.
    return Wrote.FROM_ANOTHER if outcome.is_new and address else Wrote.NOT
