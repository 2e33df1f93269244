"""Addresses nobody reads, or that answer by themselves: the never-answer list of RFC 3834 section 2."""

import re
from typing import Final

_SYSTEMS: Final = re.compile(
    r"(?:mailer[-_.]?daemon|mail[-_.]?daemon|maildaemon|postmaster|daemon|root|nobody|www-?data|apache|cron|anacron"
    r"|hostmaster|uucp|abuse|spam|listserv?|listproc|majordomo|sympa|ezmlm|mailman|listmaster|procmail|autoresponder"
    r"|auto-?reply|autorespond|bounces?|bounced|mdaemon|null|devnull|dev-null|undisclosed)",
    re.IGNORECASE,
)
_NO_REPLY: Final = re.compile(
    r"(?:(?:please[-_.]?)?(?:no|do[-_.]?not|dont)[-_.]?(?:reply|replies|replay|respon[ds]e?|answer)"
    r"|no[-_.]?(?:contestar|responder|responda|contesta|reponse)|unmonitored|keine?[-_.]?(?:antwort|reply|rückantwort)"
    r"|(?:bitte[-_.]?)?nicht[-_.]?antworten|(?:ne[-_.]?)?pas[-_.]?(?:de[-_.]?)?(?:repondre|reponse)|nao[-_.]?responde?[ra]"
    r"|non[-_.]?rispondere|niet[-_.]?(?:be)?antwoorden|nie[-_.]?odpowiada[cj]|svara[-_.]?(?:inte|ej)"
    r"|(?:ikke|inte|ej)[-_.]?svar\w{0,2}|ala[-_.]?vastaa|neodpovidat|neodpovidejte|ne[-_.]?otvechat)",
    re.IGNORECASE,
)
_SEPARATED: Final = re.compile(
    r"(?:^|[-_.+])(?:no-?reply|do-?not-?reply|dont-?reply|no\.reply|no_reply|do_not_reply|unmonitored)(?:$|[-_.+\d])",
    re.IGNORECASE,
)
_RELAYING: Final = re.compile(
    r"(?:owner-.{1,200}|.{1,200}-(?:request|bounces?|relay|confirm(?:\+.{1,200})?|return(?:-.{1,200})?"
    r"|unsubscribe|subscribe)|bounces?[-+_].{1,200}|.{1,200}-bounces\+.{1,200}|prvs=.{0,200}-bounces.{0,200})",
    re.IGNORECASE,
)
_LIST_PATHS: Final = re.compile(
    r"owner-.{1,200}|.{1,200}-(?:request|bounces|owner|admin|return-.{1,200})|.{1,200}-bounces\+.{1,200}"
    r"|mailer[-_.]?daemon|listserv?|listproc|majordomo|sympa|ezmlm|mailman",
    re.IGNORECASE,
)
_MACHINES: Final = re.compile(
    r"(?:notifications?|notify|notifier|alerts?|alarm|monitoring|newsletters?|mailings?|campaigns?|updates|digest"
    r"|builds?|ci|jenkins|nagios|zabbix|icinga|grafana|backup|scanner|fax2?mail|voicemail|calendar-notification"
    r"|system|automat(?:ed|ic)?|mailbot|bot|robot|wordpress)",
    re.IGNORECASE,
)


def is_unanswerable(addr_spec: str) -> bool:
    """Return True for an address nothing automatic is ever sent to: daemons, no-reply and list software."""
    local_part = _local_part(addr_spec)
    system = _SYSTEMS.fullmatch(local_part.partition("+")[0]) or _RELAYING.fullmatch(local_part)
    return bool(system) or is_no_reply(addr_spec)


def is_no_reply(addr_spec: str) -> bool:
    """Return True for an address that says itself that nobody reads what is sent to it."""
    local_part = _local_part(addr_spec)
    return bool(_NO_REPLY.fullmatch(local_part.partition("+")[0]) or _SEPARATED.search(local_part))


def is_list_return_path(addr_spec: str) -> bool:
    """Return True for a return path of list software (``owner-…``, ``…-bounces``, ``…-request``; RFC 2142 6).

    Not for ``bounces+…@``: bulk senders put it on contact forms and shop mails as well.
    """
    return _LIST_PATHS.fullmatch(_local_part(addr_spec)) is not None


def is_machine_name(addr_spec: str) -> bool:
    """Return True for names that programs send under, though their operators may read the answers."""
    return _MACHINES.fullmatch(_local_part(addr_spec).partition("+")[0]) is not None


def _local_part(addr_spec: str) -> str:
    return addr_spec.strip().rpartition("@")[0].strip("\"' ")[:320] or addr_spec.strip()[:320]
