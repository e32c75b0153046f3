"""Flags: a disguise shows, clean text of any language does not."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.corpus import Corpus
from detector.flags import find_flags
from detector.ingest import read as ingest
from detector.ingest.decode import decode_flagged
from detector.model import Document
from detector.normalise import normalise
from detector.pipeline import compare, read
from detector.repair import repair

ENGLISH = (
    "The ferry company said on Thursday that every second crossing between Port Carrow and the "
    "northern islands would be cancelled until the damaged pier has been examined. Passengers who "
    "had booked a cabin may travel by coach instead, or claim the price of the ticket."
)
UKRAINIAN = (
    "Поромна компанія повідомила в четвер, що до обстеження пошкодженого причалу скасовано кожен "
    "другий рейс між портом і північними островами. Пасажири, які замовили каюту, можуть поїхати "
    "автобусом або повернути вартість квитка."
)
LOOKALIKES = str.maketrans("aceopxyiTHKMAB", "асеорхуіТНКМАВ")

CLEAN = {
    "English": ENGLISH,
    "Ukrainian": UKRAINIAN,
    "Polish": "Rada miasta Łódź zdecydowała, że żółte łodzie będą pływać również jesienią.",
    "Czech": "Příliš žluťoučký kůň úpěl ďábelské ódy, řekl náměstek hejtmana.",
    "Turkish": "İstanbul’da ılık bir gün; yağış beklenmiyor, çığ uyarısı kaldırıldı.",
    "Vietnamese": "Ủy ban nhân dân tỉnh quyết định đóng cửa cây cầu để sửa chữa.",
    "Greek": "Ο δήμαρχος ανακοίνωσε ότι η παλιά γέφυρα θα μείνει κλειστή ως τον Μάιο.",
    "Russian": "Мэр объявил, что старый мост закроют до мая: «Ждать больше нельзя».",
    "Bulgarian": "Кметът обяви, че старият мост ще бъде затворен до месец май.",
    "Serbian in Cyrillic": "Градоначелник је рекао да ће стари мост бити затворен до маја.",
    "Serbian in both": "Општина (opština) Нови Сад – Novi Sad, грађани / građani, љубав i ime.",
    "Macedonian": "Градоначалникот најави дека стариот мост ќе биде затворен; ѝ рече.",
    "Arabic": "أعلن رئيس البلدية أن الجسر القديم سيُغلق حتى \u200fمايو\u200f (\u202aBBC\u202c).",
    "Persian": "او می\u200cگوید پل\u200cهای قدیمی شهر را نمی\u200cتوان بازسازی کرد و خانه\u200cها",
    "Urdu": "شہر کے میئر نے کہا ہے کہ پرانا پل مئی تک بند رہے گا۔",
    "Hebrew": "ראש העיר \u200fאמר\u200f כי \u200eNATO\u200e לא יסגור את הגשר ב\u200f-12 במאי.",
    "Hindi": "महापौर ने कहा कि क्\u200dष और श्\u200dर लिखे जाते हैं; पुल मई तक बंद रहेगा।",
    "Bengali": "মেয়র বলেছেন যে পুরনো সেতু মে মাস পর্যন্ত বন্ধ থাকবে; র\u200d্যাব।",
    "Malayalam": "പഴയ പാലം അവന്\u200d അവള്\u200d മേയ് വരെ അടച്ചിടുമെന്ന് മേയര്\u200d പറഞ്ഞു.",
    "Tamil": "பழைய பாலம் மே மாதம் வரை மூடப்படும் என்று மேயர் கூறினார்.",
    "Thai": "นายกเทศมนตรี\u200bกล่าวว่า\u200bสะพานเก่า\u200bจะปิด\u200bจนถึงเดือนพฤษภาคม",
    "Khmer": "អភិបាល\u200bក្រុង\u200bបាន\u200bនិយាយ\u200bថា\u200bស្ពាន\u200bចាស់",
    "Burmese": "မြို့တော်ဝန်က တံတားဟောင်းကို ပိတ်မည်ဟု ပြောသည်။",
    "Chinese": "市长表示，旧桥将关闭到五月。NATO发言人说：“没有”。",
    "Japanese": "市長は、古い橋を五月まで閉鎖すると述べた。ＡＢＣ社のｶﾀｶﾅ。",
    "Korean": "시장은 낡은 다리를 5월까지 폐쇄한다고 밝혔다. NATO와 EU도.",
    "Georgian": "მერმა თქვა, რომ ძველი ხიდი მაისამდე დაიკეტება.",
    "Armenian": "Քաղաքապետն ասաց, որ հին կամուրջը փակ կլինի մինչև մայիս։",
    "Amharic": "ከንቲባው አሮጌው ድልድይ እስከ ግንቦት ድረስ እንደሚዘጋ ተናግረዋል።",
    "product names": "iPhone 15 Pro, A4, Т-34, ВАЗ-2107, B-52, МіГ-29, Су-27, АН-2, X5, Ка-52.",
    "loan words": "VIP-гість, IT-компанія, ITівець, PRщик, TikTok-ер, Googleу, EBECу, Wi-Fi.",
    "formulas": "5 μm, Δt = 3 μs, α-helix, ΔH, TNFα, IFNγ, μmol, μSv/h, kΩ, PPARγ, NFκB, Aβ42, λx.",
    "pictures": "👨\u200d👩\u200d👧\u200d👦 👍🏽 🏳\ufe0f\u200d🌈 ❤\ufe0f\u200d🔥 1\ufe0f\u20e3 🇺🇦",
    "addresses": "https://example.net/a?b=1&c=2&amp;d=3#e, info@news.example, www.пошта.example",
    "code": 'if (a && b) { print("x\\u200b"); } // &lt;b&gt; \x1b[31mred\x1b[0m <!-- x -->',
    "a mark at the start": "\ufeffThe bridge is closed.\u200b\n\u200bThe road is open.",
    "hyphens of a typesetter": ENGLISH.replace("northern", "north\u00adern").replace(
        "examined", "ex\u00adam\u00adined"
    ),
    "a few slips": UKRAINIAN.replace("що", "щo").replace("може", "мoже"),
    "a few references": f"{ENGLISH} Smith &amp; Sons &quot;agree&quot; {ENGLISH}",
    "nothing": "",
}


def flags(text: str) -> tuple[str, ...]:
    return read(Document(id="x", text=text)).flags


@pytest.mark.parametrize("text", CLEAN.values(), ids=CLEAN)
def test_clean_text_has_no_flag(text: str) -> None:
    assert flags(text) == ()
    assert flags("\n\n".join([text] * 5)) == ()


@pytest.mark.parametrize(
    ("encoding", "claim"),
    [
        ("utf-8", None), ("utf-8", "utf-8"), ("utf-8-sig", None), ("utf-8-sig", "utf-8"),
        ("utf-16", None), ("utf-16", "utf-16"), ("utf-16-le", "utf-16le"), ("utf-32", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", CLEAN.values(), ids=CLEAN)
def test_bytes_that_are_what_they_say_have_no_flag(
    text: str, encoding: str, claim: str | None
) -> None:
    found = decode_flagged(text.encode(encoding), claim)
    assert found.flags == ()
    assert found.text.removeprefix("\ufeff") == text.removeprefix("\ufeff")


def _file(suffix: str, text: str, claim: str) -> str:
    page = f'<html><head><meta charset="{claim}"></head><body><p>{text}</p></body></html>'
    return {".html": page, ".csv": f'text\n"{text}"\n'}.get(suffix, text)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".csv"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", [ENGLISH, UKRAINIAN, CLEAN["Arabic"], CLEAN["Japanese"]])
def test_a_file_in_the_charset_it_names_has_no_flag(suffix: str, encoding: str, text: str) -> None:
    (document,) = ingest(_file(suffix, text, "utf-8").encode(encoding), f"a{suffix}")
    assert isinstance(document, Document)
    assert document.flags == ()


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".csv"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [ENGLISH, UKRAINIAN])
def test_a_file_in_utf16_without_a_mark_is_flagged(suffix: str, encoding: str, text: str) -> None:
    (document,) = ingest(_file(suffix, text, "utf-8").encode(encoding), f"a{suffix}")
    assert isinstance(document, Document)
    assert (document.text, document.flags) == (text, ("encoding_repaired",))


@pytest.mark.parametrize(
    ("encoding", "claim", "is_flagged"),
    [
        ("cp1251", "windows-1251", False), ("cp1251", "utf-8", True), ("cp1251", "utf-16", True),
        ("cp1251", "iso-8859-1", True), ("cp1251", "koi8-u", True), ("cp1251", "utf-7", False),
        ("utf-8", "windows-1251", True), ("utf-8", "iso-8859-1", True), ("utf-8", "utf-16", False),
    ],
)  # fmt: skip
def test_a_page_that_belies_its_charset_is_flagged(
    encoding: str, claim: str, is_flagged: bool
) -> None:
    (document,) = ingest(_file(".html", UKRAINIAN, claim).encode(encoding), "a.html")
    assert isinstance(document, Document)
    assert document.text == UKRAINIAN
    assert document.flags == ("encoding_repaired",) * is_flagged


CORPORA = {
    "bbc": 1, "reuters21578": 5, "ua_gec": 5, "semeval2022_task8": 3, "pan13_verbatim": 3,
}  # fmt: skip


def test_of_real_texts_one_in_a_thousand_at_most_has_a_flag(shared_folder: Path) -> None:
    texts: list[str] = []
    for name, step in CORPORA.items():
        with gzip.open(shared_folder / "corpora" / name / "docs.jsonl.gz", "rt") as lines:
            texts += [json.loads(line)["text"] for line in lines][::step]
    flagged = reworded = 0
    for text in texts:
        repaired = repair(text)
        normal = normalise(repaired.text if repaired else text)
        flagged += bool(find_flags(normal) or (repaired and repaired.flags))
        is_clean = not re.search(r"&#?\w+;|[\x80-\x9f]", text)
        reworded += is_clean and normal.tokens != normalise(text).tokens
    assert len(texts) > 4000
    assert flagged <= len(texts) / 1000
    assert reworded == 0


# Disguises


def disguised(text: str, share: float) -> str:
    """Letters that have a look-alike of another alphabet, so many of them replaced by it."""
    rng = random.Random(f"disguised {share}")
    table = LOOKALIKES if text is ENGLISH else {b: a for a, b in LOOKALIKES.items()}
    return "".join(c.translate(table) if rng.random() < share else c for c in text)


@pytest.mark.parametrize("plain", [ENGLISH, UKRAINIAN], ids=["English", "Ukrainian"])
@pytest.mark.parametrize("share", [1.0, 0.5, 0.1])
def test_letters_of_another_alphabet_are_flagged(plain: str, share: float) -> None:
    assert flags(disguised(plain, share)) == ("mixed_script",)


@pytest.mark.parametrize("plain", [ENGLISH, UKRAINIAN], ids=["English", "Ukrainian"])
@pytest.mark.parametrize("invisible", [*"\u200b\u200c\u200d\u2060\ufeff\u034f\u180e"], ids=ascii)
def test_invisible_characters_within_words_are_flagged(plain: str, invisible: str) -> None:
    rng = random.Random(f"invisible {invisible}")
    hidden = re.sub(r"\w", lambda m: m[0] + invisible * (rng.random() < 0.3), plain)
    assert flags(hidden) == ("invisible_chars",)


@pytest.mark.parametrize("plain", [ENGLISH, UKRAINIAN], ids=["English", "Ukrainian"])
def test_a_soft_hyphen_in_every_long_word_is_flagged(plain: str) -> None:
    hidden = re.sub(r"(\w{3})(\w{3,})", "\\1\u00ad\\2", plain)
    assert flags(hidden) == ("invisible_chars",)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        (f"{ENGLISH}\0", "control_chars"),
        (f"\x02{ENGLISH}\x03", "control_chars"),
        (f"{ENGLISH} waht\b\b\bhat", "control_chars"),
        (f"{ENGLISH} \u202edne ehT\u202c.", "bidi_override"),
        (f"ראש העיר אמר \u202eלא\u202c. {ENGLISH}", "bidi_override"),
        (f"{ENGLISH} Itâ€™s late.", "encoding_repaired"),
        (f"{ENGLISH} It\x92s late.", "encoding_repaired"),
        ("".join(f"&#x{ord(c):x};" for c in ENGLISH), "encoding_repaired"),
    ],
)
def test_what_was_undone_or_is_no_text_is_flagged(text: str, flag: str) -> None:
    assert flags(text) == (flag,)


def test_a_disguise_under_another_is_flagged_too() -> None:
    hidden = "".join(f"&#{ord(c)};" for c in disguised(ENGLISH, 1.0))
    assert flags(hidden) == ("encoding_repaired", "mixed_script")


# Where a flag is shown


def test_the_flags_of_both_texts_are_in_the_pair_object() -> None:
    answer = compare(ENGLISH, disguised(ENGLISH, 1.0)).to_dict()
    assert (answer["a"]["flags"], answer["b"]["flags"]) == ([], ["mixed_script"])
    assert answer["relation"] == "identical"


def test_the_flags_of_a_page_are_in_the_report() -> None:
    page = f"<p>{ENGLISH}</p><div hidden>{UKRAINIAN}</div>".encode()
    (document,) = ingest(page, "page.html")
    assert isinstance(document, Document)
    report = Corpus.of([Document(id="first", text=ENGLISH)]).check(document).to_dict()
    assert report["document"]["flags"] == ["hidden_text"]
    assert report["matches"][0]["a"]["flags"] == ["hidden_text"]
    assert report["matches"][0]["b"]["flags"] == []


@given(st.text(st.sampled_from("aаανZΖ\u200b\u00ad\u202e\0 .漢\ud800ש"), max_size=40))
def test_any_text_has_flags_or_none(text: str) -> None:
    assert set(find_flags(normalise(text))) <= {
        "bidi_override",
        "control_chars",
        "invisible_chars",
        "mixed_script",
    }
