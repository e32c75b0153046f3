"""Bad command lines, in processes of their own: each ends as its rule says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.counts import LONG
from tests.hostile.bad_commands import COMMANDS
from tests.hostile.rules import RULES


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.timeout(1200)
def test_a_bad_command_ends_as_its_rule_says(name: str, tmp_path: Path) -> None:
    rule, told = RULES[name], set[str]()
    for done in COMMANDS[name](tmp_path):
        assert done.exit == rule.exit, done.said
        assert "Traceback" not in done.said
        told |= {detail for detail in rule.detail if detail in done.said}
        assert not LONG or done.seconds <= rule.seconds
    assert told == {*rule.detail}, "what nobody was told"
