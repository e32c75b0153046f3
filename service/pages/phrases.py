"""The words of the web pages in Ukrainian; those of reports are in the detector's table.

The English phrase is the key. What a text or a verdict says is shown as it is, in its language.
"""

from __future__ import annotations

UKRAINIAN = {
    # around every page
    "Check": "Перевірка",
    "Compare": "Порівняння",
    "Status": "Стан",
    "Skip to the page": "До змісту",
    "Pages": "Сторінки",
    "Language": "Мова",
    "Log in": "Увійти",
    "Log out": "Вийти",
    "The calls for programs": "Виклики для програм",
    # forms
    "Check a text": "Перевірити текст",
    "Compare two texts": "Порівняти два тексти",
    "Text": "Текст",
    "Text {letter}": "Текст {letter}",
    "or a file: choose it or drop it here": "або файл: виберіть його чи перетягніть сюди",
    "at most 25 MiB": "щонайбільше 25 МіБ",
    "(optional)": "(необов'язково)",
    "Outlet": "Видання",
    "Published on": "Дата публікації",
    "Address": "Адреса",
    "Draft: the text is not added to the texts it is checked against. The result is kept for an "
    "hour, then deleted.":
        "Чернетка: текст не додається до тих, з якими його порівняно. Результат зберігається "
        "годину, потім видаляється.",
    "Draft: neither text is stored. The result is kept for an hour, then deleted.":
        "Чернетка: тексти не зберігаються. Результат зберігається годину, потім видаляється.",
    # result
    "Copy sentence": "Копіювати висновок",
    "Copy credit line": "Копіювати посилання",
    "Copied": "Скопійовано",
    "Evidence": "Докази",
    "words rewritten": "слів переказано",
    "words quoted": "слів процитовано",
    "words without credit": "слів без посилання",
    "{number} word for word": "дослівно: {number}",
    "of {number}": "із {number}",
    "What is shown": "Що показано",
    "Boilerplate": "Службовий текст",
    "Captions": "Підписи",
    "shown": "показано",
    "left out": "без них",
    "without credited ones": "крім зазначених",
    "Passages of at least": "Збіги щонайменше",
    "words": "слів",
    "Show": "Показати",
    "As it was asked for": "Як запитано",
    "All that was found": "Усе знайдене",
    "Before it goes out": "Перед публікацією",
    "Who prints our copy": "Хто друкує наше",
    "One story once": "Кожну історію раз",
    "Main sources": "Головні джерела",
    "Who took from whom": "Хто в кого взяв",
    "Longest passages": "Найдовші збіги",
    "Draft.": "Чернетка.",
    "Nothing was added to the texts it was checked against. This page is deleted {when}.":
        "До текстів, з якими порівняно, нічого не додано. Цю сторінку буде видалено {when}.",
    "This page is kept until {when}.": "Ця сторінка зберігається до {when}.",
    "Keep it for {days}": "Зберегти на {days}",
    "Delete it now": "Видалити зараз",
    # log-in
    "Your key": "Ваш ключ",
    "This key opens nothing.": "Такого ключа немає.",
    "The key is kept in no page: a cookie remembers for twelve hours who you are.":
        "Ключ не зберігається на сторінках: cookie пам'ятає, хто ви, дванадцять годин.",
    # status
    "What texts are checked against": "З чим порівнюються тексти",
    "No texts: the service was started without a folder and without an index.":
        "Текстів немає: службу запущено без теки й без бази.",
    "Texts": "Тексти",
    "Outlets": "Видання",
    "From": "Від",
    "To": "До",
    "Old and new versions": "Старі й нові версії",
    "Not compared yet": "Ще не порівняно",
    "Size on disk": "Місце на диску",
    "Tenant": "Клієнт",
}  # fmt: skip
PROBLEMS = {
    "no_text": "Вставте текст або виберіть файл, щось одне; у ньому мають бути слова.",
    "bad_timestamp": "Дата має бути днем, який уже настав.",
    "unsupported_media_type": "Такі файли не читаються: .txt, .md, .html, .pdf, .docx.",
    "body_too_large": "Це більше, ніж приймається: 25 МіБ.",
    "text_too_large": "У тексті більше слів, ніж приймається.",
    "bad_encoding": "Файл не вдається прочитати як текст.",
    "read_failed": "Файл не вдається прочитати.",
    "report_too_large": "Звіт завеликий, щоб його зберегти.",
    "not_found": "Такого звіту немає; можливо, його час минув.",
    "overloaded": "Зараз забагато запитів; спробуйте ще раз.",
    "rate_limited": "Запитів забагато; зачекайте трохи.",
    "forbidden": "Цього робити не можна.",
    "storage_unavailable": "Службу запущено без текстів, з якими порівнювати.",
}
"""What is wrong, by the code of the problem; what has no words here is told in English."""
