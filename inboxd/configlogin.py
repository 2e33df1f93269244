"""How logins stand in config.toml: passwords and OAuth2 for ours elsewhere, the submission port for the operators' here."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import model_validator

from inboxd.configtypes import Endpoint, Listen, Tenant
from inboxd.oauthsource import PROVIDERS, OAuth2Source
from inboxd.secretsource import SecretSource
from inboxd.tomlmodel import Outside
from inboxd.tomltypes import OneOf, Text


class OAuth2Model(Outside):
    """``[intake.imap.oauth2]`` and ``[outgoing.oauth2]``: what is not written is as the provider has it."""

    provider: Annotated[str, OneOf(("custom", "google", "microsoft"))]
    client_id: Text
    token_file: Text
    client_secret_command: str = ""
    client_secret_file: str = ""
    mechanism: Annotated[str, OneOf(("oauthbearer", "xoauth2"))] = "xoauth2"
    tenant: Tenant = "common"
    scope: str = ""
    token_url: Endpoint = ""
    device_url: Endpoint = ""
    authorize_url: Endpoint = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.client_secret_command and self.client_secret_file:
            raise ValueError("client_secret_command and client_secret_file: choose one")
        if self.provider == "custom" and not (self.token_url and (self.device_url or self.authorize_url)):
            raise ValueError("provider = 'custom' needs token_url, and device_url or authorize_url")
        return self


class PasswordModel(Outside):
    """What every login has: the password comes from a command or from a file, never from here."""

    password_command: str = ""
    password_file: str = ""
    oauth2: OAuth2Model | None = None

    @model_validator(mode="after")
    def _only_one_source(self) -> Self:
        if self.password_command and self.password_file:
            raise ValueError("password_command and password_file: choose one")
        if self.oauth2 and (self.password_command or self.password_file):
            raise ValueError("a password and oauth2: choose one")
        return self


class SubmissionModel(Outside):
    """``[intake.submission]``."""

    enabled: bool = False
    listen: Listen = ("127.0.0.1", 8587)
    tls_cert: str = ""
    tls_key: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.enabled and not (self.tls_cert and self.tls_key):
            raise ValueError("needs tls_cert and tls_key: no password crosses the net in the clear")
        return self


@dataclass(frozen=True, slots=True)
class Submission:
    """Our port for the operators' mail clients: STARTTLS with this certificate, then a password (RFC 6409)."""

    enabled: bool
    host: str
    port: int
    tls_cert: Path
    tls_key: Path


def absolute_path(folder: Path, written: str) -> Path:
    """Return a path of config.toml; relative ones are relative to ``folder``, where the file stands."""
    return folder / Path(written).expanduser()


def read_password(model: PasswordModel, folder: Path) -> SecretSource:
    """Return where the password comes from."""
    return _secret(model.password_command, model.password_file, folder)


def read_oauth2(model: OAuth2Model | None, folder: Path) -> OAuth2Source | None:
    """Return where access tokens come from; what is not written is as the provider has it."""
    if model is None:
        return None
    usual = PROVIDERS[model.provider]
    # Who names a page to sign in at wants that page, not a device code.
    device_url = "" if model.authorize_url else usual.device_url
    return OAuth2Source(
        provider=model.provider,
        client_id=model.client_id,
        client_secret=_secret(model.client_secret_command, model.client_secret_file, folder),
        token_file=absolute_path(folder, model.token_file),
        mechanism=model.mechanism.upper(),
        scope=model.scope or usual.scope,
        token_url=model.token_url or usual.token_url.format(tenant=model.tenant),
        device_url=model.device_url or device_url.format(tenant=model.tenant),
        authorize_url=model.authorize_url or usual.authorize_url.format(tenant=model.tenant),
        unused_days=usual.unused_days,
    )


def read_submission(model: SubmissionModel, folder: Path) -> Submission:
    """Return the submission port."""
    host, port = model.listen
    cert, key = absolute_path(folder, model.tls_cert), absolute_path(folder, model.tls_key)
    return Submission(model.enabled, host, port, cert, key)


def _secret(command: str, file: str, folder: Path) -> SecretSource:
    return SecretSource(command, absolute_path(folder, file) if file else None)
