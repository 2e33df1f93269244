"""docs/other-channels.md as a desk is set up by it: its blocks, and a stage with its forms and rules."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from inboxd.config import load_config

DOCUMENT = Path(__file__).parents[1] / "docs" / "other-channels.md"
ANSWERS = """
[[rule]]
name = "everybody is answered"
why = "as a desk does"
on = ["ticket.created"]
then.reply = "acknowledgement"
then.notify = []
"""


def blocks(kind: str, heading: str = "") -> list[str]:
    """Return the code blocks of one kind, of the whole document or below a heading."""
    text = DOCUMENT.read_text("utf-8")
    if heading:
        (text,) = re.findall(rf"^## {heading}$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL)


def set_up(stage: Any, folder: Path, config: Iterable[str], rules: str = ANSWERS) -> Any:
    """Return the stage with the forms of these blocks, written to one config.toml in ``folder``, and with these rules."""
    for name in ("rules", "kb"):
        (folder / name).mkdir()
    path = folder / "config.toml"
    path.write_text("\n".join(config), encoding="utf-8")
    stage.configure(intake=replace(stage.desk.config.intake, forms=load_config(path).intake.forms))
    stage.rules(rules)
    return stage
