"""No rule without something that shows it, and no kind of bad input without a rule."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

from tests.hostile.bad_commands import COMMANDS
from tests.hostile.bad_documents import DOCUMENT_REQUESTS
from tests.hostile.bad_requests import REQUESTS
from tests.hostile.rules import RULES
from tests.service.server import ROOT


def test_every_rule_is_held_by_inputs_or_shown_by_tests() -> None:
    shown = {name for name, rule in RULES.items() if rule.shown_by}
    assert shown.isdisjoint({*REQUESTS, *DOCUMENT_REQUESTS, *COMMANDS})
    assert {*REQUESTS, *DOCUMENT_REQUESTS, *COMMANDS, *shown} == {*RULES}
    assert all((RULES[name].exit is not None) for name in COMMANDS)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.shown_by])
def test_the_tests_that_show_a_rule_are_there(name: str) -> None:
    for test in RULES[name].shown_by:
        file, _, function = test.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert function in {each.name for each in tree.body if isinstance(each, ast.FunctionDef)}


def test_every_kind_of_bad_input_that_was_listed_has_a_rule(shared_folder: Path) -> None:
    listed = json.loads((shared_folder / "bad_inputs.json").read_text(encoding="utf-8"))["inputs"]
    assert {each["id"] for each in listed} == {*RULES}
    for each in listed:
        wanted, rule = each["expect"], RULES[each["id"]]
        if rule.shown_by:
            continue
        assert rule.seconds <= wanted["max_seconds"]
        if "exit" in wanted:
            assert rule.exit == wanted["exit"] or each["id"] in CONTRACT_STANDS
        else:
            statuses = wanted["status"]
            assert {*rule.status} <= {*(statuses if isinstance(statuses, list) else [statuses])}
            assert each["id"] in CONTRACT_STANDS or rule.code == wanted["code"]


CONTRACT_STANDS = {
    "cli_million_files",  # inputs that were skipped exit with 3, and an empty file is skipped
    "jsonl_bad_lines",  # 207 is no refusal, and has no code of its own
}
"""Rules that follow the public contract where the list says otherwise."""
