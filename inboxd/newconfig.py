"""The config.toml of a new desk: what ``inboxd init`` writes."""

_TEMPLATE = """\
# The desk's configuration. Every further key, with its default, stands in config.example.toml.
# `inboxd check` tells every mistake with its line.

[desk]
name = {desk_name}
address = {address}
timezone = {timezone}
language = {language}

[[operators]]
name = {operator_name}
address = {operator_address}

# Mail comes in by SMTP on 127.0.0.1:8025 and goes out into the folder var/outgoing: try it out without harm.
# For the real thing: [[intake.imap]] or your mail server's pipe to `inboxd accept`, and transport = "smtp".

[intake.smtp]
listen = "127.0.0.1:8025"

[outgoing]
transport = "maildir"
maildir = "var/outgoing"
"""
# TOML 1.0, basic strings: these must be escaped.
_ESCAPES = {ord('"'): '\\"', ord("\\"): "\\\\", 0x7F: "\\u007f"} | {
    code: f"\\u{code:04x}" for code in range(0x20)
}


def render_config(
    desk_name: str = "Acme Support",
    address: str = "support@acme.test",
    operator_name: str = "Ada",
    operator_address: str = "ada@acme.test",
    timezone: str = "UTC",
    language: str = "en",
) -> str:
    """Return a config.toml that runs as it is and loads without a problem when the values are sound."""
    return _TEMPLATE.format(
        desk_name=_quoted(desk_name),
        address=_quoted(address),
        timezone=_quoted(timezone),
        language=_quoted(language),
        operator_name=_quoted(operator_name),
        operator_address=_quoted(operator_address),
    )


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'
