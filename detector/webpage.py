"""What a web page says to its reader between the sentences of a story: sign-up forms, cookie
notices, share buttons, contacts. Text scraped without line breaks has them anywhere.

One word of a page proves nothing, for stories are written about newsletters, too. A page gives
itself away by speaking to its reader: an *ask* ("Sign up", "our website") near a *thing* of the
page ("newsletter", "cookies"), or two of a label, a number and an address near each other. Only a
*notice* ("All rights reserved") and three *buttons* in a row ("Facebook Twitter Print") are enough
alone. Distances are in words, so that they mean the same in every script.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count
from typing import Literal

from detector.model import Span
from detector.scan import WORD, Remembered, Search, search_for, starts_of, without_signs, words_of
from detector.sentence import sentences

REACH_WORDS = 12
JOIN_WORDS = 16
EDGE_WORDS = 7
"""Cues so close belong together; parts of a page so close are one; and so much that is left over
of a sentence before or behind them is theirs."""

_Kind = Literal[
    "notice", "label", "write", "ask", "ours", "thing", "network", "button", "mail", "phone", "web"
]

# In the tables, a phrase with a capital must have one in the text, too: "Sign up" asks, "to sign
# up" tells. A star stands for any ending; what stands between two words does not matter. In rows:
# English, Ukrainian, Russian, German, Spanish, French, Italian, Polish, Turkish, Arabic, Chinese.
_TABLES: dict[_Kind, str] = {
    "notice": """
        read or share this story | thank you for subscribing | invalid email | could not subscribe
        | all rights reserved | we use cookies | your browser does not support | enable javascript
        | story continues below | article continues below | share this article
        | may not be published broadcast | may not be reproduced
        | усі права захищен* | всі права захищен* | дякуємо за підписку
        | все права защищены | спасибо за подписку | не удалось подписаться
        | alle rechte vorbehalten | jetzt teilen | original content von | wir verwenden cookies
        | todos los derechos reservados | prohibida la reproducción | utilizamos cookies
        | tous droits réservés | nous utilisons des cookies | reproduction interdite
        | tutti i diritti riservati | riproduzione riservata | utilizziamo i cookie
        | wszelkie prawa zastrzeżone | używamy plików cookie
        | tüm hakları saklıdır | her hakkı saklıdır
        | جميع الحقوق محفوظة
        | 版权所有 | 不得转载 | 感谢您订阅 | 无法订阅 | 隐私声明 | 阅读或分享
        """,
    "ask": """
        Sign up | Subscribe | unsubscribe at any time | Follow | Click | Enter your | please enter
        | Log in | please log in | leave a comment | Register now | Register with | Once registered
        | By registering | you agree | uses cookies | Get the latest | Read our | Read more
        | Activate your | Support our | Support local | thank you for supporting
        | reserves the right | reserves the sole right | without notice
        | підпишіться | підписуйтесь | приєднуйтесь | Слідкуйте | Читайте | Натисніть
        | погоджуєтесь | використовує файли cookie
        | подпишитесь | подписывайтесь | присоединяйтесь | Следите | Читайте | Нажмите
        | соглашаетесь | используем файлы cookie | спасибо за поддержку
        | Abonnieren Sie | Melden Sie sich | Folgen Sie | Klicken Sie | Lesen Sie | finden Sie
        | stimmen Sie | erklären Sie sich | Indem Sie | Ihre Zustimmung | einsatz von cookies
        | übermittelt durch
        | suscríbete | suscríbase | regístrate | síguenos | Sigue a | haz clic | haga clic
        | gracias por suscribir* | uso de cookies
        | abonnez vous | inscrivez vous | suivez nous | cliquez | vous acceptez
        | utilisation de cookies
        | iscriviti | abbonati | seguici | Segui | clicca | fai clic | Condividi | Per ricevere
        | utilizza i cookie
        | zapisz się | Subskrybuj | Obserwuj | Polub | śledź nas | kliknij | Udostępnij
        | zgadzasz się
        | abone olun | takip edin | tıklayın | üye olun | çerez* kullan*
        | اشترك | تابعنا | تابعونا | اضغط هنا | ليصلك
        | 请订阅 | 订阅来自 | 关注我们 | 点击这里 | 点击此处 | 请登录 | 请注册 | 请输入 | 您同意
        """,
    # Before a thing of the page they make an ask: "our newsletter", "your inbox".
    "ours": """
        our | your | наш* | ваш* | unser* | ihr* | nuestr* | tu | su | notre | votre | nostr* | tua
        | nasz* | twoj* | 我们的 | 您的
        """,
    "thing": """
        newsletter* | email alert* | email address | e mail address | inbox | website | cookie*
        | privacy policy | privacy notice | terms of use | terms of service | terms conditions
        | javascript | browser | journalism | free articles
        | розсилк* | конфіденційн* | електронн* пошт* | браузер* | сайт*
        | рассылк* | конфиденциальн* | электронн* почт* | подписк* | бюллетен* | журналистик*
        | datenschutz* | nutzungsbedingungen | webseite | postfach | persönlichen daten
        | persönlichen informationen
        | boletín | boletines | correo electrónico | política de privacidad | navegador
        | lettre d information | confidentialité | navigateur
        | indirizzo e mail | sulla privacy | casella di posta
        | polityk* prywatności | przeglądark*
        | bülten* | e posta | gizlilik | çerez*
        | النشرة | البريد | الخصوصية | قناتنا | الاخبار
        | 时事通讯 | 电子邮件 | 隐私 | 收件箱 | 浏览器
        """,
    "network": """
        facebook* | twitter* | instagram* | youtube | whatsapp | telegram | linkedin | viber
        | tiktok | вконтакте | фейсбук* | твіттер* | твиттер* | телеграм*
        | فيسبوك | تويتر | 微信 | 微博
        """,
    # What stands before a colon and an address, and what asks to write to one.
    "label": """
        tel | telephone | phone | fax | e mail | email | contact | contacts | press contact
        | media contact | тел | телефон | факс | контакти | контакты | telefon | telefax | kontakt
        | pressekontakt | internet | teléfono | correo | contacto | téléphone | tél | courriel
        | telefono | contatti | faks | e posta | هاتف | 电话 | 邮箱
        """,
    "write": """
        Contact | Email | Call | Reach | Пишіть | Телефонуйте | Пишите | Звоните | wenden Sie sich
        | Escriba | Écrivez | Invia | Napisz | للتواصل
        """,
    "button": """
        pinterest | reddit | tumblr | messenger | email | e mail | print | tweet | share
        | поділитися | поделиться | одноклассники | teilen | drucken | compartir | imprimir
        | partager | imprimer | stampa | di più | mi piace | drukuj | paylaş | yazdır | 分享
        """,
}
_ADDRESSES: dict[_Kind, Search] = {
    "mail": search_for(
        r"(?<![\w.+-])[\w.+-]{1,40}(?:@| @ )[\w-]{1,40}(?:\.[\w-]{1,20}){1,4}", needs="@"
    ),
    "phone": search_for(
        r"[+(\d](?<![\w.,/-].)(?:(?<=\+)|(?<=\()0(?!\d?[./]\d)|(?<=0)(?!\d?[./]\d)"
        r"|(?<=\d)\d\d-(?=\d{3}-)|(?<=\()\d{3}\))"
        r"[\d ()/.-]{5,17}\d(?!\w)"
    ),
    "web": search_for(
        r"(?:https?://|www\.|@(?=[A-Za-z]))[\w.~/?#%=&+-]{2,200}", re.ASCII, needs="://|www.|@"
    ),
    "notice": search_for(
        r"Copyright ©|Copyright ?\d{4}|© ?\d{4}|\([Cc]\) ?\d{4}", needs="Copyright|©|(C)|(c)"
    ),
}
_PAIRS = frozenset(
    frozenset(kinds.split())
    for kinds in (
        "ask", "ask thing", "ask network", "ask notice", "ask web", "ask label",
        "notice", "notice thing", "notice network", "notice label", "notice mail", "notice phone",
        "notice web", "label", "label mail", "label phone", "label web", "write mail",
        "write phone", "write web", "mail", "mail phone", "mail web", "mail ask", "phone",
        "phone web", "web",
    )
)  # fmt: skip
"""What proves a page when it stands within reach of the other; alone: of its own kind."""

_MANY_CHARS = 24  # to a word, on average: words are counted only where there cannot be too many
_BUTTONS = frozenset({"network", "button", "write"})
_BETWEEN_BUTTONS = re.compile(r"[\s|·•:/,]{1,6}")
_LABEL_END = re.compile(r" ?[:：.]")
_KEY_CHARS = 3


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase of the tables: its words in small letters, and whether the first has a capital."""

    kind: _Kind
    words: tuple[str, ...]
    capital: bool


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words of a page at [start, end) of the text."""

    start: int
    end: int
    kind: _Kind


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, and where each begins."""

    text: str
    all: Sequence[str]
    starts: Sequence[int]


def _phrases() -> Iterator[_Phrase]:
    for kind, table in _TABLES.items():
        for row in table.split("|"):
            words = re.findall(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+", row)
            yield _Phrase(kind, tuple(w.lower() for w in words), words[0][0].isupper())


def _by_key() -> dict[str, tuple[_Phrase, ...]]:
    """The phrases under the first letters of their first word, the longest first."""
    found: dict[str, list[_Phrase]] = defaultdict(list)
    for phrase in sorted(_phrases(), key=lambda p: -len(p.words)):
        found[phrase.words[0].rstrip("*")[:_KEY_CHARS]].append(phrase)
    return {key: tuple(phrases) for key, phrases in found.items()}


_BY_KEY = _by_key()


def find_page(text: str) -> list[Span]:
    """The parts of ``text`` that are the page around its story, in order, never overlapping, in
    time linear in its length.

    >>> text = "Rain fell. Sign up to our newsletter. More rain fell."
    >>> [part.slice(text) for part in find_page(text)]
    ['Sign up to our newsletter.']
    """
    runs = [Span(r[0].start, r[-1].end) for r in _runs(text, _cues(text)) if _is_page(text, r)]
    parts: list[Span] = []
    for part in _to_edges(text, runs) if runs else ():
        if parts and _are_near(text, parts[-1].end, part.start, JOIN_WORDS):
            part = Span(parts.pop().start, part.end)
        parts.append(part)
    return parts


def _cues(text: str) -> list[_Cue]:
    """All cues of a text in their order, never overlapping."""
    found = [*_addresses(text), *_known(text)]
    apart: list[_Cue] = []
    for cue in sorted(found, key=lambda c: (c.start, -c.end)):
        if not apart or cue.start >= apart[-1].end:
            apart.append(cue)
    return apart


def _addresses(text: str) -> Iterator[_Cue]:
    for kind, search in _ADDRESSES.items():
        yield from (_Cue(m.start(), m.end(), kind) for m in search.finditer(text))


def _known(text: str) -> Iterator[_Cue]:
    """The phrases of the tables. Most texts have none, so places are looked up last."""
    plain = without_signs(text)
    words = words_of(plain)
    may_begin = compress(count(), map(_BEGINNING.__getitem__, words))
    places = [at for at in may_begin if any(_fits(words, at, p) for p in _BEGINNING[words[at]])]
    if places:
        found = _Words(text, words, starts_of(plain))
        cues = (_cue_at(found, at, _BEGINNING[words[at]]) for at in places)
        yield from (cue for cue in cues if cue)


def _beginning(word: str) -> Sequence[_Phrase]:
    """The phrases whose first word this may be."""
    under = _BY_KEY.get(_small(word)[:_KEY_CHARS], ())
    is_small = word[0].islower()
    return tuple(p for p in under if _is_word(word, p.words[0]) and not (p.capital and is_small))


_BEGINNING = Remembered(_beginning)


def _fits(words: Sequence[str], at: int, phrase: _Phrase) -> bool:
    """Whether a phrase stands where its first word does; one of what is ours, before a thing."""
    end = at + len(phrase.words)
    if end > len(words) or not all(map(_is_word, words[at + 1 : end], phrase.words[1:])):
        return False
    return phrase.kind != "ours" or any(_fits(words, end, p) for p in _things(words, end))


def _things(words: Sequence[str], at: int) -> list[_Phrase]:
    """The things of a page that may begin at a word, if there is one."""
    return [p for p in _BEGINNING[words[at]] if p.kind == "thing"] if at < len(words) else []


def _is_word(word: str, wanted: str) -> bool:
    word = _small(word)
    return word == wanted or (wanted[-1] == "*" and word.startswith(wanted[:-1]))


def _small(word: str) -> str:
    return word.replace("İ", "i").lower()  # the one letter that grows when it gets small


def _cue_at(words: _Words, at: int, phrases: Iterable[_Phrase]) -> _Cue | None:
    """The first of some phrases that stands at a word and is what it looks like there."""
    start = words.starts[at]
    for phrase in phrases:
        if not _fits(words.all, at, phrase):
            continue
        following = at + len(phrase.words)
        end = words.starts[following - 1] + len(words.all[following - 1])
        if phrase.kind == "ours":
            thing = _cue_at(words, following, _things(words.all, following))
            return thing and _Cue(start, thing.end, "ask")
        if phrase.kind != "label" or _LABEL_END.match(words.text, end):
            return _Cue(start, end, phrase.kind)
    return None


def _runs(text: str, cues: Iterable[_Cue]) -> Iterator[list[_Cue]]:
    """The cues in groups of those that prove each other."""
    run: list[_Cue] = []
    for cue in cues:
        if run and not _are_together(text, run[-1], cue):
            yield run
            run = []
        run.append(cue)
    if run:
        yield run


def _are_together(text: str, one: _Cue, other: _Cue) -> bool:
    kinds = frozenset({one.kind, other.kind})
    if kinds <= _BUTTONS:
        return _BETWEEN_BUTTONS.fullmatch(text, one.end, other.start) is not None
    return kinds in _PAIRS and _are_near(text, one.end, other.start, REACH_WORDS)


def _are_near(text: str, end: int, start: int, words: int) -> bool:
    """Whether at most so many words stand in [end, start) of the text."""
    is_short = start - end <= words * _MANY_CHARS
    return is_short and len(WORD.findall(text, end, max(end, start))) <= words


def _is_page(text: str, run: Sequence[_Cue]) -> bool:
    """Whether a group of cues is more than chance."""
    kinds = {cue.kind for cue in run}
    if kinds <= _BUTTONS:  # with commas between them it is a sentence about networks
        return len(run) > 2 and "," not in text[run[0].end : run[-1].start]
    if len(kinds) > 1 or (len(run) > 1 and kinds <= {"ask", "label"}):
        return True
    before = text[max(0, run[0].start - 2) : run[0].start].rstrip()
    return kinds == {"notice"} or (kinds == {"mail"} and before.endswith((":", "：")))


def _to_edges(text: str, runs: Iterable[Span]) -> Iterator[Span]:
    """Each run with what little is left over of the sentences that it begins and ends in."""
    around = sentences(text)
    starts = [s.start for s in around]
    for run in runs:
        first = around[bisect_right(starts, run.start) - 1].start
        last = max(run.end, around[bisect_left(starts, run.end) - 1].end)
        yield Span(
            first if _are_near(text, first, run.start, EDGE_WORDS) else run.start,
            last if _are_near(text, run.end, last, EDGE_WORDS) else run.end,
        )
