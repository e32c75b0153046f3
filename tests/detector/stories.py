"""Short news texts written for the tests, and what other newsrooms made of them.

Every constant is one text. What it was made from is said beside it, so that a test need only name
the two texts it is about. ``document`` gives a text an outlet and whatever else is known of it.
"""

from __future__ import annotations

import random
from typing import Any

from detector.model import Document


def document(text: str, id: str = "x", **known: Any) -> Document:
    """A text with its metadata: ``document(DAM, "dam", outlet="Lowmoor Courier")``."""
    return Document(id=id, text=text, **known)


def words(text: str, first: int, last: int) -> str:
    """The words of a text by number, as they stand, with one space between them."""
    return " ".join(text.split()[first:last])


def paragraphs(*parts: str) -> str:
    """One text of several paragraphs."""
    return "\n\n".join(parts)


_SYLLABLES = (
    "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri flo gru".split()
)


def prose(count: int, seed: int) -> str:
    """``count`` invented words in sentences of ten, no two with a common beginning: words that
    nobody else has, so that a test knows the coverage of what is put together from them."""
    rng = random.Random(seed)
    made = ["".join(rng.choice(_SYLLABLES) for _ in range(6)) for _ in range(count)]
    sentences = [" ".join(made[i : i + 10]) + "." for i in range(0, count, 10)]
    return " ".join(s[0].upper() + s[1:] for s in sentences)


# -- a story and its descendants

DAM = """\
Engineers lowered the water behind the Tarnhollow dam by almost three meters on Tuesday after a \
shepherd noticed a trickle of brown water on its grassy face, and 840 people in the valley below \
were told to spend the night elsewhere.

The leak, no wider than a thumb when it was found at dawn, had grown to the width of a bucket by \
noon, said Marguerite Oduya, the regional director of dams. She ordered both sluices opened and \
asked the army for pumps. Mr. Castellan, the mayor of Nether Tarn, drove from house to house with \
a loudspeaker because the telephone exchange stands beside the river and had been switched off.

"I was not going to wait for a second opinion with a school at the bottom of the hill," Ms. Oduya \
said. "The clay is a hundred and thirty years old and it has never been asked to hold this much \
rain."

Soldiers laid eleven pumps along the crest before dark and were moving 900 liters a second over \
the spillway. A cease-fire of sorts was agreed between the water company and the anglers' club, \
which has fought every lowering of the lake in court since 2009. Its secretary, Ivo Brandt, said \
that no trout was worth a village.

The dam was built in 1893 for a spinning mill that closed in 1961. An inspection in February \
found nothing unusual, but recommended that rabbits be kept off the embankment. Mr. Castellan \
said the cost of a proper repair, put at $14 million, was more than the valley earns in a year.

Families were taken in by the college at Overbeck, where volunteers served soup until midnight. \
A decision on whether they may return is expected on Thursday."""

# DAM in another house style: British spelling, no "Mr.", "ceasefire", one clause dropped.
DAM_REPRINT = (
    DAM.replace("meters", "metres")
    .replace("liters", "litres")
    .replace("Mr. ", "")
    .replace("Ms. ", "")
    .replace("cease-fire", "ceasefire")
    .replace(", put at $14 million,", "")
)

# The first half of DAM, word for word.
DAM_TAIL_CUT = "\n\n".join(DAM.split("\n\n")[:3])

# A summary that names its source and quotes DAM's own prose.
DAM_SUMMARY = """\
A leaking Victorian dam has emptied a valley in the north, the Lowmoor Courier reports.

According to the Lowmoor Courier, 840 people were told to leave their homes below the Tarnhollow \
dam after a shepherd noticed brown water on its grassy face. "The leak, no wider than a thumb when \
it was found at dawn, had grown to the width of a bucket by noon," the Lowmoor Courier wrote.

The newspaper said that both sluices were opened and the army was asked for pumps. "Soldiers laid \
eleven pumps along the crest before dark and were moving 900 liters a second over the spillway," \
the Lowmoor Courier reported.

The Courier also noted that an inspection in February found nothing unusual, but recommended that \
rabbits be kept off the embankment."""

# A rewrite that names nobody.
DAM_REWRITE = """\
A shepherd's sharp eye may have saved a village this week. He spotted a trickle of brown water on \
the grassy face of the Tarnhollow dam at dawn on Tuesday, and by nightfall 840 people in the \
valley below had been told to sleep elsewhere.

The leak had grown from the width of a thumb to the width of a bucket by noon, and Marguerite \
Oduya, regional director of dams, had both sluices opened and asked the army for pumps. Engineers \
lowered the lake by almost three meters. The mayor of Nether Tarn went from house to house with a \
loudspeaker because the telephone exchange beside the river had been switched off.

Eleven pumps were laid along the crest before dark, and soldiers were moving 900 liters a second \
over the spillway. The dam was built in 1893 for a spinning mill that shut in 1961. In February an \
inspection found nothing unusual but recommended that rabbits be kept off the embankment.

Volunteers at the college in Overbeck served soup until midnight to the families. Whether they may \
return is to be decided on Thursday."""

# DAM with a mistake put right, by the same outlet.
DAM_CORRECTED = (
    DAM.replace("840 people", "480 people").replace("1893", "1898")
    + "\n\nCorrection: An earlier version of this article misstated how many people were told to "
    "leave and when the dam was built."
)

# -- a feature that shares nothing with DAM

CHESS = """\
The oldest chess club in the province meets above a bakery, and on winter evenings its members \
can tell by the smell when it is time to go home. Forty people came on Friday to see whether Ludo \
Farrant, who is ninety-one and has belonged since he was twelve, would finish the game he began \
in October.

He did not. His opponent, a dental student named Aoife Brannigan, offered a draw at half past \
ten, and Mr. Farrant looked at the clock for a long time before he shook his head and wrote down \
a move for next week.

The club owns nine wooden sets, a portrait of a Hungarian nobody can identify and a cup that was \
last polished in 1988. It has no website. Membership costs the price of a loaf a month, which is \
what the baker asks for the heating, and the waiting list is kept on the back of a calendar.

Ms. Brannigan says that she has learned more about patience here than in four years of dentistry. \
The federation would like the club to adopt digital clocks. It voted against them in March by \
twenty-six to one, and nobody has ever found out who the one was."""

BEES = """\
Thieves in the orchards west of Sallow have found something lighter than copper and almost as \
dear. Since the blossom opened, thirty-one hives have vanished from five farms, lifted at night by \
people who evidently own veils and know how to close an entrance with foam.

A hive in April is worth about what a used motorcycle is, and it cannot be marked as easily. \
Growers rent them by the week, so that a stolen colony can be at work in a neighbor's cherry trees \
before its owner has finished breakfast.

Constable Piet Verhulst has begun to fit small transmitters under the lids. He was stung eleven \
times in the first week and described the work as educational. Two colonies have been recovered so \
far, both from the same barn, where they had been painted blue.

Farmers have started to sleep in their vans. One of them keeps a trombone beside her, on the \
theory that nobody steals bees quietly."""

# One paragraph of DAM stands in a text that is otherwise its own.
DAM_BLOCK = DAM.split("\n\n")[1]
CHESS_WITH_BLOCK = "\n\n".join([*CHESS.split("\n\n")[:2], DAM_BLOCK, *CHESS.split("\n\n")[2:]])

# -- texts that share only what somebody said

QUOTE = (
    "We will publish every figure we hold, including the ones that embarrass us, before the "
    "schools go back in September"
)
QUOTE_ONE = f"""\
Parents packed the sports hall at Wexcombe on Monday to hear why so many pupils had fallen ill \
after lunch in the canteen last term. The answer they got was short. "{QUOTE}," said Dr. Henrike \
Solano, the county health officer, and she sat down again.

Outside, some families were unconvinced. A father of three counted off on his fingers the letters \
he had written since Easter, none of them answered. Kitchens at four schools stay closed, and the \
caterer has withdrawn its chilled meals from the whole district until further notice."""
QUOTE_TWO = f"""\
The county's slow reaction to a wave of food poisoning has cost it the trust of teachers, a union \
survey suggests. Fewer than one in ten respondents believed that the laboratory results had been \
passed on promptly.

Asked about this at a news conference, Dr. Henrike Solano said: "{QUOTE}." Her office employs two \
inspectors for a hundred and sixty kitchens, a ratio that auditors called indefensible three \
years ago. The union wants the law changed so that no inspector has more than forty."""
# The same remark again, quoted in part.
QUOTE_IN_PART = """\
Teachers in the county are losing patience. Laboratory results from four school kitchens have been \
ready for weeks, and still nobody has seen them, a survey by their union found.

Dr. Henrike Solano said at a news conference that officials would publish "every figure we hold, \
including the ones that embarrass us," before the schools go back in September. Her inspectors \
number two. Auditors called that indefensible three years ago, and little has changed since then \
but the color of the forms."""

# The same remark, with only its middle in quotation marks.
QUOTE_BARELY = QUOTE_IN_PART.replace(
    'publish "every figure we hold, including the ones that embarrass us," before',
    'publish every figure we hold, "including the ones that embarrass us," before',
)
QUOTE_TOLD = QUOTE_ONE.replace(
    "said Dr. Henrike Solano, the county health officer, and she sat down again",
    "Dr. Henrike Solano, the county health officer, told the Lowmoor Courier",
)
QUOTE_UNTOLD = QUOTE_TWO.replace("at a news conference", "on Monday")

# -- what is common to many texts

FOOTER = (
    "Harbour Weekly is a member of the Northern Council of Editors and follows its code of "
    "practice; complaints about accuracy may be sent to the readers' editor at the address "
    "printed on the back page of every issue."
)


FORMULA = (
    "The outlook is worked out twice a day from the readings of eleven stations along the coast "
    "and on the moor and may change at short notice when the wind turns."
)


def dividend(company: str, town: str, amount: str, record: str, payable: str, holders: str) -> str:
    """A dividend notice: one form with other facts in its slots."""
    return (
        f"{town} - {company} said its board of directors declared a regular quarterly dividend of "
        f"{amount} cents per share on its common stock, payable {payable} to shareholders of "
        f"record at the close of business on {record}. {company} has about {holders} shareholders "
        f"of record and its stock is traded over the counter as {company[:4].upper()}."
    )


def bond(issuer: str, amount: str, coupon: str, lead: str, rating: str, due: str) -> str:
    """The terms of a bond: another form."""
    return (
        f"{issuer} is raising {amount} million dollars through an offering of notes due {due} "
        f"yielding {coupon} percent through an underwriting group led by {lead}. The notes carry "
        f"the same coupon and are priced at par. The issue is non-callable for life and is rated "
        f"{rating} by both agencies, said lead manager {lead}."
    )


DIVIDEND_ONE = dividend("Corvane Mills", "GREENFORD", "18", "April 9", "May 1", "4,100")
DIVIDEND_TWO = dividend("Tolland Gas", "ASHWICK", "27", "June 30", "July 15", "12,750")
BOND_ONE = bond("Pembrook Rail Corp", "150", "8.35", "Harlan Stokes", "A-2", "1997")
BOND_TWO = bond("Quillon Foods Inc", "75", "9.10", "First Meridian", "BAA-1", "2007")

# -- a press release and two texts made of it

RELEASE = """\
FOR IMMEDIATE RELEASE

Sable Instruments today announced that it will build an observatory for schoolchildren on the \
roof of the disused granary at Port Ellery, with a 60-centimetre reflecting telescope, a workshop \
for grinding mirrors and a bunk room in which two classes at a time can stay until sunrise.

The building, which has stood empty since the grain trade left in 1978, was bought for one crown \
from the harbour board. Work is to begin in May and to be finished before the partial eclipse of \
12 August next year.

"Every child on this coast lives under one of the darkest skies in the country and hardly any of \
them has ever been shown it," said Philippa Nwosu, founder of Sable Instruments.

Admission will be free for schools from the three coastal counties. The company expects 9,000 \
visitors a year and has promised to meet all running costs for the first decade.

Media contact: press office, Sable Instruments"""
RELEASE_USER_ONE = """\
Port Ellery is to get an observatory for schoolchildren on the roof of the disused granary, with a \
60-centimetre reflecting telescope, a workshop for grinding mirrors and a bunk room in which two \
classes at a time can stay until sunrise.

The building, which has stood empty since the grain trade left in 1978, was bought for one crown \
from the harbour board, Sable Instruments said in a statement. Work is to begin in May.

Residents of Granary Lane are less happy. They fear coaches at midnight, and have asked the \
council to keep the quay closed to traffic after nine.

Admission will be free for schools from the three coastal counties. The company expects 9,000 \
visitors a year and has promised to meet all running costs for the first decade."""
RELEASE_USER_TWO = """\
Telescope makers seldom give away telescopes. Sable Instruments intends to: it will build an \
observatory for schoolchildren on the roof of the disused granary at Port Ellery, with a \
60-centimetre reflecting telescope, a workshop for grinding mirrors and a bunk room in which two \
classes at a time can stay until sunrise.

"Every child on this coast lives under one of the darkest skies in the country and hardly any of \
them has ever been shown it," said Philippa Nwosu, founder of Sable Instruments, in a press release.

The company expects 9,000 visitors a year and has promised to meet all running costs for the first \
decade. Shares in the maker, which is listed in Oslo, fell slightly on the day."""

# -- Ukrainian

MILL = """\
Водяний млин у селі Грушівка, який не працював із 1974 року, у суботу знову змолов борошно. \
Колесо завдовжки чотири метри відновили троє пенсіонерів і вчителька фізики, яка розрахувала, \
скільки води потрібно, щоб зрушити жорна.

«Ми почали з того, що витягли з-під колеса два велосипеди і дитячу коляску», — розповіла \
вчителька Ганна Притула. За її словами, найважче було знайти дуб, який не тріскається у воді, і \
чоловіка, який ще вміє робити дерев'яні зуби для шестерень.

Роботи тривали двадцять місяців і коштували 380 тисяч гривень, які зібрали жителі чотирьох сіл. \
Сільська рада дала ліс і відремонтувала греблю після весняної повені. Перші дванадцять кілограмів \
борошна розділили між усіма, хто прийшов, а з решти спекли хліб для школи.

Тепер млин працюватиме щосуботи. Узимку, коли ставок замерзає, у будівлі відкриють невеликий \
музей, для якого місцеві вже принесли дев'ять старих ваг і кам'яну ступу."""
MILL_REPRINT = (
    MILL.replace("розповіла вчителька", "каже педагогиня")
    .replace("380 тисяч гривень", "380 тис. грн")
    .replace("Тепер млин", "Відтепер млин")
)
MILL_SUMMARY = """\
У Грушівці запрацював млин, який простояв півстоліття, пише «Вечірні вісті».

Як повідомляє газета «Вечірні вісті», водяний млин не працював із 1974 року, а колесо завдовжки \
чотири метри відновили троє пенсіонерів і вчителька фізики. «Перші дванадцять кілограмів борошна \
розділили між усіма, хто прийшов, а з решти спекли хліб для школи», — пише газета «Вечірні вісті».

Роботи тривали двадцять місяців, а гроші зібрали жителі чотирьох сіл, зазначає видання."""
MILL_REWRITE = """\
Троє пенсіонерів і вчителька фізики повернули до життя водяний млин у селі Грушівка. Він не \
працював із 1974 року, але в суботу знову змолов борошно.

Колесо завдовжки чотири метри відновлювали двадцять місяців. Роботи коштували 380 тисяч гривень, \
їх зібрали жителі чотирьох сіл, а сільська рада дала ліс і відремонтувала греблю після повені.

Перші дванадцять кілограмів борошна розділили між тими, хто прийшов, з решти спекли хліб для \
школи. Працюватиме млин щосуботи, а взимку, коли ставок замерзає, тут відкриють невеликий музей."""
TRAM = """\
Львівські трамваї від понеділка їздитимуть без кондукторів. Міська влада пояснює це тим, що \
дев'ять пасажирів із десяти вже платять карткою або телефоном, а паперові квитки купують \
переважно туристи.

Ті, хто звик до готівки, зможуть придбати проїзний у водія на кінцевій зупинці. Перевізник обіцяє \
нікого не звільняти: сорок двоє кондукторів перейдуть до служби контролю або навчатимуться водити \
тролейбуси.

Найстарша з них, Марія Головата, продавала квитки тридцять три роки. Останню зміну вона відпрацює \
на сьомому маршруті, а свою шкіряну сумку віддасть музеєві транспорту, якого місто чекає з 2011 \
року."""
TRAM_WITH_BLOCK = "\n\n".join(
    [*TRAM.split("\n\n")[:2], MILL.split("\n\n")[2], *TRAM.split("\n\n")[2:]]
)

# -- pairs


def joined(*parts: str) -> str:
    """One text of one paragraph."""
    return " ".join(parts)


def composed(kept: int, own: int, left: int, kept_first: bool = True) -> tuple[str, str]:
    """A source and a target that has ``kept`` sentences of it, word for word, and ``own`` more;
    ``left`` sentences of the source are not in it. All sentences have ten words. The source
    begins with what is kept, or ends with it."""
    taken = [prose(10, 1000 + number) for number in range(kept)]
    rest = [prose(10, 2000 + number) for number in range(left)]
    mine = [prose(10, 3000 + number) for number in range(own)]
    source = [*taken, *rest] if kept_first else [*rest, *taken]
    return joined(*source), joined(*taken, *mine)


ENGLISH = {
    "dam": DAM,
    "dam_reprint": DAM_REPRINT,
    "dam_tail_cut": DAM_TAIL_CUT,
    "dam_summary": DAM_SUMMARY,
    "dam_rewrite": DAM_REWRITE,
    "dam_corrected": DAM_CORRECTED,
    "chess": CHESS,
    "bees": BEES,
    "chess_with_block": CHESS_WITH_BLOCK,
    "quote_one": QUOTE_ONE,
    "quote_two": QUOTE_TWO,
    "quote_in_part": QUOTE_IN_PART,
    "quote_barely": QUOTE_BARELY,
    "quote_told": QUOTE_TOLD,
    "quote_untold": QUOTE_UNTOLD,
    "dividend_one": DIVIDEND_ONE,
    "dividend_two": DIVIDEND_TWO,
    "bond_one": BOND_ONE,
    "bond_two": BOND_TWO,
    "release": RELEASE,
    "release_user_one": RELEASE_USER_ONE,
    "release_user_two": RELEASE_USER_TWO,
}
UKRAINIAN = {
    "mill": MILL,
    "mill_reprint": MILL_REPRINT,
    "mill_summary": MILL_SUMMARY,
    "mill_rewrite": MILL_REWRITE,
    "tram": TRAM,
    "tram_with_block": TRAM_WITH_BLOCK,
}
STORIES = ENGLISH | UKRAINIAN
