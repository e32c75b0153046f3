"""The whole line: promises that hold for any two texts, and the sketches that programs ask for."""

from __future__ import annotations

import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from datasketch import MinHash
from hypothesis import example, given
from hypothesis import strategies as st

from detector import compare, shingle_hashes, sketch_bytes, sketch_texts
from detector.errors import InputError, UsageError
from detector.model import Basis, Comparison, Document, Reading, Relation, Span
from detector.pipeline import compare_sides, match_sides, view
from detector.repair import repair
from detector.sentence import sentences
from detector.settings import DEFAULT, Settings
from detector.stats import PRIOR
from detector.view import View
from tests import oracles
from tests.counts import many
from tests.detector import stories
from tests.detector.stories import document, joined, paragraphs

# -- texts to try

any_character = st.integers(0, 0x10FFFF).map(chr)  # lone surrogates, too
any_text = st.text(any_character, max_size=200)
TROUBLE = (
    'the The said told "yes" “no «ні» ‘so’ \n \n\n # --- Photo: / (AP) — Source: According to the '
    "BBC 1,200 $5 Mr. cease-fire ceasefire. U.S. \u200b e\u0301 東京 ไทย हिन्दी שלום سلام 🦢 By "
    "Jane Doe Quote: Correction: © 2026 ,, .. \ue000 \ue001 \ufeff \x00 \u2028 \ud800"
).split(" ")
newsy_text = st.lists(st.sampled_from(TROUBLE), max_size=60).map(" ".join)
story = st.sampled_from(sorted(stories.STORIES.values()))


@st.composite
def mutated_story(draw: st.DrawFn, base: st.SearchStrategy[str] = story) -> str:
    """A story after another newsroom has had it: sentences dropped, added, moved, other case,
    other line ends."""
    text = draw(base)
    lines = [s.slice(text) for s in sentences(text)]
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, max(0, len(lines) - 1)))
        change = draw(st.sampled_from(["delete", "insert", "move", "shout", "quote", "split"]))
        if not lines or change == "insert":
            other = draw(story)
            lines.insert(place, draw(st.sampled_from([s.slice(other) for s in sentences(other)])))
        elif change == "delete":
            del lines[place]
        elif change == "move":
            lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(place))
        elif change == "shout":
            lines[place] = lines[place].upper()
        elif change == "quote":
            lines[place] = f'"{lines[place]}" the Lowmoor Courier wrote.'
        else:
            lines[place] = lines[place].replace(" ", "\n", draw(st.integers(1, 9)))
    return draw(st.sampled_from([" ", "\n", "\n\n"])).join(lines)


some_text = st.one_of(any_text, newsy_text, mutated_story())
outlets = st.sampled_from([None, "Lowmoor Courier", "The Associated Press", "Вечірні вісті"])
dates = st.sampled_from([None, "2026-03-14", "2026-03-15T08:00:00Z", "soon"])
kinds = st.sampled_from([None, "article", "wire", "press_release"])


@st.composite
def documents(draw: st.DrawFn, id: str, texts: st.SearchStrategy[str] = some_text) -> Document:
    """A document with whatever may be known of it."""
    return Document(
        id=id,
        text=draw(texts),
        outlet=draw(outlets),
        published_at=draw(dates),
        kind=draw(kinds),
    )


@st.composite
def two_documents(draw: st.DrawFn) -> tuple[Document, Document]:
    """Any two documents, or two newsrooms' versions of one story."""
    texts = some_text
    if draw(st.booleans()):
        texts = mutated_story(st.just(draw(story)))
    return draw(documents("one", texts)), draw(documents("two", texts))


def answer_or_none(a: Document, b: Document, settings: Settings | None = None) -> Any:
    """The comparison, or None where one text has no words. Nothing else may be raised."""
    if all(oracles.normalise(d.text) for d in (a, b)):
        return compare(a, b, settings or Settings())
    with pytest.raises(InputError, match="no words in it"):
        compare(a, b, settings or Settings())
    return None


# -- any two texts


@given(two_documents())
def test_swapping_the_texts_swaps_the_answer_and_changes_nothing_else(
    pair: tuple[Document, Document],
) -> None:
    a, b = pair
    forth, back = answer_or_none(a, b), answer_or_none(b, a)
    if forth is None:
        assert back is None
    else:
        assert forth.flip().to_dict() == back.to_dict()
        assert forth.to_dict() == back.flip().to_dict()


@given(two_documents())
def test_what_is_said_of_any_two_texts_is_consistent(
    pair: tuple[Document, Document],
) -> None:
    a, b = pair
    answer = answer_or_none(a, b)
    if answer is not None:
        check(answer)


def check(answer: Comparison) -> None:
    """What the contract promises of every pair object."""
    found = answer.to_dict()
    for name, side in (("a", answer.a), ("b", answer.b)):
        text = side.document.text
        tokens = oracles.normalise(text)
        is_as_written = repair(text) is None  # else its tokens are those of the text as repaired
        starts, ends = {start for _, start, _ in tokens}, {end for _, _, end in tokens}
        for passage in found["passages"]:
            start, end = passage[name]["start"], passage[name]["end"]
            assert 0 <= start < end <= len(text)
            assert not is_as_written or (start in starts and end in ends)
        for cue in found["attribution"]:
            if cue["in"] == name:
                spans = [cue, *cue["covers"]]
                assert all(0 <= s["start"] < s["end"] <= len(text) for s in spans)
        detail = found["coverage_detail"][name]
        assert sum(detail["by_kind"].values()) == detail["words"] <= detail["of_words"]
        assert detail["of_words"] <= found[name]["words"]
        assert not is_as_written or found[name]["words"] == len(tokens)
        assert 0 <= detail["unattributed"] <= found["coverage"][name] + 1e-4 <= 1.001
        assert 0 <= detail["outside_quotes"] <= 1
        derived = any(p["basis"] == "derivation" for p in found["passages"])
        assert derived or detail["words"] == 0
    ids = [p["id"] for p in found["passages"]]
    assert len(ids) == len(set(ids))
    assert found["longest_words"] == max((p["words"] for p in found["passages"]), default=0)
    assert (found["relation"] == "independent") <= (not found["passages"])
    assert bool(answer.relation.is_copying) <= bool(found["explain"])
    assert (found["direction"]["from"] is None) == (found["direction"]["confidence"] == 0)
    if not answer.relation.is_copying:
        assert found["direction"]["from"] is None
        assert found["verdict"]["severity"] in ("none", "review")
    sentence = found["verdict"]["sentence"]
    assert not re.search(r"plagiar|theft|stole|independent", sentence)
    assert all(int(share) <= 100 for share in re.findall(r"(\d+) %", sentence))


@given(two_documents(), st.integers(1, 1000))
def test_no_passage_is_shorter_than_asked_for(pair: tuple[Document, Document], least: int) -> None:
    a, b = pair
    answer = answer_or_none(a, b, Settings(view=View(min_words=least)))
    if answer is not None and answer.relation is not Relation.IDENTICAL:
        assert all(p.words >= least for p in answer.passages)


@given(some_text)
def test_a_text_and_itself_are_identical(text: str) -> None:
    answer = answer_or_none(document(text, "one"), document(text, "two"))
    assert answer is None or answer.relation is Relation.IDENTICAL


@given(two_documents())
def test_a_match_is_what_a_comparison_says_of_all_but_independent_texts(
    pair: tuple[Document, Document],
) -> None:
    a, b = (view(each, PRIOR) for each in pair)
    if not (a.normal.tokens and b.normal.tokens):
        return
    answer = compare_sides(a, b, DEFAULT)
    is_match = answer.relation is not Relation.INDEPENDENT
    assert match_sides(a, b, DEFAULT) == (answer if is_match else None)


def test_of_texts_without_a_common_passage_only_the_words_are_asked() -> None:
    def unread() -> Reading:
        raise AssertionError

    texts = [next(iter(some.values())) for some in (stories.ENGLISH, stories.UKRAINIAN)]
    a, b = (replace(view(Document("x", text), PRIOR), read=unread) for text in texts)
    assert match_sides(a, b, DEFAULT) is None
    with pytest.raises(AssertionError):
        match_sides(a, replace(a), DEFAULT)


@given(newsy_text)
@example("&quot;The ha\br\bt&quot; &#8217;s &amp; more")
def test_a_side_has_the_words_that_are_read_in_it(text: str) -> None:
    side = view(Document("x", text), PRIOR)
    for name in ("text", "tokens"):
        assert getattr(side.normal, name) == getattr(side.reading.normal, name)
    for name in ("starts", "ends"):
        assert (getattr(side.normal, name) == getattr(side.reading.normal, name)).all()


@given(two_documents())
def test_the_same_two_texts_give_the_same_answer_again(
    pair: tuple[Document, Document],
) -> None:
    a, b = pair
    first, second = answer_or_none(a, b), answer_or_none(a, b)
    assert first is None or first.to_dict() == second.to_dict()


@given(mutated_story(), st.sampled_from([str.upper, str.lower, str.title]))
def test_case_changes_no_relation_to_the_text_itself(
    text: str, change: Callable[[str], str]
) -> None:
    answer = answer_or_none(document(text, "one"), document(change(text), "two"))
    assert answer is None or answer.relation is Relation.IDENTICAL


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "“”", "\u200b", "🦢", "\x00"])
def test_a_text_without_words_is_refused_by_its_id(text: str) -> None:
    for a, b in ((text, "Words."), ("Words.", text)):
        with pytest.raises(InputError, match=r"^empty: no words in it$") as caught:
            compare(
                document(a, "empty" if a == text else "full"),
                document(b, "empty" if b == text else "full"),
            )
        assert caught.value.code == "no_text"


def test_two_strings_are_called_a_and_b() -> None:
    answer = compare("One text.", "Another text.")
    assert (answer.a.document.id, answer.b.document.id) == ("a", "b")


def test_a_string_is_a_document_without_anything_known() -> None:
    plain = compare(stories.DAM, stories.DAM_REWRITE).to_dict()
    given_documents = compare(document(stories.DAM, "a"), document(stories.DAM_REWRITE, "b"))
    assert plain == given_documents.to_dict()


def test_titles_are_shown_and_never_matched() -> None:
    one = document(stories.CHESS, "one", title=stories.DAM)
    other = document(stories.BEES, "two", title=stories.DAM)
    answer = compare(one, other)
    assert answer.relation is Relation.INDEPENDENT
    assert answer.to_dict()["a"]["title"] == stories.DAM


def test_the_pair_object_has_the_fields_of_the_contract() -> None:
    found = compare(document(stories.DAM, "one", outlet="X"), stories.DAM_SUMMARY).to_dict()
    fields = "a b relation direction verdict coverage coverage_detail longest_words passages"
    assert list(found) == [
        *fields.split(), "attribution", "explain", "fidelity", "credit_line",
    ]  # fmt: skip
    assert list(found["a"]) == "id title outlet published_at words digest flags".split()
    assert list(found["direction"]) == "from confidence path upstream evidence".split()
    assert list(found["verdict"]) == "sentence severity credit".split()
    assert list(found["coverage_detail"]["a"]) == (
        "words of_words by_kind outside_quotes unattributed".split()
    )
    assert list(found["passages"][0]) == (
        "id a b kind basis words ratio quoted attributed quote_origin flags".split()
    )
    assert list(found["attribution"][0]) == "in start end type role source covers".split()


# -- every script

SCRIPTS = {
    "latin": (
        "The harbour master counted ninety swans this morning, wrote the number on a slate and "
        "hung it beside the tide table, where the fishermen could see it before they went out.",
        "Nobody in the village remembers who planted the walnut tree, but everybody knows whose "
        "roof it fell on in the great storm, and in which year the school was painted blue.",
        "A new bus line opens in June, and a ticket is to cost two crowns until the end of the "
        "summer, when the council will look at the figures once more and decide.",
    ),
    "cyrillic": (
        "Начальник порту нарахував уранці дев'яносто лебедів, записав число на дошці й повісив її "
        "біля розкладу припливів, де рибалки могли побачити її перед виходом у відкрите море.",
        "Ніхто в селі не пам'ятає, хто посадив горіх, але всі знають, на чий дах він упав під час "
        "великої бурі і якого року пофарбували школу.",
        "У червні відкриють новий маршрут, а квиток коштуватиме дві крони до кінця літа, коли рада "
        "ще раз подивиться на цифри.",
    ),
    "greek": (
        "Ο λιμενάρχης μέτρησε σήμερα το πρωί ενενήντα κύκνους, έγραψε τον αριθμό σε μια πλάκα και "
        "την κρέμασε δίπλα στον πίνακα της παλίρροιας, όπου οι ψαράδες μπορούσαν να τη δουν.",
        "Κανείς στο χωριό δεν θυμάται ποιος φύτεψε την καρυδιά, αλλά όλοι ξέρουν σε ποια στέγη "
        "έπεσε στη μεγάλη καταιγίδα και ποια χρονιά βάφτηκε το σχολείο.",
        "Μια νέα γραμμή λεωφορείου ανοίγει τον Ιούνιο και το εισιτήριο θα κοστίζει δύο ευρώ ως το "
        "τέλος του καλοκαιριού, όταν το συμβούλιο θα ξαναδεί τους λογαριασμούς.",
    ),
    "arabic": (
        "أحصى مدير الميناء هذا الصباح تسعين بجعة وكتب العدد على لوح وعلقه إلى جانب جدول المد "
        "والجزر حيث يستطيع الصيادون رؤيته قبل أن يخرجوا إلى البحر مع أولادهم.",
        "لا أحد في القرية يتذكر من زرع شجرة الجوز لكن الجميع يعرف على أي سقف وقعت في العاصفة "
        "الكبيرة وفي أي سنة صبغت المدرسة باللون الأزرق.",
        "يفتتح خط حافلات جديد في يونيو وسيكون ثمن التذكرة دينارين حتى نهاية الصيف حين ينظر المجلس "
        "في الأرقام مرة أخرى ويقرر ما يكون.",
    ),
    "hebrew": (
        "מנהל הנמל ספר הבוקר תשעים ברבורים, כתב את המספר על לוח ותלה אותו ליד טבלת הגאות, במקום "
        "שבו הדייגים יכלו לראות אותו לפני שיצאו לים עם בניהם הקטנים.",
        "איש בכפר אינו זוכר מי נטע את עץ האגוז, אבל כולם יודעים על איזה גג הוא נפל בסערה הגדולה "
        "ובאיזו שנה צבעו את בית הספר בכחול.",
        "קו אוטובוס חדש ייפתח ביוני, וכרטיס יעלה שני שקלים עד סוף הקיץ, כשהמועצה תביט שוב במספרים "
        "ותחליט מה לעשות.",
    ),
    "devanagari": (
        "बंदरगाह के अधिकारी ने आज सुबह नब्बे हंस गिने, संख्या एक स्लेट पर लिखी और उसे ज्वार की तालिका के पास टाँग "
        "दिया, जहाँ मछुआरे समुद्र में जाने से पहले उसे देख सकते थे।",
        "गाँव में किसी को याद नहीं कि अखरोट का पेड़ किसने लगाया, पर सब जानते हैं कि बड़े तूफ़ान में वह किसकी छत पर "
        "गिरा और किस साल विद्यालय को नीला रंगा गया।",
        "जून में नई बस सेवा शुरू होगी और गर्मियों के अंत तक टिकट दो रुपये का रहेगा, तब परिषद आँकड़ों को फिर से "
        "देखकर निर्णय लेगी।",
    ),
    "han": (
        "港务长今天早上数了九十只天鹅，把数字写在一块石板上，挂在潮汐表旁边，好让渔民在出海之前看到它。",
        "村里没有人记得是谁种下了那棵核桃树，但是大家都知道大风暴时它倒在谁家的屋顶上，也知道学校是哪一年刷成蓝色的。",
        "六月将开通一条新的公交线路，票价两元，到夏天结束为止，那时议会将再次审查账目并作出决定。",
    ),
    "kana": (
        "みなとのやくにんはけさはくちょうをきゅうじゅうわかぞえて、そのかずをいたにかき、しおのひょうのそばにかけた。",
        "むらのだれもくるみのきをうえたひとをおぼえていないが、おおあらしのときどのやねにたおれたかはみんながしっている。",
        "ろくがつにあたらしいバスがはしる。きっぷはなつのおわりまでにひゃくえんで、そのあとはぎかいがもういちどきめる。",
    ),
    "thai": (
        "เช้านี้นายท่าเรือนับหงส์ได้เก้าสิบตัว เขียนจำนวนไว้บนกระดานชนวนและแขวนไว้ข้างตารางน้ำขึ้นน้ำลง "
        "ให้ชาวประมงเห็นก่อนออกทะเล",
        "ไม่มีใครในหมู่บ้านจำได้ว่าใครปลูกต้นวอลนัท แต่ทุกคนรู้ว่ามันล้มทับหลังคาบ้านใครในพายุใหญ่ และโรงเรียนทาสีฟ้าปีไหน",
        "รถเมล์สายใหม่จะเปิดในเดือนมิถุนายน ตั๋วราคาสองบาทจนถึงสิ้นฤดูร้อน แล้วสภาจะดูตัวเลขอีกครั้งหนึ่งและตัดสินใจ",
    ),
    "emoji": (
        "The harbour master 🦢 counted ninety swans 🦢🦢 this morning, wrote 👨‍👩‍👧 the number "
        "on a slate and hung it ⚓️ beside the tide table, where the fishermen 🎣 could see it.",
        "Nobody 🙈 in the village remembers who planted the walnut tree 🌳, but everybody knows "
        "whose roof it fell on in the great storm ⛈️ and when the school was painted.",
        "A new bus 🚌 line opens in June, and a ticket 🎟️ is to cost two crowns until the end of "
        "the summer ☀️, when the council will look at the figures.",
    ),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_text_in_any_script_is_identical_with_itself(script: str) -> None:
    for text in (*SCRIPTS[script], joined(*SCRIPTS[script]), paragraphs(*SCRIPTS[script])):
        assert compare(text, text).relation is Relation.IDENTICAL


def hosts(script: str, join: Callable[..., str]) -> tuple[str, str, str]:
    """A block in some script, and two texts with it in their middle."""
    block, one, other = SCRIPTS[script]
    return block, join(one, block, one[::-1]), join(other, block, other[::-1])


@pytest.mark.parametrize("join", [joined, paragraphs])
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_block_of_25_words_in_any_script_is_found(script: str, join: Callable[..., str]) -> None:
    block, one, other = hosts(script, join)
    assert len(oracles.normalise(block)) >= 25
    answer = compare(one, other)
    assert answer.relation.is_copying
    found = [p for p in answer.passages if p.basis is Basis.DERIVATION]
    for text, spans in ((one, [p.a for p in found]), (other, [p.b for p in found])):
        whole = Span(text.index(block), text.index(block) + len(block))
        cut = [(max(s.start, whole.start), min(s.end, whole.end)) for s in spans]
        assert sum(max(0, end - start) for start, end in cut) >= 0.9 * len(block)


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_stands_around_a_block_in_any_script_is_not_derived(script: str) -> None:
    block, one, other = hosts(script, joined)
    answer = compare(one, other)
    most = len(oracles.normalise(block)) + 3
    assert max(answer.a.coverage.words, answer.b.coverage.words) <= most


@pytest.mark.parametrize("script", [s for s in SCRIPTS if s != "emoji"])
def test_a_text_in_another_script_shares_nothing(script: str) -> None:
    english = "The quay was empty, and no ship had called since the second week of the strike."
    assert compare(joined(*SCRIPTS[script]), english).relation is Relation.INDEPENDENT


# -- a block in any story

BLOCKS = [
    text.split("\n\n")[1] for text in (stories.DAM, stories.CHESS, stories.MILL, stories.TRAM)
]


@given(st.sampled_from(BLOCKS), story, st.integers(0, 5))
def test_a_paragraph_put_into_any_story_is_found(block: str, host: str, place: int) -> None:
    parts = host.split("\n\n")
    if block in parts:
        return
    parts.insert(min(place, len(parts)), block)
    text = "\n\n".join(parts)
    answer = compare(document(block, "block"), document(text, "host"))
    start = text.index(block)
    assert any(p.b.start < start + len(block) and start < p.b.end for p in answer.passages)
    assert answer.relation is not Relation.INDEPENDENT


# -- hostile inputs

HOSTILE: dict[str, Callable[[int], str]] = {
    "one word again and again": lambda n: "word " * n,
    "quotation marks only, with a word": lambda n: '"' * (n // 2) + " x",
    "curly marks": lambda n: "“" * (n // 2) + " x",
    "marks that open and close": lambda n: "“a ‘b' said " * (n // 12),
    "spaces": lambda n: " " * (10 * n) + "x",
    "one long line": lambda n: "lorem ipsum dolor sit amet and so on " * (2 * n // 37),
    "one long word": lambda n: "a" * (2 * n),
    "one letter a line": lambda n: "a\n" * (n // 4),
    "different words": lambda n: " ".join(f"w{i}" for i in range(n // 4)),
    "abbreviations": lambda n: "Mr. A said. " * (n // 12),
    "outlets": lambda n: "The Times reported that " * (n // 24),
    "quotations told to outlets": lambda n: '"Yes," he told the BBC. ' * (n // 24),
    "accents": lambda n: "e" + "\u0301" * n,
    "brackets": lambda n: "(" * n + "x",
    "capitals": lambda n: "A B " * (n // 4),
    "shuffled sentences": lambda n: shuffled(n),
}
SIZE = many(25_000, 100_000)
SECONDS = many(5, 20)  # several times what the slowest takes, for a busy machine


def shuffled(count: int) -> str:
    """Sentences of few words in a random order: many short runs that match many others."""
    rng = random.Random(count)
    some = ["the mayor said so", "the dam will hold", "no ship has called", "it rains again"]
    return ". ".join(rng.choice(some) for _ in range(count // 20))


def seconds(one: str, other: str) -> float:
    started = time.process_time()
    compare(one, other)
    return time.process_time() - started


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_compared_in_linear_time(name: str) -> None:
    make = HOSTILE[name]
    half, whole = make(SIZE // 2), make(SIZE)
    first = min(seconds(half, half + " y"), seconds(half, half + " y"))
    second = seconds(whole, whole + " y")
    assert second < SECONDS
    assert second < 4 * first + SECONDS / 7


@pytest.mark.parametrize("name", ["one word again and again", "curly marks", "shuffled sentences"])
def test_a_hostile_text_beside_a_story_takes_linear_time(name: str) -> None:
    assert seconds(HOSTILE[name](SIZE), stories.DAM) < SECONDS


# How a shared passage ends, of hundreds that a pair has, given two words made up for it.
PASSAGES: dict[str, Callable[[str, str], str]] = {
    "prose": lambda one, other: ".",
    "quotations of many people": lambda one, other: f'," Mr. {one} {other} said. "So {other}.',
    "told to one outlet": lambda one, other: f",” Ms. {one} told The Guardian on Monday.",
    "told to many outlets": lambda one, other: f",” Ms. {one} told the {other} Gazette.",
    "told to outlets in one sentence": lambda one, other: f",” they told the {one} Gazette, and",
    "told to one outlet in one sentence": lambda one, other: ",” they told The Guardian, and",
    "credits to many outlets": lambda one, other: f", the {one} Gazette reported.",
    "lines that name a source": lambda one, other: f".\nSource: the {one} Gazette\n",
    "their own reporting": lambda one, other: ", officials told us at our request.",
    "anonymous officials": lambda one, other: ", said two officials who asked for anonymity.",
    "numbers and hedges": lambda one, other: f" reportedly by about {len(one)} million dollars.",
}
PATCHED_WORDS = many(4_000, 16_000)


def patchwork(count: int, end: Callable[[str, str], str]) -> tuple[str, str]:
    """Two texts of so many words that have every third stretch in common, each one new."""
    rng = random.Random(count)

    def stretch(words: int) -> list[str]:
        return ["".join(rng.choices("abdeiklmnorstu", k=rng.randint(3, 9))) for _ in range(words)]

    both: tuple[list[str], list[str]] = ([], [])
    for _ in range(count // 36):
        first, *shared = stretch(12)
        one, other = (word.capitalize() for word in stretch(2))
        passage = f"“{first.capitalize()} {' '.join(shared)}{end(one, other)}"
        for pieces in both:
            rest = " ".join(stretch(24))
            in_one_sentence = passage.endswith("and")
            pieces += passage, rest if in_one_sentence else f"{rest.capitalize()}."
    return " ".join(both[0]), " ".join(both[1])


@pytest.mark.parametrize("name", PASSAGES)
def test_many_passages_of_one_pair_are_judged_in_linear_time(name: str) -> None:
    part, whole = (patchwork(n, PASSAGES[name]) for n in (PATCHED_WORDS, 4 * PATCHED_WORDS))
    assert len(compare(*part).passages) > PATCHED_WORDS // 100
    first = min(seconds(*part), seconds(*part))
    assert seconds(*whole) < 8 * first + SECONDS / 20  # sixteen times, if each asks all the others


# -- sketches for programs that bring their own index


def datasketch_signature(text: str, num_perm: int, seed: int) -> list[int]:
    theirs = MinHash(num_perm=num_perm, seed=seed, hashfunc=int)
    theirs.update_batch(shingle_hashes(text).tolist())
    return [int(v) for v in theirs.hashvalues]


@given(some_text)
def test_shingle_hashes_are_sorted_unique_and_those_of_plain_arithmetic(text: str) -> None:
    hashes = shingle_hashes(text)
    assert hashes.dtype == "uint32"
    tokens = [token for token, _, _ in oracles.normalise(text)]
    assert hashes.tolist() == oracles.top32(oracles.shingle(tokens))


@given(some_text, st.sampled_from([1, 16, 128]), st.sampled_from([0, 1, 7]))
def test_a_signature_is_datasketchs_updated_with_the_shingle_hashes(
    text: str, num_perm: int, seed: int
) -> None:
    made = sketch_texts([text], num_perm, seed)
    assert made.shape == (1, num_perm)
    assert made.dtype == "uint32"
    assert made[0].tolist() == datasketch_signature(text, num_perm, seed)


@pytest.mark.parametrize("name", sorted(stories.STORIES))
def test_the_signature_of_a_story_is_datasketchs(name: str) -> None:
    text = stories.STORIES[name]
    assert sketch_texts([text])[0].tolist() == datasketch_signature(text, 128, 1)


def test_the_seed_changes_the_permutations_and_not_the_hashes() -> None:
    first, second = (sketch_texts([stories.DAM], seed=seed)[0] for seed in (1, 2))
    assert not set(first.tolist()) & set(second.tolist())


@pytest.mark.parametrize("text", ["", "...", "\u200b"])
def test_a_text_without_words_has_no_hashes_and_a_signature_of_all_ones(text: str) -> None:
    assert shingle_hashes(text).tolist() == []
    assert sketch_texts([text])[0].tolist() == [2**32 - 1] * 128
    assert (
        sketch_bytes(text.encode(), np.array([0, len(text.encode())], np.uint64))[0].tolist()
        == [2**32 - 1] * 128
    )


def test_no_texts_give_an_empty_table() -> None:
    assert sketch_texts([]).shape == (0, 128)
    assert sketch_bytes(b"", np.array([0], np.uint64)).shape == (0, 128)


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_any_number_of_workers_gives_the_same_bits(workers: int) -> None:
    texts = [*stories.STORIES.values(), "", "one two"]
    alone = sketch_texts(texts)
    assert (sketch_texts(texts, workers=workers) == alone).all()
    parts = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, parts)]).astype(np.uint64)
    assert (sketch_bytes(b"".join(parts), offsets, workers=workers) == alone).all()


@given(st.lists(st.one_of(st.text(max_size=40), mutated_story()), max_size=4))
def test_documents_laid_end_to_end_have_the_signatures_of_the_texts(texts: list[str]) -> None:
    parts = [text.encode() for text in texts]
    offsets = np.cumsum([0, *map(len, parts)]).astype(np.uint64)
    wanted = sketch_texts(texts, num_perm=16)
    for buffer in (b"".join(parts), bytearray(b"".join(parts)), memoryview(b"".join(parts))):
        assert (sketch_bytes(buffer, offsets, num_perm=16) == wanted).all()


@pytest.mark.parametrize(
    "offsets",
    [[], [0, 9], [5, 2], [0, 5, 3, 8], [9, 9], [2**63, 2**63], [0, 2**64 - 1], [2**64 - 1]],
)
def test_offsets_that_do_not_fit_are_refused(offsets: list[int]) -> None:
    with pytest.raises(UsageError, match="offsets") as caught:
        sketch_bytes(b"one text", np.array(offsets, np.uint64))
    assert caught.value.code == "bad_parameter"


def test_bytes_between_the_documents_are_left_out() -> None:
    made = sketch_bytes(b"##one text##", np.array([2, 10], np.uint64))
    assert (made == sketch_texts(["one text"])).all()


def test_a_document_that_is_not_utf8_is_named_by_its_number() -> None:
    with pytest.raises(InputError, match="document 1") as caught:
        sketch_bytes(b"good\xff\xfe", np.array([0, 4, 6], np.uint64))
    assert caught.value.code == "bad_utf8"


@pytest.mark.parametrize(("num_perm", "workers"), [(0, 1), (-1, 1), (128, 0), (128, -2)])
def test_no_permutations_or_workers_are_refused(num_perm: int, workers: int) -> None:
    with pytest.raises(UsageError):
        sketch_texts(["one text"], num_perm=num_perm, workers=workers)


def test_importing_the_package_loads_none_of_what_it_names() -> None:
    code = (
        "import sys, detector; print([m for m in sys.modules if m.split('.')[0] in "
        "('datasketch', 'numpy', 'rapidfuzz') or m.startswith('detector.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_name_of_the_package_is_an_attribute_error() -> None:
    import detector

    with pytest.raises(AttributeError, match="has no attribute 'plagiarism'"):
        _ = detector.plagiarism
