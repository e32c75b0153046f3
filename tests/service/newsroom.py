"""The texts that the service's tests send and check against, written for them."""

from __future__ import annotations

from pathlib import Path

MILL = (
    "The paper mill at Ostrava Bend closed on Friday after ninety years, and its 340 workers "
    "walked out through the north gate together. Managers had promised in March that the boilers "
    "would be replaced by autumn, but the order was never placed. “We kept the fires lit as long "
    "as they let us,” said Jana Kolar, who ran the evening shift. The river below the weir ran "
    "clear for the first time since spring."
)
HARBOUR = (
    "Fishing crews in Port Ellery hauled empty nets for a ninth day while biologists argued about "
    "where the herring went. Boat owners want the quota paid out anyway; the ministry says that "
    "money for fuel will come first. Two canneries have already sent their night crews home."
)
BAITS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<svg onload=alert(1)><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 "
    "onerror=alert(1)&gt;'>",
)
"""HTML that would run in a browser."""


def fill(folder: Path) -> Path:
    """Write the texts, and a file that is none, into ``folder``."""
    (folder / "mill.txt").write_text(MILL, encoding="utf-8")
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 16)
    return folder
