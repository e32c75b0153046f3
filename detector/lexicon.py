"""The ground floor of reading: names of news outlets and verbs of saying, English and Ukrainian.

Tables only, and the one question everybody asks them: what is the usual name of this outlet?
A row of ``_OUTLETS`` is the usual name, then aliases; an indented line goes on with the row above.
The usual name without "The" is an alias by itself. An alias in capitals (AP, УП) is only found in
capitals; a name of "The" and one word (The Sun) is only found in running text behind its article.
"""

from __future__ import annotations

import re

_OUTLETS = """
ABC (Australia) | Australian Broadcasting Corporation | abc.net.au
ABC News | abcnews.go.com
Agence France-Presse | AFP | Agence France Presse | АФП | Франс Пресс
Agenzia Giornalistica Italia | AGI
Agerpres
Al Arabiya | Аль-Арабія
Al Jazeera | Al-Jazeera | aljazeera.com | Аль-Джазіра
Al-Monitor
Alamy | Alamy Stock Photo
Anadolu Agency | Anadolu | Anadolu Ajansi | AA.com.tr | Анадолу
ANI | Asian News International
ANSA
Apostrof | Апостроф
ArmyInform | АрміяInform | АрміяІнформ
Ars Technica
Asahi Shimbun
The Associated Press | AP | AP News | apnews.com | Ассошіейтед Пресс
The Athletic
The Atlantic
The Australian
Axios | Аксіос
Babel | Бабель | babel.ua
Baltic News Service | BNS
Barron's | Barron’s
BBC | BBC News | BBC World Service | BBC Radio | BBC Russian | BBC Ukrainian | bbc.com
    | bbc.co.uk | Бі-бі-сі | ВВС | Бі-Бі-Сі
Belga
Bellingcat | bellingcat.com
BelTA | БелТА
Berlingske
Bernama
Bihus.Info
Bild | Bild am Sonntag | bild.de
Bloomberg | Bloomberg News | bloomberg.com | Блумберг
The Boston Globe
Breitbart | Breitbart News
Business Insider | businessinsider.com
Business Standard
Business Wire | BUSINESS WIRE
BusinessWeek
BuzzFeed News | BuzzFeed
The Canadian Press
The Canberra Times
CBC | CBC News
CBS News | CBS
Censor.NET | Censor.net | Цензор.НЕТ | Цензор.нет
Channel 24 | 24 Канал | 24 канал | 24tv.ua
Channel 4 News
Channel 5 (Ukraine) | 5 канал
Channel NewsAsia | CNA
Chicago Tribune
China Daily
CNBC
CNN Turk
CNN | cnn.com | Сі-Ен-Ен
The Conversation
Corriere della Sera | Коррієре делла Сера
CTV News
Current Time | Настоящее время
The Daily Beast | thedailybeast.com
Daily Express
Daily Mail | dailymail.co.uk | dailymail.com | MailOnline | Mail Online
Daily Mirror | The Mirror
Daily Record
Daily Star
The Daily Telegraph | The Telegraph | telegraph.co.uk
Dawn News
Defense Express
Depositphotos
Der Spiegel | Spiegel | spiegel.de | Шпігель
Der Standard
Detector Media | Детектор медіа
Deutsche Presse-Agentur | dpa | DPA
Deutsche Welle | DW | dw.com | Дойче велле
Die Presse
Die Welt | Welt am Sonntag
Die Zeit
Dow Jones Newswires | Dow Jones News
Dzerkalo Tyzhnia | Zerkalo Nedeli | Dzerkalo Tyzhnya | Дзеркало тижня | ZN.ua | ZN.UA | zn.ua
Economic Times | The Economic Times
Economichna Pravda | Ekonomichna Pravda | Економічна правда | epravda.com.ua
The Economist | economist.com
EFE | Efe | Agencia EFE
El Mundo
El País | El Pais
EPA-EFE | European Pressphoto Agency
ERR News
Espreso | Espreso TV | Еспресо | Еспресо.TV
Euronews | Євроньюс
European Pravda | Європейська правда | eurointegration.com.ua
Evening Standard | London Evening Standard
Fakty ICTV | ICTV | Факти ICTV
Financial Times | FT | FT.com | ft.com | Файненшл таймс | Файненшіал таймс
Focus (Ukraine) | focus.ua
Folha de S.Paulo | Folha de S. Paulo
Forbes | Forbes Ukraine | Форбс
Foreign Affairs
Foreign Policy
Fortune magazine | fortune.com
Fox News | FOX News | Fox Business | foxnews.com
France 24 | France24
France Info | Franceinfo
Frankfurter Allgemeine Zeitung | FAZ | Frankfurter Allgemeine
Gazeta Wyborcza
Gazeta.ua
Geo News
Getty Images | Getty
Glavcom | glavcom.ua
Global Times
The Globe and Mail | Globe and Mail
GlobeNewswire | GLOBE NEWSWIRE
GORDON | gordonua.com | ГОРДОН
Graty | Ґрати
The Guardian | theguardian.com | guardian.co.uk | Гардіан | Ґардіан
Haaretz | Га-Арец
Handelsblatt
Helsingin Sanomat
The Hill
The Hindu
Hindustan Times
Hromadske | Громадське | hromadske.ua
HuffPost | The Huffington Post | Huffington Post
IANS | Indo-Asian News Service
The Independent | independent.co.uk
The Indian Express | Indian Express
The Insider | theins.ru
The Intercept
Interfax | Interfax news agency | Интерфакс | Інтерфакс
Interfax-Ukraine | Інтерфакс-Україна | Інтерфакс-Украина
Irish Independent
The Irish News
The Irish Times | Irish Times
IRNA
iStock | iStockphoto
ITAR-TASS
ITV News
Izvestia | Izvestiya | Известия | Ізвєстія
Jerusalem Post | The Jerusalem Post
Jiji Press | Jiji
Jyllands-Posten
Kathimerini
Kommersant | Коммерсантъ | Коммерсант | Комерсант
Komsomolskaya Pravda | Комсомольская правда
Korrespondent | Кореспондент.net | korrespondent.net
Kyiv Independent | The Kyiv Independent | kyivindependent.com
Kyiv Post | kyivpost.com
Kyodo News | Kyodo
La Repubblica | Repubblica
La Stampa
La Vanguardia
LB.ua | Лівий берег | lb.ua
Le Figaro | Фігаро
Le Monde | Ле Монд
Le Parisien
LETA
Libération
Liga.net | LIGA.net | ЛІГА.net | ЛІГА
Los Angeles Times | LA Times | L.A. Times | LAT | latimes.com
Magyar Nemzet
The Mail on Sunday | Mail on Sunday
Mainichi Shimbun
MarketWatch
Meduza | Медуза
Mehr News Agency
Miami Herald
Middle East Eye
Militarnyi | Мілітарний
The Moscow Times | Moscow Times
MSNBC
MTI
The National Interest
National Post
NBC News | NBC
NDTV
Neue Zürcher Zeitung | NZZ
New Scientist
New York Daily News
New York Post | NY Post
The New York Times | NYT | NY Times | N.Y. Times | nytimes.com | NYTimes | Нью-Йорк таймс
    | Нью-Йорк Таймс
The New Yorker | New Yorker
News.com.au
Newsday
Newsweek | newsweek.com
NHK | NHK World
Nikkei | Nikkei Asia | Nikkei Asian Review
Novaya Gazeta | Новая газета | Нова газета
Novinarnia | Novynarnia | Новинарня
NPR | National Public Radio | npr.org
NRK
NV | New Voice of Ukraine | The New Voice of Ukraine | НВ | nv.ua | Новое время
NZ Herald | The New Zealand Herald | New Zealand Herald | nzherald.co.nz
Obozrevatel | Обозреватель | OBOZ.UA
The Observer
PA Media | Press Association | PA news agency
PAP | Polish Press Agency
PBS | PBS News | PBS NewsHour
People's Daily | People’s Daily
Politico | POLITICO | Politico Europe | politico.com | politico.eu | Політико
Politiken
PR Newswire | PRNewswire
Press Trust of India | PTI
Radio France Internationale | RFI
Radio Free Europe/Radio Liberty | RFE/RL | Radio Free Europe | Radio Liberty | Radio Svoboda
    | Радіо Свобода | Радіо Вільна Європа
RAI | RAI News
RBC (Russia) | РБК
RBC-Ukraine | RBK-Ukraine | РБК-Україна | rbc.ua
Reuters | Thomson Reuters | reuters.com | Рейтер | Рейтерс | Ройтерс
RIA Novosti | RIA | РИА Новости | РІА Новості | РІА Новини
Rossiyskaya Gazeta | Российская газета
RT | Russia Today
RTÉ | RTE | RTÉ News
Rzeczpospolita
SBS News
The Scotsman | Scotsman
The Seattle Times | Seattle Times
Semafor
Shutterstock
Sky News | Sky News Australia
Slidstvo.Info | Слідство.Інфо
South China Morning Post | SCMP | scmp.com
Sputnik
The Straits Times | Straits Times
Stuff.co.nz
The Sun
The Sunday Telegraph | Sunday Telegraph
The Sunday Times | Sunday Times
Suspilne | Suspilne News | Suspilne Ukraine | Суспільне | Суспільне Новини | suspilne.media
The Sydney Morning Herald | Sydney Morning Herald | SMH
Süddeutsche Zeitung | Sueddeutsche Zeitung | SZ
TASS | Tass | ТАСС | tass.com | tass.ru
TechCrunch
Telegraaf | De Telegraaf
Texty.org.ua | Тексти.org.ua
TIME | Time magazine | time.com
The Times of India | Times of India
The Times of Israel | Times of Israel
The Times | thetimes.co.uk | thetimes.com | The Times of London | Times of London
TMZ
Toronto Star
TSN (Ukraine) | TSN.ua | ТСН | tsn.ua
TVN24
TVP | TVP Info
Tyzhden | The Ukrainian Week | Український тиждень
Ukrainian News | Українські новини
Ukrainska Pravda | Ukrayinska Pravda | Ukrainian Pravda | Українська правда | УП | pravda.com.ua
Ukrinform | Укрінформ | ukrinform.ua | ukrinform.net
UNIAN | УНІАН | unian.ua | unian.net
United Press International | UPI
UNN | УНН | unn.ua
Unsplash
US News & World Report | U.S. News & World Report
USA Today | USA TODAY | usatoday.com
Vanity Fair
Variety
Vecherniy Kyiv | Вечірній Київ
Vedomosti | Ведомости | Вєдомості
The Verge
VG | Verdens Gang
Vice News | VICE News
Voice of America | VOA | VOA News | Голос Америки
Vysokyi Zamok | Високий замок
The Wall Street Journal | WSJ | Wall Street Journal | wsj.com | Волл-стріт джорнел
    | Уолл-стріт джорнел
The Washington Post | WaPo | Washington Post | washingtonpost.com | Вашингтон пост
The Washington Times | Washington Times
WION
Wired | WIRED
Xinhua | Xinhua News Agency | Сіньхуа | New China News Agency
Yahoo News | Yahoo! News | Yahoo Finance
Yediot Ahronot | Yedioth Ahronoth | Ynet
Yle
Yomiuri Shimbun
Yonhap | Yonhap News Agency | Ренхап
Zaborona | zaborona.com
ZAXID.NET | Zaxid.net | Західнет
ZDF
"""

# Past, present and gerund of verbs that put words into somebody's mouth.
SAYING = tuple(
    """
    said says say saying told tells tell telling wrote writes write writing added adds adding
    noted notes note noting claimed claims claim claiming stated states state stating suggested
    suggests suggest suggesting argued argues explained explains warned warns insisted insists
    announced announces declared declares acknowledged acknowledges admitted admits confirmed
    confirms conceded concludes concluded described describes indicated indicates recalled recalls
    remarked remarks replied replies responded stressed stresses emphasized emphasised emphasizes
    asserted asserts alleged alleges commented posted tweeted continued asked asks predicted
    testified joked quipped complained urged pointed reiterated repeated observed reported reports
    report reporting revealed reveals called
    """.split()
)

# Ukrainian: past forms for he, she, they; then the present.
SAYING_UK = tuple(
    f"{stem}{ending}"
    for stem in (
        "сказа заяви зазначи дода наголоси підкресли повідоми написа розпові відпові пояснюва "
        "поясни стверджува каза говори запевни уточни нагада визна попереди заклика оголоси "
        "припусти прокоментува анонсува констатува поінформува відзначи писа повідомля"
    ).split()
    for ending in ("в", "ла", "ло", "ли")
) + tuple(
    """
    каже кажуть говорить говорять пише
    пишуть повідомляє повідомляють зазначає зазначають наголошує додає додають стверджує
    стверджують заявляє заявляють передає передають розповідає розповідають інформує інформують
    пояснює пояснюють підкреслює уточнює нагадує вважає переконаний переконана
    """.split()
)

# Common nouns that stand for an outlet, as in "the newspaper also noted".
MEDIA_NOUNS = tuple(
    """
    newspaper paper outlet magazine broadcaster agency newswire daily weekly tabloid website portal
    publication channel network journal
    """.split()
)
MEDIA_NOUNS_UK = ("видан", "газет", "агентств", "агенці", "телеканал", "портал", "журнал", "сайт")

# A capital letter. ``re`` looks up in a table what a set lists, and asks category by category for
# the rest: hence all other ASCII is listed.
UPPER = r"[^\x00-@\[-\x7f\W\d_à-öø-ÿа-яёіїєґ]"

_ARTICLE = re.compile(r"^the\s+", re.IGNORECASE)


def _key(name: str) -> str:
    """What two spellings of one name have in common."""
    return _ARTICLE.sub("", " ".join(name.split()), count=1).casefold()


def _read(table: str) -> dict[str, str]:
    """The rows as alias -> usual name. The usual name comes first, so it wins over aliases."""
    names: dict[str, str] = {}
    for row in table.replace("\n    |", " |").strip().splitlines():
        canonical, *aliases = (cell.strip() for cell in row.split("|"))
        for alias in (canonical, *aliases):
            names.setdefault(alias, canonical)
    return names


OUTLETS: dict[str, str] = _read(_OUTLETS)
# These sell pictures: naming one credits a photograph, never words.
PHOTO_AGENCIES = frozenset(
    "Alamy|Depositphotos|EPA-EFE|Getty Images|Shutterstock|Unsplash|iStock".split("|")
)
_CANONICAL = {_key(alias): canonical for alias, canonical in reversed(OUTLETS.items())}


def canonical_outlet(name: str) -> str:
    """The usual name of an outlet, so that a credit and a document's outlet can be compared.

    An unknown name comes back as given, trimmed.

    >>> canonical_outlet("the NYT"), canonical_outlet("Укрінформ"), canonical_outlet(" Dale Echo ")
    ('The New York Times', 'Ukrinform', 'Dale Echo')
    """
    return _CANONICAL.get(_key(name.strip(" \t\n«»“”\"'")), name.strip())
