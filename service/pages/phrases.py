"""The words of the web pages in Ukrainian; those of reports are in the detector's table.

The English phrase is the key. What a text says is shown as it is, in its language.
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
    # corpus
    "Corpus": "Добірка",
    "Id, title, outlet, or a sentence": "Ідентифікатор, заголовок, видання або речення",
    "Look for it": "Шукати",
    "A sentence of {number} words or more is also looked for in the texts, as a check does.":
        "Речення з {number} слів і довше шукають також у текстах, як під час перевірки.",
    "In the texts": "У текстах",
    "Ids, titles and outlets": "Ідентифікатори, заголовки й видання",
    "Nothing found.": "Нічого не знайдено.",
    "Nothing more here.": "Тут більше нічого немає.",
    "Next page": "Наступна сторінка",
    "version {number}": "версія {number}",
    "withheld": "притримано",
    "canceled": "відкликано",
    "embargoed until {when}": "ембарго до {when}",
    # a document
    "This is an old version.": "Це стара версія.",
    "To the one in force": "До чинної",
    "What is known of it": "Що про нього відомо",
    "Byline": "Автор",
    "Owner": "Власник",
    "Expires": "Зберігається до",
    "First seen": "Отримано",
    "Story": "Історія",
    "Versions": "Версії",
    "What it shares with others": "Що в ньому спільного з іншими",
    "{mine} of this text, {other} of the other": "{mine} цього тексту, {other} іншого",
    # decisions
    "Decision": "Рішення",
    "Decisions": "Рішення",
    "Confirmed": "Підтверджено",
    "Dismissed": "Відхилено",
    "Open again": "Знову відкрито",
    "Reason": "Причина",
    "Confirm": "Підтвердити",
    "Dismiss": "Відхилити",
    "Take back": "Скасувати рішення",
    "Confirm or dismiss": "Підтвердити чи відхилити",
    "Nobody has decided about this yet.": "Рішення ще немає.",
    "It holds as long as the two share the same words, whatever else changes in them.":
        "Воно чинне, доки в обох ті самі спільні слова, хоч би що інше змінилося.",
    "The latest first. Nothing is ever taken out of this list; a later decision counts.":
        "Найновіші спочатку. Зі списку нічого не вилучають; чинне останнє рішення.",
    "Nobody has decided anything yet.": "Рішень ще немає.",
    # clusters
    "Clusters": "Історії",
    "Texts that are one story: the same, reprints, or versions of one another.":
        "Тексти, що є однією історією: ті самі, передруки або версії.",
    "The story is larger than what is drawn here.": "Історія більша, ніж тут намальовано.",
    "used by {number} more": "використали ще: {number}",
    "Timeline": "Хронологія",
    "Stated time": "Зазначений час",
    "Taken from": "Взято з",
    # batches
    "Batch": "Пакет",
    "Batches": "Пакети",
    "Many texts, each compared with all others, while you do something else.":
        "Багато текстів, кожен з усіма іншими, поки ви робите щось інше.",
    "Nothing is added to the corpus.": "До добірки нічого не додається.",
    "A file: choose it or drop it here": "Файл: виберіть або перетягніть сюди",
    ".zip of at most {number} .txt, .md and .html files without folders":
        ".zip, щонайбільше {number} файлів .txt, .md і .html без тек",
    ".jsonl, a document a line, at most {number}": ".jsonl, документ у рядку, щонайбільше {number}",
    "Passages of at least so many words": "Збіги щонайменше зі стількох слів",
    "Start": "Почати",
    "Sent so far": "Надіслано досі",
    "queued": "у черзі",
    "running": "виконується",
    "finished": "готово",
    "failed": "не вдалося",
    "purged": "видалено",
    "waiting": "чекає",
    "reading": "читання",
    "comparing": "порівняння",
    "This page brings itself up to date. You may leave it and come back.":
        "Сторінка оновлюється сама. Можна піти й повернутися.",
    "Look at the result": "Переглянути результат",
    "The result is deleted {days} days after the end: {when}.":
        "Результат буде видалено через {days} днів після завершення: {when}.",
    "Not read": "Не прочитано",
    "Sent": "Надіслано",
    "Ended": "Завершено",
    "Cancel it": "Скасувати",
    "Delete the result": "Видалити результат",
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
    "not_found": "Цього тут немає; можливо, його час минув.",
    "finding_changed": "Спільне в цих текстах уже інше; подивіться ще раз.",
    "batch_too_large": "Рядків або файлів більше, ніж приймається.",
    "bad_archive": "Архів пошкоджено, або в ньому не лише файли .txt, .md і .html.",
    "overloaded": "Зараз забагато запитів; спробуйте ще раз.",
    "rate_limited": "Запитів забагато; зачекайте трохи.",
    "forbidden": "Цього робити не можна.",
    "storage_unavailable": "Службу запущено без текстів, з якими порівнювати.",
}
"""What is wrong, by the code of the problem; what has no words here is told in English."""
