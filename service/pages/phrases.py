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
