"""Every noun of Copydesk, frozen. This package imports nothing else of the project.

The straight line turns one noun into the next::

    bytes -> Document -> NormalText -> Sketch -> Candidate -> Alignment -> Comparison -> Report

``source`` is the text taken from, ``target`` the text that took. ``a`` and ``b`` are just the two
inputs in the order given. Spans are half-open ranges of Unicode code points in the text as given.
"""

from __future__ import annotations

from detector.model.answer import (
    Cluster,
    Comparison,
    Coverage,
    CreditLine,
    PairSide,
    Report,
    Run,
    Searched,
    SourceShare,
    Verdict,
)
from detector.model.cascade import Branch, Cascade, stated_order
from detector.model.decision import Decision, Ruling, Seen
from detector.model.direction import Direction, Evidence, Original, Upstream
from detector.model.fidelity import Difference, Fidelity, Finding
from detector.model.grounds import NOBODY, Exclusive, Ground, Grounds, Marked, Trace
from detector.model.passage import (
    AlignedPassage,
    Alignment,
    Passage,
    TokenRange,
    mask_of,
    ranges_of,
)
from detector.model.phrase import ENGLISH, Said, Tongue, as_it_is, said, spoken
from detector.model.rights import Licence, Partners, Rights
from detector.model.stored import (
    Added,
    Event,
    EventKind,
    KeptReport,
    Link,
    Once,
    Receipt,
    Status,
    Stored,
    Summary,
)
from detector.model.text import (
    KINDS,
    STATUSES,
    Attribution,
    Candidate,
    CorpusStats,
    Document,
    Furniture,
    Hashes,
    NormalText,
    Offsets,
    Outline,
    Quotation,
    Reading,
    Sketch,
    Skipped,
    Span,
)
from detector.model.words import (
    Basis,
    Credit,
    Kind,
    Path,
    Permission,
    Relation,
    Role,
    Severity,
    Side,
)

__all__ = [
    "ENGLISH",
    "KINDS",
    "NOBODY",
    "STATUSES",
    "Added",
    "AlignedPassage",
    "Alignment",
    "Attribution",
    "Basis",
    "Branch",
    "Candidate",
    "Cascade",
    "Cluster",
    "Comparison",
    "CorpusStats",
    "Coverage",
    "Credit",
    "CreditLine",
    "Decision",
    "Difference",
    "Direction",
    "Document",
    "Event",
    "EventKind",
    "Evidence",
    "Exclusive",
    "Fidelity",
    "Finding",
    "Furniture",
    "Ground",
    "Grounds",
    "Hashes",
    "KeptReport",
    "Kind",
    "Licence",
    "Link",
    "Marked",
    "NormalText",
    "Offsets",
    "Once",
    "Original",
    "Outline",
    "PairSide",
    "Partners",
    "Passage",
    "Path",
    "Permission",
    "Quotation",
    "Reading",
    "Receipt",
    "Relation",
    "Report",
    "Rights",
    "Role",
    "Ruling",
    "Run",
    "Said",
    "Searched",
    "Seen",
    "Severity",
    "Side",
    "Sketch",
    "Skipped",
    "SourceShare",
    "Span",
    "Status",
    "Stored",
    "Summary",
    "TokenRange",
    "Tongue",
    "Trace",
    "Upstream",
    "Verdict",
    "as_it_is",
    "mask_of",
    "ranges_of",
    "said",
    "spoken",
    "stated_order",
]
