"""Of many pairs those that do not keep to the licences on file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from rich.text import Text

from detector.model import Comparison, Permission, Rights
from detector.report import facts
from detector.report.facts import count, short

_SHOWN = 10
_SERIOUS = list(Permission)
_FINE = (Permission.WITHIN_TERMS, Permission.UNKNOWN)


def breaches(pairs: Sequence[Comparison]) -> list[Text]:
    """How many pairs are of each status, then each breach with its texts, the most serious first.
    Nothing where no licences were asked about.

    >>> breaches([])
    []
    """
    found: dict[Rights, list[Comparison]] = defaultdict(list)
    for pair in pairs:
        if pair.rights and pair.relation.is_copying:
            found[pair.rights].append(pair)
    wrong = [r for r in found if r.status not in _FINE]
    ranked = sorted(wrong, key=lambda r: (-_SERIOUS.index(r.status), r.reason))
    shown = [_breach(r, found[r]) for r in ranked[:_SHOWN]]
    if len(ranked) > _SHOWN:
        shown.append(Text(f"and {len(ranked) - _SHOWN:,} more", "dim"))
    return [_total(found), *shown] if found else []


def _total(found: dict[Rights, list[Comparison]]) -> Text:
    times: Counter[Permission] = Counter()
    for rights, pairs in found.items():
        times[rights.status] += len(pairs)
    known = (f"{facts.permission(s)} {times[s]:,}" for s in _SERIOUS if times[s])
    return Text(" · ".join(known), "dim")


def _breach(rights: Rights, pairs: Sequence[Comparison]) -> Text:
    ids = " · ".join(short(side.document.id) for side in (pairs[0].a, pairs[0].b))
    more = f", and {count(len(pairs) - 1, 'more pair')}" if len(pairs) > 1 else ""
    return facts.rights(rights).append(f"\n{ids}{more}", "dim")
