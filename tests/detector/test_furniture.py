"""Furniture: found where it is, and never in the story."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.furniture import find_furniture

STORY = "The pier at Dunmoor opened again on Monday after a winter of repairs, the port said."

FURNITURE = [
    (f"---\ntitle: Pier opens\noutlet: Echo\n---\n{STORY}", "front_matter",
     "---\ntitle: Pier opens\noutlet: Echo\n---"),
    (f"Pier opens again\n\n{STORY}", "headline", "Pier opens again"),
    (f"# Pier opens again\n\n{STORY}", "headline", "# Pier opens again"),
    (f"By Ann Poe\n\n{STORY}", "byline", "By Ann Poe"),
    (f"By Ann Poe and Ian Roe, Reuters\n\n{STORY}", "byline", "By Ann Poe and Ian Roe, Reuters"),
    (f"Автор: Орина Сич\n\n{STORY}", "byline", "Автор: Орина Сич"),
    (f"DUNMOOR, May 5 (AP) — {STORY}", "dateline", "DUNMOOR, May 5 (AP) — "),
    (f"Dunmoor (Reuters) - {STORY}", "dateline", "Dunmoor (Reuters) - "),
    (f"КИЇВ, 5 травня (Укрінформ) — {STORY}", "dateline", "КИЇВ, 5 травня (Укрінформ) — "),
    (f"{STORY}\n\nThe new pier. Photo / Ann Poe, The Valley Courier", "caption",
     "The new pier. Photo / Ann Poe, The Valley Courier"),
    (f"{STORY}\n\nThe new pier at dusk (AP Photo/Ann Poe)", "caption",
     "The new pier at dusk (AP Photo/Ann Poe)"),
    (f"{STORY}\n\nНовий причал. Фото: Орина Сич", "caption", "Новий причал. Фото: Орина Сич"),
    (f"{STORY}\n\nPhoto: Ann Poe", "credit_line", "Photo: Ann Poe"),
    (f"{STORY}\n\nREUTERS/Ann Poe", "credit_line", "REUTERS/Ann Poe"),
    (f"{STORY}\n\nSource: The New York Times", "credit_line", "Source: The New York Times"),
    (f"{STORY}\n\nДжерело: «Дощовий вісник»", "credit_line", "Джерело: «Дощовий вісник»"),
    (f"{STORY}\n\nSource: the mayor, who asked for silence", "label", "Source:"),
    (f"Details: {STORY}", "label", "Details:"),
    (f"Quote: {STORY}", "label", "Quote:"),
    (f"Що передувало: {STORY}", "label", "Що передувало:"),
    (f"{STORY}\n\nAnn Poe and Ian Roe contributed to this report.", "contributor_line",
     "Ann Poe and Ian Roe contributed to this report."),
    (f"{STORY}\n\n(Reporting by Ann Poe; Editing by Ian Roe)", "contributor_line",
     "(Reporting by Ann Poe; Editing by Ian Roe)"),
    (f"{STORY}\n\nAnn Poe is a harbour correspondent for The Times. She lives by the sea.",
     "author_bio", "Ann Poe is a harbour correspondent for The Times. She lives by the sea."),
    (f"{STORY}\n\nCorrection: The pier is older than we said.", "correction",
     "Correction: The pier is older than we said."),
    (f"{STORY}\n\nAn earlier version of this article gave a wrong age.", "correction",
     "An earlier version of this article gave a wrong age."),
    (f"{STORY}\n\nThe post Pier Opens appeared first on Dunmoor News.", "footer",
     "The post Pier Opens appeared first on Dunmoor News."),
    (f"{STORY}\n\nSubscribe to our newsletter", "footer", "Subscribe to our newsletter"),
    (f"{STORY}\n\n© 2025 Dunmoor News", "footer", "© 2025 Dunmoor News"),
    (f"{STORY}\n\nЧитайте також: Причал закрили", "footer", "Читайте також: Причал закрили"),
    (f"{STORY}\n\n###", "footer", "###"),
    (f"{STORY}\n\nMedia contact: Ann Poe, 555 0100", "footer", "Media contact: Ann Poe, 555 0100"),
    (f"{STORY}\n\nAbout Dunmoor Port", "footer", "About Dunmoor Port"),
    (f"FOR IMMEDIATE RELEASE\n\n{STORY}", "footer", "FOR IMMEDIATE RELEASE"),
    (f"10:45 – {STORY}", "timestamp", "10:45 –"),
    (f"10:45 {STORY}", "timestamp", "10:45"),
    (f"{STORY}\n\nUpdated: 5 May 2025, 10:45", "timestamp", "Updated: 5 May 2025, 10:45"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "words"), FURNITURE)
def test_finds_it_and_nothing_else(text, kind, words):
    assert [(f.type, f.span.slice(text)) for f in find_furniture(text)] == [(kind, words)]


PROSE = [
    STORY,
    "By Monday the pier was open.",
    "By Ann Poe's own account, the pier was open.",
    "About forty people came.",
    "About Ann nobody asked.\n\nNobody.",
    "Details of the plan were few: none, in fact.",
    "Photographs of the pier hang in the hall, by the stairs.",
    "He posted a photo by the pier.",
    "Contact with the pier was lost, the port said.",
    "The post was delivered first on Monday.",
    "Subscribers to the plan grew.",
    "Corrections officers closed the pier.",
    "ENDS of rope lay on the pier.",
    "Rain fell on the pier and\nthe port closed it for a day\nbefore it opened again.",
    "“We opened,” Ann Poe said.\n\nShe is a reporter of rain.",
    "Most voters want a pier, a Reuters/Ipsos poll found.",
    "NATO - an alliance - paid nothing.\n\nNobody paid.",
    "They met at 10:45 by the pier.",
    "Background noise was low, the port said.",
    "Copyright law does not know piers.",
    "This article of faith was updated never, he said.",
    "Деталі плану невідомі.",
    "Фото причалу висить у залі.",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_never_furniture(text):
    assert find_furniture(text) == ()


# What a web page says in the middle of a story. Every rule of detector/webpage.py, each in at
# least three languages.
PAGE = [
    # an ask and a thing of the page
    "Sign up to our daily newsletter and get the news in your inbox",
    "Subscribe to the Dunmoor Echo newsletter here. You can unsubscribe at any time",
    "By signing up you agree to our terms of use and privacy policy",
    "Get the latest headlines delivered to your inbox every morning",
    "Log in or register to leave a comment on this article",
    "Підпишіться на нашу розсилку, щоб отримувати новини на електронну пошту",
    "Наш сайт використовує файли cookie. Ви погоджуєтесь з політикою конфіденційності",
    "Подпишитесь на нашу рассылку и получайте новости на электронную почту",
    "Abonnieren Sie unseren Newsletter und erhalten Sie Nachrichten in Ihr Postfach",
    "Melden Sie sich jetzt für unseren kostenlosen Newsletter an",
    "Suscríbete a nuestro boletín y recibe las noticias en tu correo electrónico",
    "Abonnez-vous à notre newsletter pour recevoir l'actualité par mail",
    "En poursuivant votre navigation, vous acceptez l'utilisation de cookies",
    "Iscriviti alla nostra newsletter per ricevere le notizie",
    "Zapisz się do naszego newslettera i otrzymuj wiadomości na e-mail",
    "Bültenimize abone olun, haberler e-posta adresinize gelsin",
    "اشترك في نشرتنا البريدية ليصلك جديد الأخبار",
    "请订阅我们的时事通讯，新闻直达您的收件箱",
    # an ask and a network
    "Follow us on Facebook and Twitter for more stories",
    "Підписуйтесь на наш канал у Телеграмі та сторінку у Фейсбуці",
    "Folgen Sie uns auf Facebook und Instagram",
    "Polub nas na Facebooku i śledź nas na Twitterze",
    "Bizi Facebook ve Twitter'da takip edin",
    "تابعونا على فيسبوك وتويتر",
    # notices
    "Copyright 2025 Dunmoor Echo. All rights reserved",
    "Усі права захищено",
    "Wszelkie prawa zastrzeżone",
    "Riproduzione riservata",
    "Tous droits réservés",
    "جميع الحقوق محفوظة",
    "版权所有，未经许可不得转载",
    # buttons in a row
    "Share Facebook Twitter WhatsApp Email Print",
    "Поделиться: Facebook Вконтакте Telegram Одноклассники",
    "Teilen | Drucken | WhatsApp | Facebook",
    # contacts
    "Contact reporter Ann Poe at apoe@echo.example or 555-010-2030",
    "Bitte wenden Sie sich an Ina Poe, presse@hafen.example",
    "Invia le tue foto a foto@eco.example",
    "Пишіть нам на пошту vena@visti.example",
    "Send your pictures to: pictures@echo.example",
    "Reaktionen an: leser@echo.example",
    "Ваші листи чекаємо тут: lysty@visti.example",
    "Контакти: тел. +38 044 123 45 67, info@visti.example",
    "Pressekontakt: Hafen Dunmoor, Telefon: 04421 123456, E-Mail: presse@hafen.example",
    "Contact presse : Anne Poe, tél : 01 23 45 67 89",
    "للتواصل: هاتف: +20 2 12345678",
    "联系电话：010-12345678",
]
AFTERWARDS = "More than forty people walked along it in the rain that afternoon."


@pytest.mark.parametrize("words", PAGE)
def test_finds_what_a_web_page_says_in_the_middle_of_a_line(words):
    found = find_furniture(f"{STORY} {words}. {AFTERWARDS}")
    assert [(f.type, f.span.slice(f"{STORY} {words}. {AFTERWARDS}")) for f in found] == [
        ("footer", f"{words}.")
    ]


@pytest.mark.parametrize("words", PAGE)
def test_finds_what_a_web_page_says_on_lines_of_its_own(words):
    text = "\n\n".join([STORY, *words.split(". "), AFTERWARDS, STORY])
    found = "".join(f.span.slice(text) for f in find_furniture(text))
    assert found.replace("\n\n", "") == words.replace(". ", "")


@pytest.mark.parametrize(
    ("before", "form", "after"),
    [
        (
            "Pier opens after repairs",
            "Sign up to FREE email alerts from Echo - Daily Subscribe Thank you for subscribing "
            "See our privacy notice Invalid Email",
            "The pier at Dunmoor opened again on Monday after a winter of repairs",
        ),
        (
            "Hafen öffnet nach Sturm wieder",
            "Jetzt teilen: Jetzt teilen:",
            "Der Hafen von Dunmoor ist am Montag nach einem langen Winter wieder geöffnet worden",
        ),
        (
            "码头重新开放",
            "请订阅我们的时事通讯 感谢您订阅",
            "码头经过一个冬天的修缮后于周一重新开放",
        ),
    ],
)
def test_without_full_stops_only_the_words_of_the_page_are_furniture(before, form, after):
    text = f"{STORY} {STORY[:-1]} {before} {form} {after}."
    assert [f.span.slice(text).rstrip(": ") for f in find_furniture(text)] == [form.rstrip(":")]


def test_parts_of_a_page_join_over_a_short_sentence_and_not_over_a_story():
    sign_up, follow = "Sign up to our newsletter.", "Follow us on Facebook."
    short = f"{STORY} {sign_up} It comes at noon. {follow} {STORY}"
    assert [f.span.slice(short) for f in find_furniture(short)] == [
        f"{sign_up} It comes at noon. {follow}"
    ]
    long = f"{STORY} {sign_up} {STORY} {AFTERWARDS} {follow} {STORY}"
    assert [f.span.slice(long) for f in find_furniture(long)] == [sign_up, follow]


ABOUT_PAGES = [
    "Facebook said on Monday that users who sign up for a newsletter will have to share an email "
    "address with the firm.",
    "The privacy policy of the company lets it read cookies, and the browser sends them on.",
    "Google uses cookies to follow people, the report says.",
    "The mayor wrote about the pier on Twitter, and her post was shared on Facebook and Instagram.",
    "Facebook, Twitter, YouTube and WhatsApp were down for a day.",
    "People subscribe to newsletters because they want fewer headlines, said Ann Poe.",
    "He called the harbour office on 01632 960417 twice, and nobody answered.",
    "She wrote to mayor@dunmoor.example in May, and again in June.",
    "“Click here,” the message said, and four people in the office did.",
    "The port reserves the right to close the pier.",
    "Contact lenses were found on the pier.",
    "«Не сотвори собі причалу» © моя бабуся, і вона мала рацію.",
    "The firm sued over the copyright of 40 songs, and (c) the court agreed.",
    "Фейсбук повідомив, що користувачі підписалися на розсилку і погодилися з політикою "
    "конфіденційності.",
    "Мер написала про причал у Телеграмі, а сайт порту не працював два дні.",
    "Твиттер сообщил, что подписчики рассылки получили письма на электронную почту.",
    "Facebook teilte mit, dass Nutzer den Newsletter mit ihrer Adresse bestellen und Cookies "
    "zulassen.",
    "Facebook anunció que los usuarios reciben el boletín en el correo electrónico.",
    "Facebook a annoncé que les abonnés de la lettre d'information acceptent les cookies.",
    "Facebook ha detto che gli iscritti alla newsletter accettano i cookie.",
    "Facebook poinformował, że użytkownicy zapisali się na newsletter i przyjęli pliki cookie.",
    "Facebook, bülten abonelerinin e-posta adreslerini topladığını açıkladı.",
    "قالت فيسبوك إن المشتركين في النشرة وافقوا على سياسة الخصوصية.",
    "脸书表示，用户订阅时事通讯时须提供电子邮件地址，隐私政策也已更新。",
]


@pytest.mark.parametrize("sentence", ABOUT_PAGES)
def test_a_story_about_web_pages_is_prose(sentence):
    assert find_furniture(f"{STORY} {sentence} {AFTERWARDS}") == ()
    assert find_furniture(f"{STORY}\n\n{sentence}\n\n{AFTERWARDS}") == ()


@pytest.mark.parametrize(
    "credit",
    [
        "(Photo: Ann Poe)",
        "(Image: Dunmoor Port)",
        "(AP Photo/Ann Poe)",
        "(Фото: Орина Сич)",
        "(Изображение: полиция Данмура)",
        "(Foto: Ina Poe/dpa)",
        "Foto: Ina Poe/dpa-tmn",
        "（照片：王芳）",
    ],
)
def test_a_picture_credit_inside_a_line_is_furniture(credit):
    text = f"{STORY} {credit} {STORY} {AFTERWARDS}"
    assert [(f.type, f.span.slice(text)) for f in find_furniture(text)] == [("credit_line", credit)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The photo (taken by Ann Poe) hangs in the hall.",
        "The picture: a pier, two boats/three nets and rain.",
        "Das Foto (von 1910) hängt im Saal.",
        "Фото (зроблене в травні) висить у залі.",
    ],
)
def test_a_sentence_about_a_picture_is_prose(sentence):
    assert find_furniture(f"{STORY} {sentence} {AFTERWARDS}") == ()


def test_a_correction_between_two_parts_of_a_page_stays_a_correction():
    page = ["Sign up to our newsletter", "Correction: It rained.", "Follow us: mail@echo.example"]
    found = find_furniture("\n\n".join([STORY, *page]))
    assert [f.type for f in found] == ["footer", "correction", "footer"]


def test_a_letter_that_grows_when_it_gets_small_moves_nothing():
    text = f"İİİİ {STORY} Follow us on Facebook. {AFTERWARDS}"
    assert [f.span.slice(text) for f in find_furniture(text)] == ["Follow us on Facebook."]


def test_a_long_paragraph_before_a_credit_is_no_caption():
    text = f"{STORY} It is new. It is long. It is safe. Photo: Ann Poe"
    assert [(f.type, f.span.slice(text)) for f in find_furniture(text)] == [
        ("credit_line", "Photo: Ann Poe")
    ]


def test_bylines_stand_only_near_the_ends():
    text = "\n\n".join([STORY] * 20 + ["By Ann Poe, Reuters"] + [STORY] * 20)
    assert find_furniture(text) == ()


@given(st.one_of(
    st.lists(st.sampled_from([
        "By Ann Poe", "Photo: A", "---", "\n", "\n\n", "Quote:", "10:45", "AP (", "#", STORY, "©",
        " Sign up ", " newsletter ", " a@b.example ", " tel: ", " +44 1632 960417 ", " (Foto: A) ",
        " Facebook ", "订阅来自", ". ", " Foto: A B/dpa ",
    ]), max_size=20).map("".join),
    st.text(max_size=60),
))  # fmt: skip
def test_spans_lie_in_the_text_in_order_and_apart(text):
    found = find_furniture(text)
    ends = [0, *(f.span.end for f in found)]
    for f, before in zip(found, ends, strict=False):
        assert before <= f.span.start < f.span.end <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "(", "A ", " ", "\n", "---\n", "Photo: a\n", "A/", "By A, ", "a. ", "Sign up ", "our ",
        "Our cookies ", "Facebook ", "facebook,", "a@", "a@b.c ", "0", "+1 ", "(0", "www.", "订",
        "(Photo:", "Photo: A ", "Photo:", "© ", "newsletter. ", "tel: ", "thank you for ",
        "Sign up to our newsletter." + " and" * 20,
    ],
)  # fmt: skip
def test_hostile_text_takes_linear_time(piece):
    assert seconds(piece, 200_000) < 8 * seconds(piece, 50_000) + 1


def seconds(piece, length):
    text = piece * (length // len(piece))
    start = time.process_time()
    find_furniture(text)
    return time.process_time() - start


def test_real_articles(real_articles, real_truth):
    """All captions, credits, bios and footers of the truth; none of its prose. A standfirst and
    the "Background" of an article are its own words, so they stay."""
    prose = ("standfirst", "background")
    for name, text in real_articles.items():
        truth = [t for t in real_truth["boilerplate"] if t["doc"] == name]
        found = find_furniture(text)
        for t in truth:
            inside = any(f.span.start <= t["start"] and t["end"] <= f.span.end for f in found)
            assert inside == (t["type"] not in prose), t
        for f in found:
            known = any(t["start"] <= f.span.start and f.span.end <= t["end"] for t in truth)
            assert known or f.type in ("label", "credit_line"), f
