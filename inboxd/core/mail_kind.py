"""Why a mail of ours exists: apart from the writing of mails, for whoever only counts or sends them."""

from enum import StrEnum


class Kind(StrEnum):
    """Why a mail of ours exists; the values of ``X-Inboxd-Kind``."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"
    NOTIFICATION = "notification"
    RELAY = "relay"
    CHASE = "chase"
    SURVEY = "survey"
    DIGEST = "digest"
    RESULT = "result"
    ALARM = "alarm"
