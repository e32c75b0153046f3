"""What verdicts, reasons and notes say, in Ukrainian: the English pattern is the key.

Names stay as they are, so every pattern puts a noun before them, which takes the case:
``тексту {name:«»}``. Three forms of a noun go with numbers: 1, 21 слово, 2 слова, 5, 11 слів.
"""

from __future__ import annotations

_NAMELESS = {"the pasted text": "із форми", "text A": "A", "text B": "B"}
NAMELESS = {name: f"текст {told}" for name, told in _NAMELESS.items()}
"""What pages call texts without a name; in sentences the noun stands there already."""
_CREDITS = {
    "credited": "із зазначенням джерела",
    "partly credited": "з неповним зазначенням джерела",
    "uncredited": "без посилання на джерело",
    "wrongly credited": "з посиланням на інше джерело",
}
_FORMS = {
    "reprint": "передрук",
    "excerpt": "уривок",
    "rewrite": "переказ",
    "summary": "стислий виклад",
}
_HEADLINES = {
    "{target} is {form:a} of {source}.":
        "Текст {target:«»} — {form} тексту {source:«»}.",
    "{target} is {credit:a} {form} of {source}.":
        "Текст {target:«»} — {form} тексту {source:«»} {credit}.",
    "{target} contains {form:a} of {source}.":
        "Текст {target:«»} містить {form} тексту {source:«»}.",
    "{target} contains {credit:a} {form} of {source}.":
        "Текст {target:«»} містить {form} тексту {source:«»} {credit}.",
    "{target} is {form:a} of {upstream:a} article that {source} also carries.":
        "Текст {target:«»} — {form} матеріалу {upstream:«»}, що лежить і в основі тексту "
        "{source:«»}.",
    "{target} is {credit:a} {form} of {upstream:a} article that {source} also carries.":
        "Текст {target:«»} — {form} {credit}; в основі цього тексту й тексту {source:«»} — "
        "матеріал {upstream:«»}.",
    "{target} contains {form:a} of {upstream:a} article that {source} also carries.":
        "Текст {target:«»} містить {form} матеріалу {upstream:«»}, що лежить і в основі тексту "
        "{source:«»}.",
    "{target} contains {credit:a} {form} of {upstream:a} article that {source} also carries.":
        "Текст {target:«»} містить {form} {credit}; його взято з матеріалу {upstream:«»}, що "
        "лежить і в основі тексту {source:«»}.",
    "{one} and {other} are the same text.":
        "Тексти {one:«»} і {other:«»} однакові.",
    "{target} is a later version of {source} by the same outlet.":
        "Текст {target:«»} — пізніша версія тексту {source:«»} того самого видання.",
    "{one} and {other} are the same text; nothing shows which was first.":
        "Тексти {one:«»} і {other:«»} однакові; котрий був першим, визначити не можна.",
    "{one} and {other} are two versions of one text by the same outlet.":
        "{one:«»} і {other:«»} — дві версії одного тексту того самого видання.",
    "{one} and {other} both go back to {upstream}; neither needs to have taken from the other.":
        "Тексти {one:«»} і {other:«»} походять від матеріалу {upstream:«»}; один в одного вони "
        "могли й не запозичувати.",
    "{one} and {other} both say they use a release or statement, which was not compared; neither "
    "needs to have taken from the other.":
        "Тексти {one:«»} і {other:«»} самі посилаються на пресреліз або заяву, з якими їх не "
        "порівнювали; один в одного вони могли й не запозичувати.",
    "{one} and {other} are copies of one text; the texts do not show which was first.":
        "{one:«»} і {other:«»} — копії одного тексту; котра була першою, із текстів не видно.",
    "{one} and {other} share an excerpt; the texts do not show which was first.":
        "Тексти {one:«»} і {other:«»} мають спільний уривок; котрий був першим, із текстів не "
        "видно.",
    "{one} and {other} share text that is not accidental; the texts do not show which was first.":
        "Тексти {one:«»} і {other:«»} збігаються не випадково; котрий був першим, із текстів не "
        "видно.",
}  # fmt: skip
_WHOLE = "{of:Усе|Усі|Усі} {of} {of:слово|слова|слів}"
_NEARLY = "{of:Майже все|Майже всі|Майже всі} {of} {of:слово|слова|слів}"
_ABOUT = "Близько {n} {n:слова|слів|слів} із {of}"
_HERE, _THERE = "цього тексту ({percent})", "тексту {name:«»} ({percent})"
_SHARES = {
    "All of its {of} words ({percent})": f"{_WHOLE} {_HERE}",
    "All of {name}'s {of} words ({percent})": f"{_WHOLE} {_THERE}",
    "Nearly all of its {of} words ({percent})": f"{_NEARLY} {_HERE}",
    "Nearly all of {name}'s {of} words ({percent})": f"{_NEARLY} {_THERE}",
    "About {n} of its {of} words ({percent})": f"{_ABOUT} {_HERE}",
    "About {n} of {name}'s {of} words ({percent})": f"{_ABOUT} {_THERE}",
    "{some} {follow}.": "{some} {follow}.",
    "{some} {follow}: about {parts}.": "{some} {follow}: близько {parts}.",
    "{some} {follow}, in {n:one} {n:block|blocks}.":
        "{some} {follow} ({n} {n:фрагмент|фрагменти|фрагментів}).",
    "follow it": "узято звідти",
    "follow that article": "узято з того матеріалу",
    "are shared": "спільні для обох",
    "{n} quote its prose": "{n} — цитати з його авторського тексту",
    "{n} repeat other people's quotations from it": "{n} — чужі цитати, повторені звідти",
    "{n} copy it word for word": "{n} — дослівне копіювання",
    "{n} rewrite it": "{n} — переказ іншими словами",
}  # fmt: skip
_SENTENCES = {
    # nothing copied
    "No shared text found between {one} and {other}.":
        "Тексти {one:«»} і {other:«»} не мають спільного.",
    "No copying found between {one} and {other}.":
        "Між текстами {one:«»} і {other:«»} запозичень не знайдено.",
    "They {do}.": "Вони {do}.",
    "share {n:one} {n:quotation|quotations}":
        "наводять {n} {n:спільну цитату|спільні цитати|спільних цитат}",
    "share {quotations}": "наводять {quotations}",
    "{n:one} {n:quotation|quotations} of {speaker}":
        "{n} {n:спільну цитату|спільні цитати|спільних цитат} ({speaker})",
    "{n:one} more": "ще {n}",
    "give {n:one} {n:remark|remarks} by {speakers} in different wordings or translations":
        "подають {n} {n:висловлювання} ({speakers}) різними словами або в різному перекладі",
    "{n:One} {n:stock phrase was|stock phrases were} ignored.":
        "Не враховано {n} {n:сталий вислів|сталі вислови|сталих висловів}.",
    "{n:One} {n:passage of boilerplate was|passages of boilerplate were} ignored.":
        "Не враховано {n} {n:уривок|уривки|уривків} службового тексту.",
    "This does not show who reported first.": "Хто повідомив першим, із цього не видно.",
    # what goes with it
    "{giver} has quoted words as told to {outlet}; {taker} does not name {outlet}.":
        "У тексті {giver:«»} слова подано як сказані виданню {outlet:«»}; у тексті {taker:«»} "
        "його не названо.",
    "{giver} has quoted words as told to itself; {taker} does not name {outlet}.":
        "У тексті {giver:«»} слова подано як сказані самому виданню; у тексті {taker:«»} "
        "видання {outlet:«»} не названо.",
    "{target} was probably not taken from {source}: it keeps {forms} where {source} does not.":
        "Текст {target:«»} узято, імовірно, не з тексту {source:«»}: у ньому є {forms}, а там "
        "цього немає.",
    "'{form}'": "«{form}»",
    "{name} is the earlier by its stated time.":
        "За зазначеним часом раніший — текст {name:«»}.",
    "{name} is named.": "Джерело {name:«»} названо.",
    "{name} is named near the top.": "Джерело {name:«»} названо на початку.",
    "It credits {name} instead.": "Натомість названо джерело {name:«»}.",
    "No credit to {name} was found.": "Посилання на джерело {name:«»} не знайдено.",
    "Permission was not assessed.": "Чи є дозвіл, не з'ясовано.",
    "The original was not compared; permission was not assessed.":
        "З оригіналом не порівняно; чи є дозвіл, не з'ясовано.",
}  # fmt: skip
_REASONS = {
    "{words} of {of} words of {name} lie in {n:one} {n:block|blocks} of derived text.":
        "У тексті {name:«»} {words} {words:спільне слово|спільні слова|спільних слів} із {of} "
        "({n} {n:фрагмент|фрагменти|фрагментів}).",
    "{n:One} {n:quotation|quotations} both texts have, and no prose around them.":
        "В обох текстах є {n} {n:спільна цитата|спільні цитати|спільних цитат} без спільного "
        "тексту довкола.",
    "{n:One} {n:short run|short runs} of common words did not count.":
        "Не враховано {n} {n:короткий збіг|короткі збіги|коротких збігів} поширених слів.",
    "{n:One} {n:passage|passages} of boilerplate did not count.":
        "Не враховано {n} {n:уривок|уривки|уривків} службового тексту.",
    "In shared words {name} has {forms} where {other} has not.":
        "У спільних словах текст {name:«»} має {forms}, а текст {other:«»} — ні.",
    "{n} derived words of {name} stand without credit.":
        "У тексті {name:«»} без посилання на джерело — {n} {n:спільне слово|спільні слова|"
        "спільних слів}.",
    "{n} words of plain prose in {source} stand in quotation marks in {target}.":
        "{n} {n:слово|слова|слів} авторського тексту {source:«»} у тексті {target:«»} "
        "{n:стоїть|стоять|стоять} у лапках.",
    "{target} credits {name}.": "Текст {target:«»} називає джерелом {name:«»}.",
    "{target} credits {name}, and {source} carries its copy.":
        "Текст {target:«»} називає джерелом {name:«»}, а текст {source:«»} подає його матеріал.",
    "{name} is a press release.": "Текст {name:«»} — пресреліз.",
    "{name} is a wire item.": "Текст {name:«»} — повідомлення агентства.",
    "{most} of {target} is in {source}, {less} of {source} is in {target}.":
        "{most} тексту {target:«»} є в тексті {source:«»}, {less} тексту {source:«»} — у тексті "
        "{target:«»}.",
    "{target} ends before {source} does.":
        "Текст {target:«»} закінчується раніше, ніж текст {source:«»}.",
    "What both say, {target} says in fewer words.":
        "Спільне для обох текст {target:«»} викладає коротше.",
    "The rest of {target} is about something else.": "Решта тексту {target:«»} — про інше.",
    "{target} has a correction note.": "Текст {target:«»} має примітку про виправлення.",
    "{target} drops {n} names and numbers that {source} has, and adds {added}.":
        "Назв, імен і чисел із тексту {source:«»}, яких немає в тексті {target:«»}, — {n}; "
        "доданих — {added}.",
    "{source} says in shared passages that it was told or shown this itself.":
        "У спільних місцях текст {source:«»} зазначає, що це розповіли або показали його виданню.",
    "{target} cuts short what {source} quotes.":
        "Текст {target:«»} скорочує те, що текст {source:«»} цитує.",
    "{name} has canceled its text.": "Видання відкликало текст {name:«»}.",
    "{name} has changed its text since: this is an old version of it.":
        "Видання відтоді змінило текст {name:«»}: це його стара версія.",
}  # fmt: skip
_LEFT_OUT = {
    "Left out as asked: {parts}.": "На вимогу не враховано: {parts}.",
    "Nothing that {one} and {other} share is shown.":
        "Нічого спільного в текстах {one:«»} і {other:«»} не показано.",
    "a source to be ignored": "джерело, яке слід оминати",
    "what texts of one owner share": "спільне в текстах одного власника",
    "what lies more than {n:one} {n:day|days} apart":
        "тексти, між якими понад {n} {n:день|дні|днів}",
    "what is weaker than “{label}”": "усе, що слабше за «{label}»",
    "attributed quotations": "цитати з названим мовцем чи джерелом",
    "quotations": "цитати",
    "phrases to be ignored": "вислови, які слід оминати",
    "{n:one} {n:passage|passages} of a kind not asked for":
        "{n} {n:збіг|збіги|збігів} іншого виду",
    "{n:one} {n:caption|captions}": "{n} {n:підпис|підписи|підписів}",
    "{n:one} {n:passage|passages} of boilerplate":
        "{n} {n:уривок|уривки|уривків} службового тексту",
    "{n:one} {n:passage|passages} of fewer than {least} words":
        "{n} {n:збіг|збіги|збігів}, {n:коротший|коротші|коротших} за {least} "
        "{least:слово|слова|слів}",
    "{n:one} {n:word|words} of {name} left out as asked.":
        "На вимогу не враховано {n} {n:слово|слова|слів} тексту {name:«»}.",
    "Nobody can tell whether they lie within {n:one} {n:day|days}: not both state a time.":
        "Чи минуло між ними не більше як {n} {n:день|дні|днів}, невідомо: час зазначено не в обох.",
}  # fmt: skip
_REPORTS = {
    "{n} {n:document|documents} searched": "{n}",
    "{n} {n:match|matches} left out as asked.":
        "На вимогу не показано {n} {n:збіг|збіги|збігів}.",
    "The web was not searched.": "В інтернеті не шукали.",
    "No shared text found between {name} and the {where}.":
        "Текст {name:«»} не має спільного з переглянутими текстами (їх {where}).",
    "Nothing that {name} shares with the {where} is shown.":
        "Нічого спільного в тексті {name:«»} з переглянутими текстами (їх {where}) не показано.",
    "No copying found in {name}.": "У тексті {name:«»} запозичень не знайдено.",
    "It shares quotations, stock phrases or boilerplate with {n} of the {where}.":
        "Текстів зі спільними цитатами, сталими висловами або службовим текстом — {n} "
        "із {where} переглянутих.",
    "{name} shares text with {n} of the {where} and seems to come from none.":
        "Текст {name:«»} має спільне з іншими ({n} із {where} переглянутих), але, схоже, не "
        "походить від жодного.",
    "the {of} words of {name} ({percent})": "{of} у тексті {name:«»} ({percent})",
    "{some} of {words} are also in {n} of the {where}, {part} of them in {largest}.":
        "Слова, які є й в інших текстах ({n} із {where} переглянутих): {some} із {words}, {part} — "
        "у тексті {largest:«»}.",
    "{some} of them stand without credit.": "Без посилання на джерело з них: {some}.",
    "All of them stand under a credit.": "Для всіх них зазначено джерело.",
    "All": "усі",
    "About {n}": "близько {n}",
    "{n}": "{n}",
    "all": "усі вони",
    "most": "більшість",
    "the largest part": "найбільша частина",
}  # fmt: skip
_NOTES = {
    "Both texts go back to {name}, which is not in the corpus and was not compared. Credit it, not "
    "the other text.":
        "Обидва тексти походять від матеріалу {name:«»}, якого немає в добірці і з яким не "
        "порівняно. Посилайтеся на нього, а не на інший текст.",
    "Both texts go back to {name}, which is the original. Credit it, not the other text.":
        "Обидва тексти походять від матеріалу {name:«»}, і він — оригінал. Посилайтеся на нього, "
        "а не на інший текст.",
    "The text probably came through a third one: look whether that is to be named too.":
        "Текст, імовірно, потрапив сюди через третій: перевірте, чи слід назвати і його.",
    "Who had it first is not certain: look before you print this line.":
        "Хто був першим, достеменно не відомо: перевірте, перш ніж друкувати цей рядок.",
}  # fmt: skip
_RUNS = "ліцензія на тексти видання {name:«»} діє"
_WORDS_ALLOWED = "ліцензія дозволяє уривки до {n} {n:слова|слів|слів}"
_RIGHTS = {
    "No copied text was found, so no licence was looked for.":
        "Запозичень не знайдено, тож ліцензії не шукали.",
    "Both texts belong to {owner}.": "Обидва тексти належать одному власникові: {owner:«»}.",
    "Both texts belong to one outlet.": "Обидва тексти належать одному виданню.",
    "{reason} {name} is the source by its stated time only.":
        "{reason} Джерелом текст {name:«»} є лише за зазначеним часом.",
    "Nobody can tell which text was first. {reason}":
        "Котрий текст був першим, невідомо. {reason}",
    "Nobody can tell which of the two texts was first.":
        "Котрий із двох текстів був першим, невідомо.",
    "Both texts use a source that neither of them names.":
        "Обидва тексти спираються на джерело, якого жоден не називає.",
    "Both texts go back to {name}: the pairs with {id} say what holds.":
        "Обидва тексти походять від матеріалу {name:«»}: про права сказано в парах із {id:«»}.",
    "Nothing is on file for texts of {name}.":
        "Ліцензії на тексти видання {name:«»} немає.",
    "Nothing is on file for texts of {name} that names {user}.":
        "Серед ліцензій на тексти видання {name:«»} немає такої, де названо {user:«»}.",
    "{name} states no outlet that could be looked up.":
        "Для тексту {name:«»} не зазначено видання, за яким можна шукати ліцензію.",
    "A licence on file lets {user} use texts of {name} in full.":
        "За ліцензією {user:«»} може використовувати тексти видання {name:«»} повністю.",
    "A licence on file lets {user} use texts of {name} in excerpts of up to {n} words.":
        "За ліцензією {user:«»} може використовувати уривки з текстів видання {name:«»} до {n} "
        "{n:слова|слів|слів}.",
    "the licence for texts of {name} runs from {first}": f"{_RUNS} з {{first}}",
    "the licence for texts of {name} runs to {last}": f"{_RUNS} до {{last}}",
    "the licence for texts of {name} runs from {first} to {last}":
        f"{_RUNS} з {{first}} до {{last}}",
    "{user} states no time of its own, and {term}.":
        "У тексті {user:«»} не зазначено часу, а {term}.",
    "{user} is dated {day}, but {term}.": "Текст {user:«»} датовано {day}, а {term}.",
    "The text of {name} was not compared with {user}; the licence allows excerpts of up to {n}.":
        f"Текст видання {{name:«»}} із текстом {{user:«»}} не порівняно; {_WORDS_ALLOWED}.",
    "{user} has {taken} words of {name}, word for word or nearly so; the licence allows excerpts "
    "of up to {n}.":
        "У тексті {user:«»} дослівно або майже дослівно взято {taken} {taken:слово|слова|слів} "
        f"видання {{name:«»}}; {_WORDS_ALLOWED}.",
    "{name} has taken its text back ({status}), and corrections must follow.":
        "Видання {name:«»} відкликало свій текст ({status}), а виправлення слід переймати.",
    "The line “{line}”, which the licence asks for, is not in {user}.":
        "Рядка «{line}», якого вимагає ліцензія, у тексті {user:«»} немає.",
}  # fmt: skip
SENTENCES = {
    "{words}": "{words}",
    **_CREDITS, **_FORMS, **_HEADLINES, **_SHARES, **_SENTENCES, **_REASONS, **_LEFT_OUT,
    **_REPORTS, **_NOTES, **_RIGHTS,
}  # fmt: skip
FLAGS = {
    "bidi_override": "змінено напрям письма",
    "control_chars": "керівні символи",
    "invisible_chars": "невидимі символи",
    "mixed_script": "змішані абетки",
    "outdated_copy": "копія застарілої версії",
    "superseded": "стара версія",
}


def plural(number: int) -> int:
    """Which of the three forms of a noun goes with a number.

    >>> [plural(number) for number in (1, 2, 5, 11, 12, 21, 102, 111)]
    [0, 1, 2, 2, 2, 0, 1, 2]
    """
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2


def quoted(name: str) -> str:
    """A name in quotation marks, those inside it of the other kind.

    >>> quoted("Видання «Рінь»"), quoted("text A")
    ('«Видання „Рінь“»', 'A')
    """
    inner = name.replace("«", "„").replace("»", "“")
    return _NAMELESS.get(name, f"«{inner}»")
