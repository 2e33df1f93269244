"""Where OAuth2 sign-ins come from: what large providers want to be asked, and what of it a desk overrides."""

from dataclasses import dataclass
from pathlib import Path

from inboxd.secretsource import SecretSource


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's endpoints and habits; ``{tenant}`` in a URL is the organisation's.

    ``unused_days``: a refresh token that nobody uses for so long is dead; None where nobody says.
    """

    token_url: str
    device_url: str
    authorize_url: str
    scope: str
    unused_days: int | None


PROVIDERS = {
    "google": Provider(
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106  an address, not a secret
        # Google's device flow gives no scope for mail (developers.google.com, limited-input-device, "Allowed scopes").
        device_url="",
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        scope="https://mail.google.com/",
        unused_days=180,
    ),
    "microsoft": Provider(
        token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",  # noqa: S106  likewise
        device_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        authorize_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        scope=(
            "https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send"
            " offline_access"
        ),
        unused_days=90,
    ),
    "custom": Provider(token_url="", device_url="", authorize_url="", scope="", unused_days=None),
}


@dataclass(frozen=True, slots=True)
class OAuth2Source:
    """How to get access tokens for one mailbox. ``mechanism`` is the SASL one: ``XOAUTH2`` or ``OAUTHBEARER``.

    ``token_file`` holds what was signed in for; two logins that name the same file share one sign-in.
    """

    provider: str
    client_id: str
    client_secret: SecretSource
    token_file: Path
    mechanism: str
    scope: str
    token_url: str
    device_url: str
    authorize_url: str
    unused_days: int | None
