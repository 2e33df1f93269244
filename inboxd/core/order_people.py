"""``#same``: somebody who writes on the ticket is its customer, from another address of his."""

from dataclasses import replace

from inboxd.core.instructions import Instruction
from inboxd.core.order_scene import Place
from inboxd.core.orders import RefusedError
from inboxd.core.outcome import Outcome

SAME_PERSON = "same_person"


def same_person(outcome: Outcome, order: Instruction, place: Place) -> tuple[Outcome, str]:
    """Obey ``#same``: from now on both addresses are one customer's, with all his tickets."""
    address, customer = order.text.lower(), place.case.customer
    if customer.customer_id is None or address == customer.address:
        raise RefusedError(f"{address} is the customer already")
    if address not in place.case.others:
        raise RefusedError(f"nobody writes on this ticket from {address}")
    outcome = replace(outcome, same_person=address).with_event(SAME_PERSON, place.operator, address=address)
    return outcome, f"{address} and {customer.address} are one customer's from now on"
