"""Ways to hide a copy in a web page, each as a function of the text, which gives the page."""

from __future__ import annotations

import random
from html import escape

from detector.sentence import sentences

_NOISE = "basalt thimble walnut ninety otter lacquer seven gravel heron tin pocket moss".split()
_HIDDEN = (
    '<span style="display:none">{}</span>',
    '<span style="visibility: hidden">{}</span>',
    "<span hidden>{}</span>",
    '<span style="font-size:0">{}</span>',
    '<span style="opacity:0">{}</span>',
    '<span style="color:#fff;background-color:#fff">{}</span>',
    '<span style="position:absolute;left:-9999px">{}</span>',
    '<span style="position:absolute;clip:rect(0,0,0,0)">{}</span>',
    "<template>{}</template>",
    "<noscript>{}</noscript>",
    '<script type="text/plain">{}</script>',
)
_SECTIONS = "News Sport Weather Travel Culture Money Letters Property Farming Motoring".split()
_LEGAL = (
    "All rights reserved.",
    "Terms and conditions of use apply to every page of this site.",
    "We use cookies to remember your choices.",
    "Sign up for our morning newsletter.",
    "Comments are closed on this story.",
    "Contact the newsroom with corrections and complaints.",
)


def hidden_noise(text: str, rng: random.Random) -> str:
    """One to three words that nobody sees after every other word."""
    words = []
    for word in text.split():
        noise = rng.choice(_HIDDEN).format(" ".join(rng.sample(_NOISE, rng.randint(1, 3))))
        words.append(escape(word) + noise * (rng.random() < 0.5))
    return f"<p>{' '.join(words)}</p>"


def inverse_hidden(text: str, rng: random.Random, unrelated: str) -> str:
    """The text itself where nobody sees it, under a story that everybody sees."""
    return f'<p>{escape(unrelated)}</p><div style="display:none">{escape(text)}</div>'


def split_tags(text: str, rng: random.Random) -> str:
    """Every letter in a tag of its own, some with a comment or a possible break after it."""
    return "<p>" + "".join(_wrapped(c, rng) if c.isalpha() else escape(c) for c in text) + "</p>"


def _wrapped(letter: str, rng: random.Random) -> str:
    return f"<span>{letter}</span>" + rng.choice(["", "<!--x-->", "<wbr>"])


def deep_nest(text: str, rng: random.Random, depth: int) -> str:
    """The text inside so many tags."""
    return "<div>" * depth + escape(text) + "</div>" * depth


def css_order(text: str, rng: random.Random) -> str:
    """The sentences in another order, which the page's style undoes."""
    found = [
        f'<p style="order:{i}">{escape(s.slice(text))}</p>' for i, s in enumerate(sentences(text))
    ]
    shuffled = "".join(rng.sample(found, len(found)))
    return f'<div style="display:flex;flex-direction:column">{shuffled}</div>'


def boilerplate_bury(text: str, rng: random.Random) -> str:
    """The text on a page with five times as much around it."""
    links, legal = "", ""
    while len(links) < 2.5 * len(text):
        links += f'<a href="/{len(links)}">{rng.choice(_SECTIONS)}</a> '
    while len(legal) < 2.5 * len(text):
        legal += f"{rng.choice(_LEGAL)} "
    story = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    return (
        f"<html><body><nav>{links}</nav><article>{story}</article>"
        f"<footer>{legal}</footer></body></html>"
    )
