# Слова о других сторонах: связь в верхней строке, страница связи, присутствие и ответ другого поста.
# Сверка доказывает, что подписано и записано, но не то, что это правда; большего не говорить.

## В верхней строке

link-to = Связь с { $party }
links-to = Связь, сторон: { $count }
link-linked = есть связь
link-connecting = соединение
link-none = связь не ожидается
link-forked = показаны два журнала
link-lost-since = нет связи с { $at }
link-lost-untimed = нет связи
link-delay = { $delay }
link-delay-clock = { $delay } часы { $clock }
link-desk-unmanned = есть связь, пост пуст
link-desk-degraded = есть связь, пост неполный
link-voice = только голосом
link-file = файл, { $age }
link-file-never = файл, ничего не прочитано
age-s = { $count }{"\u00A0"}с
age-min = { $count }{"\u00A0"}мин
age-h = { $count }{"\u00A0"}ч
age-d = { $count }{"\u00A0"}сут
time-not-known = в неизвестное время
banner-link-lost = <b>Связи с { $party } нет { $time }.</b> Последняя вершина { $party } { $head }, здесь { $waiting ->
    [one] ждёт { $waiting } заявление
    [few] ждут { $waiting } заявления
   *[other] ждут { $waiting } заявлений
  }. Тревоги стороне { $party } сейчас голосом.
not-known = неизвестно
never = никогда
sign-out = Выйти
role-duty-officer = Дежурный
role-supervisor = Старший смены
role-negotiator = Переговорщик
role-interpreter = Переводчик
role-investigator = Расследователь
role-rescue-coordinator = Координатор спасания
role-release-authority = Разрешающий выдачу
role-liaison = Связь с гражданским управлением
role-publisher = Публикатор
role-source-verifier = Проверяющий источники
role-administrator = Администратор
role-maintainer = Техник
role-observer = Наблюдатель
tab-links = Связь

## Что ответил другой пост

peer-answer-displayed = показано { $at }, <b>не подтверждено</b>
peer-answer-acknowledged = подтверждено { $at }
peer-answer-ended = там закончено { $at }
peer-answer-not-told = <b>не сообщено</b>
peer-answer-told = сообщено { $at }, <b>ответа ещё нет</b>
peer-answer-received = получено { $at }, <b>сверх этого ничего не сказано</b>
peer-answer-withheld = показано { $at }, <b>не подтверждено, место не раскрыто</b>
peer-answer-withheld-there = <b>место не раскрыто там</b>
peer-answer-withheld-here = <b>место не раскрыто здесь</b>
peer-answer-level = там: { $level }

withhold = Не раскрывать место
withhold-title = Не раскрывать место, { $a } { $b }
withhold-explains = { $party } из-за этой пары получила точное место нашего воздушного судна. При отказе сигнал остаётся у { $party } с пометкой «место не раскрыто». Пока сигнал стоит, отказ не отменить.
withhold-send = Не раскрывать

## Сигналы о стороне

name-peer = { $name }
thing-peer-lost = <b>Связь с { $name } потеряна.</b> Посты не слышат друг друга: звоните. Сказанное здесь ждёт отправки, и счёт ведётся.
thing-peer-head-unseen = <b>Нет новой вершины журнала { $name } дольше условленного.</b> Сказанное этой стороной не с чем сверить. Запросите вершину по связи или файлом.
thing-peer-fork = <b>{ $name } подписывает две истории.</b> Обе вершины сохранены как доказательство. Проходят только бедствие и прямая линия. Позовите старшего.
thing-peer-unmanned = <b>Присутствие на посту { $name } не подтверждено.</b> Сигнал туда может ждать. Звоните.
thing-peer-clock = <b>Часы { $name } и этого поста расходятся.</b> Время в её заявлениях нельзя сопоставить с нашим.
thing-lifts-unusual = <b>{ $name } получает точные места необычно часто.</b> Старший решает, продолжать ли.

## Пока список закрыт другой страницей

away = Сигналы, пока открыта эта страница
away-open = { $count ->
    [one] Дежурство, открыт { $count }
    [few] Дежурство, открыто { $count }
   *[other] Дежурство, открыто { $count }
  }

## Присутствие

presence-due = Подтвердите присутствие на посту до <b>{ $at }</b>, осталось { $time }. Иначе другие посты увидят его пустым.
presence-unmanned = <b>Этот пост считается пустым.</b> Другие посты получили сигнал. Подтвердите, что дежурный здесь.
presence-session = Подтвердите, что вы здесь, до <b>{ $at }</b>, осталось { $time }. Иначе ваш вход закончится и этот экран закроется.
presence-confirm = Я здесь

## Страница связи

connection-to = Связь: { $name }
connection-none = Сторона { $party } с этим постом не связана. Её карточку принимают в терминале узла.
peers-asking = Узел спрошен о ключах и журналах.
peers-not-answered = Ключи и журналы прочитать не удалось: { $why } Показанное ниже может быть старым.
steps = Шаги этой связи
step-is-done = сделано
step-is-current = сейчас
step-is-ahead = позже
step-accepted = Карточка принята
step-accepted-note = ключи закреплены
step-words = Слова сверены
step-words-done = людьми
step-words-now = сейчас, лично или по верной линии
step-passing-linked = Связь есть
step-passing-file = Первый файл прочитан
step-passing-voice = Голосом
step-waits-linked = ждёт связи
step-waits-file = ждёт файла
step-waits-voice = голосом
step-old-ends = Старый ключ кончается
ways = Как передаются заявления
way-linked = По связи
way-file = Файлом
way-voice = Только голосом

## Слова обоих ключей

words-ours = Прочитайте эти слова стороне { $party }
words-ours-note = Ключ { $own }. Там отмечают каждое услышанное слово.
words-theirs = { $party } читает вам эти слова
words-theirs-note = Ключ { $party }, как его получил этот узел. Отмечайте каждое услышанное слово.
words-theirs-compared = Ключ { $party }, уже сверен людьми. Можно сверить ещё раз.
words-spell = Слов: { $count }, { $bits } из 256 бит отпечатка
words-heard = Услышано и совпало: { $heard } из { $all }
words-explain = Лично или по линии, которой вы уже доверяете. Одно другое слово значит другой ключ: остановитесь, сохраните оба файла, позовите старшего.
words-left = { $left ->
    [one] Осталось услышать { $left } слово.
    [few] Осталось услышать { $left } слова.
   *[other] Осталось услышать { $left } слов.
  }
words-all = Все слова совпали. Запишите это в терминале узла, он спросит ещё раз:
words-all-card = { $party }.card — файл, который прислала { $party }.
words-all-card-home = { $party }.card — файл, который прислала { $party }; { $home } — папка этого узла, её знает администратор.
words-compared = Сверка записана. Отметки здесь ничего в ней не меняют.
words-differ = Слово другое
words-aloud = Прочитать вслух
words-aloud-stop = Прервать чтение
differs-title = Слово другое
differs-means = Попросите повторить слово. Если оно снова другое, здесь <b>не тот ключ, что у { $party }</b>.
differs-stop = <b>Остановитесь.</b> Больше не отмечайте слов и не записывайте сверку.
differs-keep = <b>Сохраните оба файла</b>, полученный и отправленный, как они есть. Это доказательства.
differs-call = <b>Позовите старшего</b> по другой линии, не той, по которой пришёл файл.
differs-meanwhile = Картина и сигналы продолжаются. Что должна знать сторона { $party }, передавайте голосом.

## Связь в цифрах

link-title = Связь
link-title-linked = взаимный TLS на своём порту, только закреплённые ключи
link-title-file = диском или почтой, те же заявления и доказательства
link-title-voice = на другой стороне нет узла
fact-state = Состояние
fact-delay = Задержка, часы
fact-certificate = Сертификат
fact-their-desk = Их пост
fact-own-desk = Наш пост, как видят они
fact-kinds = Непонятые виды
fact-waiting = Ждёт отправки
fact-released = Раскрыто { $party }
fact-since = с { $at }
fact-lost = не было с { $from } до { $to }
fact-forked = проходят только бедствие и прямая линия; обе вершины сохранены
fact-clock-limit = предел часов { $limit }
fact-presence-at = присутствие подтверждено { $at }
fact-presence-until = следующее до { $at }
fact-kinds-kept = сохранено, засвидетельствовано, показано
fact-statements = { $count ->
    [one] { $count } заявление
    [few] { $count } заявления
   *[other] { $count } заявлений
  }
fact-telling = Слова всем сторонам
fact-words = { $count ->
    [0] ничто не ждёт
    [one] { $count } ждёт
    [few] { $count } ждут
   *[other] { $count } ждут
  }
telling-superseded = { $count } заменено новым словом
telling-left-out = { $count } опущено, нет места: скажите голосом
fact-held = у них { $cosigned } из наших { $own }
certificate-pinned = закреплён
certificate-rotating = меняется
certificate-ended = кончился
certificate-none = нет
certificate-ends-at = до { $at }
certificate-ended-at = кончился { $at }; связь его не принимает
desk-manned = занят
desk-unmanned = пуст
desk-degraded = неполный
desk-unknown = неизвестно
released-nothing = ничего
released-all = все суда, точно
released-policy = суда
released-grid = сетка { $size }
released-floor = от { $height } и выше
released-ceiling = до { $height }
released-late = позже на { $time }
released-lifts = { $count ->
    [one] { $count } раскрытие открыто
    [few] { $count } раскрытия открыты
   *[other] { $count } раскрытий открыто
  }
released-lifts-hour = дано за последний час: { $count }

## Не понято

doubtful-title = Не понято
doubtful-note = сохранено и засвидетельствовано, новые сверху
doubtful-which = { $kind }, заявление { $number }
doubtful-unknown-kind = этот узел не знает такого вида

## Не принято

refused-title = Не принято и сохранено
refused-note = с причиной
refused-count = всего { $count }
refused-none = С запуска узла всё принято.
refused-more = { $count ->
    [one] Ещё { $count }, в папке доказательств узла.
    [few] Ещё { $count }, в папке доказательств узла.
   *[other] Ещё { $count }, в папке доказательств узла.
  }
refusal-too-large = сверх предела
refusal-not-a-message = не сообщение
refusal-unexpected-message = сообщение не в свой черёд
refusal-wrong-protocol = другая версия протокола
refusal-wrong-party = названа другая сторона
refusal-wrong-origin = назван другой журнал
refusal-wrong-mode = смешаны учение и работа
refusal-holds-more = заявлено больше нашего журнала, чем есть
refusal-clock-skew = часы за пределом
refusal-not-canonical = не в канонической форме
refusal-unknown-key = ключ не закреплён
refusal-bad-signature = подпись неверна
refusal-replayed = повторённое заявление
refusal-reordered = не по порядку
refusal-index-gap = пропуск в журнале
refusal-rewritten = другие байты на занятом месте
refusal-does-not-hash = хеш не сходится
refusal-missing-body = нет тела
refusal-unasked-body = тело не для нас
refusal-malformed-head = вершина не читается
refusal-smaller-checkpoint = вершина меньше прежней
refusal-not-continued = вершина не продолжает прежнюю
refusal-not-urgent = не срочное, журнал раздвоен
refusal-certificate-not-pinned = сертификат не закреплён
refusal-certificate-expired = сертификат кончился
refusal-certificate-not-yet-valid = сертификат ещё не действует
refusal-no-certificate = нет сертификата
refusal-another-party-answers = отвечает другая сторона
refusal-not-linked = только файлом или голосом
refusal-handshake-not-finished-in-time = рукопожатие не закончено
refusal-connection-lost-in-the-handshake = потеряно при рукопожатии
refusal-too-many-unfinished-handshakes = слишком много рукопожатий
refusal-not-TLS = не TLS
evidence-kept = сохранено как { $name }

## Вершины

heads-title = Сверка вершин
heads-note = стороны свидетельствуют друг друга
heads-counted = { $forks ->
    [0] сверок { $comparisons }, расхождений нет
    [one] сверок { $comparisons }, { $forks } расхождение
    [few] сверок { $comparisons }, { $forks } расхождения
   *[other] сверок { $comparisons }, { $forks } расхождений
  }
heads-again = прочитать снова
heads-log = журнал
heads-size = записей
heads-held = вершина, как она здесь
heads-seen = видели
heads-compared = сверено
heads-proves = что это доказывает
head-cosigned = подпись { $party } есть
head-cosigned-to = подпись { $party } до { $cosigned }
head-cosigned-proves = { $party } не может отрицать, что видела { $cosigned }
head-not-cosigned = подписи { $party } нет
head-not-cosigned-proves = для другой стороны ничего
head-consistent = { $from } и { $size } согласны
head-consistent-whole = с 1 по { $size } согласны
head-here = у нас
head-consistent-proves = { $party } не переписала с 1 по { $size }
head-file = файлом, { $age } назад
head-file-proves = после { $size } ничего
head-unseen = ещё не видели
head-unseen-proves = о журнале { $party } ничего
head-forked = две вершины, не согласны
head-forked-proves = { $party } подписала две истории

## Файлы

files-title = Файлом
files-note = диск или почта, те же заявления и доказательства
files-more = старых: { $count }
files-file = файл
files-holds = содержит
files-checked = проверено
files-state = состояние
file-holds = { $log } с { $first } по { $last }
file-holds-none = { $log }, нового нет
file-holds-unknown = { $log }
file-written = записан { $at }
file-read = прочитан { $at }
file-again = прочитан снова { $at }
file-gap = ждёт, пропуск, { $at }
file-refused = не принят { $at }
file-write = Записать файл
file-read-in = Прочитать файл
file-home = { $home } — папка этого узла; её знает администратор.
copy = Копировать
copied = Скопировано
verify-title = Проверка без связи
verify-note = доказывает, кто и что подписал и когда это записано; не доказывает ни правды, ни полноты

## Голосом

voice-title = Сказано голосом
voice-note = без подписи, по нашей записи
voice-enter = Записать сказанное
voice-none = Пока ничего не записано.
voice-read-back = повторено, совпало
voice-not-read-back = не повторено
voice-unsigned = без подписи, по нашей записи, { $by }
voice-dialog = Сказано голосом, { $party }
voice-explains = Запишите теми же словами. Запись входит в журнал здесь и остаётся без подписи: это запись нашего поста о словах другой стороны.
voice-time = Время UTC, чч:мм:сс
voice-said = Что сказано
voice-was-read-back = Повторено и совпало
voice-send = Записать
choice-yes = да
choice-no = нет

## Клавиши

key-peers = связь
key-hear = отметить слово
key-aloud = вслух
key-write = копия: записать файл
key-read = копия: прочитать файл
key-compare = прочитать вершины снова
key-voice = записать сказанное
key-back = к дежурству
key-peers-long = связь с другой стороной; ещё раз, со следующей
key-presence-long = подтвердить присутствие на посту
key-hear-long = отметить следующее слово как услышанное и совпавшее
key-aloud-long = прочитать наши слова вслух или прервать
key-differs-long = слово другое: что делать
key-write-long = копировать команду, которая пишет файл
key-read-long = копировать команду, которая читает файл
key-compare-long = прочитать ключи и вершины снова
key-voice-long = записать сказанное голосом
