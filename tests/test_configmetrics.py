from pathlib import Path

import pytest

from inboxd.config import Config, load_config
from inboxd.configmetrics import MetricsPlace
from inboxd.errors import ConfigError


def load(folder: Path, text: str) -> Config:
    """Return the configuration of a desk with these tables."""
    path = folder / "config.toml"
    path.write_text('[desk]\naddress = "support@acme.test"\n' + text, encoding="utf-8")
    return load_config(path)


def test_nothing_listens_unasked(tmp_path: Path) -> None:
    """Without [metrics] no port is opened, and the log is JSON."""
    config = load(tmp_path, "")
    assert (config.metrics, config.log_format) == (None, "json")
    assert load(tmp_path, '[metrics]\nlisten = ""\n').metrics is None


@pytest.mark.parametrize(
    ("listen", "host"),
    [("127.0.0.1:9095", "127.0.0.1"), ("[::1]:9095", "::1"), ("localhost:9095", "localhost")],
)
def test_this_machine_is_always_allowed(tmp_path: Path, listen: str, host: str) -> None:
    """An address only this machine reaches needs nothing more."""
    assert load(tmp_path, f'[metrics]\nlisten = "{listen}"\n').metrics == MetricsPlace(host, 9095)


@pytest.mark.parametrize("listen", ["0.0.0.0:9095", "[::]:9095", "192.0.2.1:9095", "desk.acme.test:9095"])
def test_other_machines_only_when_said(tmp_path: Path, listen: str) -> None:
    """What other machines reach is refused with its line, unless anywhere = true says that it is meant."""
    with pytest.raises(ConfigError, match=r"config\.toml:3: .*can be reached from other machines"):
        load(tmp_path, f'[metrics]\nlisten = "{listen}"\n')
    assert load(tmp_path, f'[metrics]\nlisten = "{listen}"\nanywhere = true\n').metrics is not None


def test_the_log_can_be_text(tmp_path: Path) -> None:
    """The form of the log is json or text; anything else is told with its line."""
    assert load(tmp_path, '[log]\nformat = "text"\n').log_format == "text"
    with pytest.raises(ConfigError, match=r"config\.toml:4: "):
        load(tmp_path, '[log]\nformat = "xml"\n')


def test_an_address_that_is_none(tmp_path: Path) -> None:
    """A mistake in the address is told with its line."""
    with pytest.raises(ConfigError, match=r"config\.toml:4: .*must be host:port"):
        load(tmp_path, '[metrics]\nlisten = "9095"\n')
