"""The words of the pages, in English and Ukrainian.

The English phrase is the key. What a text says is shown as it is, in its language; what verdicts
and reasons say is spoken from their facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from detector.model import ENGLISH, Said, Tongue, spoken
from detector.report.ukrainian import FLAGS, NAMELESS, SENTENCES, plural, quoted

LANGUAGES = ("en", "uk")

_UKRAINIAN = {
    # severity, relation, credit
    "No action": "Без зауважень",
    "Note": "До відома",
    "Review": "Перевірити",
    "Alert": "Увага",
    "No shared text found": "Спільного тексту не знайдено",
    "Stock phrases only": "Лише сталі вислови",
    "Shared quotations": "Спільні цитати",
    "Summary or rewrite": "Виклад або переказ",
    "Excerpt": "Уривок",
    "Revision": "Оновлена версія",
    "Reprint": "Передрук",
    "Same text": "Той самий текст",
    "credited": "джерело вказано",
    "partly credited": "джерело вказано частково",
    "not credited": "джерело не вказано",
    "credited to another source": "вказано інше джерело",
    "not needed": "не потрібно",
    # what the licences on file say
    "Within terms": "Умов дотримано",
    "Rights not known": "Права невідомі",
    "Credit line missing": "Немає рядка з посиланням",
    "No licence on file": "Ліцензії в переліку немає",
    "Outside terms": "Поза умовами",
    # direction
    "directly": "безпосередньо",
    "probably through another text": "імовірно, через інший текст",
    "probably through a common source": "імовірно, через спільне джерело",
    "the way it took is not known": "шлях невідомий",
    "Both from a common source": "Обидва зі спільного джерела",
    "{name} stands nearer to it": "{name} стоїть ближче до нього",
    "Who had it first is not known": "Хто був першим, невідомо",
    "taken from": "взято з",
    "{percent} sure": "упевненість {percent}",
    # kinds, bases
    "verbatim": "дослівно",
    "edited": "відредаговано",
    "paraphrase": "переказ",
    "translation": "переклад",
    "shared quotation, not counted": "спільна цитата, не враховано",
    "boilerplate, not counted": "службовий текст, не враховано",
    "stock phrase, not counted": "сталий вислів, не враховано",
    "quotation": "цитата",
    "words that differ": "слова, що відрізняються",
    "words left out": "пропущені слова",
    # numbers
    "of {side} is in {other}": "тексту {side} є в {other}",
    "outside quotation marks": "поза лапками",
    "without credit": "без посилання",
    "longest passage": "найдовший збіг",
    "passages": "збіги",
    "places differ from the source": "місця відрізняються від джерела",
    "of this text has a source": "цього тексту має джерело",
    "sources": "джерела",
    # headings
    "Comparison": "Порівняння",
    "Report": "Звіт",
    "Collection": "Добірка",
    "Summary": "Підсумок",
    "Numbers": "Показники",
    "Why": "Підстави",
    "Credit line": "Рядок із посиланням",
    "Credit lines": "Рядки з посиланням",
    "Sources": "Джерела",
    "Source": "Джерело",
    "Other matches": "Інші збіги",
    "Coverage": "Покриття",
    "Both texts": "Обидва тексти",
    "The text": "Текст",
    "Passages": "Збіги",
    "Fidelity": "Точність",
    "Quotations": "Цитати",
    "Statements": "Твердження",
    "Run": "Умови перевірки",
    "Stories": "Історії",
    "Pairs": "Пари",
    "Relations": "Зв'язки",
    "How much to care": "Наскільки важливо",
    "Skip to the texts": "До текстів",
    "Rights": "Права",
    # fidelity
    "Words inside a quotation differ from the source": "Слова в цитаті відрізняються від джерела",
    "A quotation leaves out words of the source without a sign":
        "Цитата без позначки пропускає слова джерела",
    "Prose of the source stands as a quotation": "Авторський текст джерела стоїть у лапках",
    "A hedge of the source is not here": "Застереження джерела тут немає",
    "A number differs from the source": "Число відрізняється від джерела",
    "A verb differs from the source": "Дієслово відрізняється від джерела",
    "A condition of anonymity is not told": "Умову анонімності не названо",
    "here": "тут",
    "in the source": "у джерелі",
    "It is not said which of the two is right.": "Хто з двох має рацію, не стверджується.",
    # table
    "No.": "№",
    "Kind": "Вид",
    "Words": "Слова",
    "Credit": "Посилання",
    "Quoted": "У лапках",
    "Begins": "Початок",
    "Relation": "Зв'язок",
    "Shared": "Спільне",
    "Texts": "Тексти",
    "yes": "так",
    "no": "ні",
    "source": "джерело",
    "nearer the source": "ближче до джерела",
    "text {side}": "текст {side}",
    "Passage {number}: {kind}, {words}. Go to it in {other}.":
        "Збіг {number}: {kind}, {words}. Перейти до нього: {other}.",
    "no date stated": "дату не вказано",
    "in no other": "лише тут",
    "to the top": "нагору",
    "{words} of the source are not here": "тут немає: {words} джерела",
    "and {number} more": "і ще {number}",
    "{number} weaker pairs are only in the table.": "Слабші пари ({number}) є лише в таблиці.",
    "{number} more pairs are not on this page.": "Ще {number} пар на цій сторінці немає.",
    # run
    "Version": "Версія",
    "Settings": "Налаштування",
    "Statistics": "Статистика",
    "Texts compared": "Порівняно текстів",
    "Made at": "Створено",
    "Searched": "Переглянуто",
    "Not searched": "Не переглянуто",
    "the web": "інтернет",
    "The comparison stopped at its limit; more may be shared.":
        "Порівняння зупинено на межі; спільного може бути більше.",
    "The same texts, version and settings give the same verdict.":
        "Ті самі тексти, версія й налаштування дають той самий висновок.",
    # stories
    "origin": "першоджерело",
    "also used by": "використав також",
    "Most likely origin": "Імовірне першоджерело",
    "Nobody can tell who had it first": "Хто був першим, сказати не можна",
    "not in the corpus": "немає в добірці",
    "Who took it from whom": "Хто в кого взяв",
    "The same is told in words below.": "Те саме сказано словами нижче.",
    "taken directly": "взято безпосередньо",
    "through another text or a common source": "через інший текст або спільне джерело",
    "uses the story, no copy of it": "використовує історію, не копія",
    "nobody can tell where it is from": "невідомо, звідки взято",
    "an original that is not in the corpus": "першоджерело, якого немає в добірці",
    "{number} more texts are not drawn.": "Ще {number} текстів не намальовано.",
    "The texts, each below its source": "Тексти, кожен під своїм джерелом",
}  # fmt: skip
_FORMS = {
    "word": ("слово", "слова", "слів"),
    "text": ("текст", "тексти", "текстів"),
    "match": ("збіг", "збіги", "збігів"),
    "pair": ("пара", "пари", "пар"),
    "story": ("історія", "історії", "історій"),
    "day": ("день", "дні", "днів"),
    "hour": ("година", "години", "годин"),
}
_ALL = {**_UKRAINIAN, **SENTENCES}
_TONGUES = {"en": ENGLISH, "uk": Tongue(_ALL.__getitem__, quoted, plural, str, "та")}
_MANY = {"match": "matches", "story": "stories"}


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language. ``more``: phrases in Ukrainian that only some pages need.

    >>> Phrases("uk")("Sources"), Phrases("uk").count(22, "word"), Phrases("en").count(1, "word")
    ('Джерела', '22 слова', '1 word')
    """

    language: str
    more: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, phrase: str, **values: object) -> str:
        """A phrase, with some values in it."""
        told = phrase
        if self.language != "en":
            told = self.more.get(phrase) or _UKRAINIAN[phrase]
        return told.format(**values) if values else told

    def told(self, *facts: Said) -> str:
        """Sentences from their facts.

        >>> from detector.model import said
        >>> Phrases("uk").told(said("{name} is a wire item.", name="Fell Mail"))
        'Текст «Fell Mail» — повідомлення агентства.'
        """
        return spoken(facts, _TONGUES[self.language])

    def name(self, name: str) -> str:
        """The name of a text; in Ukrainian also that of one which a page had to name.

        >>> Phrases("uk").name("text A"), Phrases("uk").name("Fell Mail")
        ('текст A', 'Fell Mail')
        """
        return name if self.language == "en" else NAMELESS.get(name, name)

    def flag(self, flag: str) -> str:
        """What a flag of a text says; one that came with the text stays as it is."""
        return flag if self.language == "en" else FLAGS.get(flag, flag)

    def count(self, number: int, noun: str) -> str:
        """A number of things, in the form that the number asks for."""
        if self.language == "en":
            form = noun if number == 1 else _MANY.get(noun, f"{noun}s")
            return f"{number:,} {form}"
        return f"{number:,} {_FORMS[noun][plural(number)]}".replace(",", "\u00a0")
