# Слова рабочего места. Значения стоят между <b> и </b>; {"\u00A0"} это неразрывный пробел.
# Кто, насколько близко, когда и что запрошено. Настоящее время, без упрёка и без успокоения.

title = airpact { $party }, { $mode }

## Единицы и время

unit-NM = { NUMBER($n) }{"\u00A0"}{ $n ->
    [one] миля
    [few] мили
    [many] миль
   *[other] мили
  }
unit-km = { NUMBER($n) }{"\u00A0"}км
unit-ft = { NUMBER($n) }{"\u00A0"}фт
unit-m = { NUMBER($n) }{"\u00A0"}м
unit-kt = { NUMBER($n) }{"\u00A0"}уз
unit-kmh = { NUMBER($n) }{"\u00A0"}км/ч
symbol-ft = фт
symbol-m = м
duration-s = { $s }{"\u00A0"}с
duration-min = { $min }{"\u00A0"}мин { $s }{"\u00A0"}с
duration-h = { $h }{"\u00A0"}ч { $min }{"\u00A0"}мин
duration-d = { $d }{"\u00A0"}сут { $h }{"\u00A0"}ч
seconds-short = { $n }{"\u00A0"}с

## Режим, уровни

mode-live = РАБОТА
mode-exercise = УЧЕНИЕ
mode-replay = ЗАПИСЬ
mode-degraded = НЕПОЛНО
level-warning = ТРЕВОГА
level-caution = ВНИМАНИЕ
level-advisory = СВЕДЕНИЕ
level-name-warning = Тревога
level-name-caution = Внимание
level-name-advisory = Сведение

## Верхняя строка

pages = Страницы
page-watch = Дежурство
procedures-unilateral = односторонние правила
procedures-agreed = соглашение действует
procedures-unilateral-short = односторонние
procedures-agreed-short = действует
procedures-unchecked = { $count ->
    [one] { $count } пункт не проверяется машиной
    [few] { $count } пункта не проверяются машиной
   *[other] { $count } пунктов не проверяются машиной
  }
procedures-unchecked-list = Не проверяется машиной: пункт { $clauses }
open-encounters = Открытые сближения
feeds = Источники
feeds-in-time = <b>{ $count }</b> из { $all } вовремя
feeds-starting = запуск, { $count } из { $all } источников
clock-no-tick = ещё нет такта
settings = Настройки

## Сближения

rail = Сближения и источники
encounters = Сближения
encounters-open = открыто { $count }
rate-last-hour = <b>{ $count }</b> за час, предел { $limit }
rate-flood = <b>{ $count }</b> за час, лавина сигналов
and = и
name-pair = { $name }
name-feed = Источник { $name }
name-storage = Хранилище
since = с { $at }
left-now = сейчас
time-passed = { $time } назад
height-same = на <b>одной высоте</b>
height-apart = и <b>{ $height }</b> по высоте
height-unknown = при <b>неизвестной высоте</b>
no-height = нет высоты
pair-will-pass = { $a } и { $b } разойдутся на <b>{ $closest }</b> { $height } через <b>{ $time }</b>.
pair-will-lose = { $a } и { $b } разойдутся на <b>{ $closest }</b> { $height } через <b>{ $time }</b>; меньше минимумов через <b>{ $loss }</b>.
pair-inside = Между { $a } и { $b } <b>{ $distance }</b> { $height }, меньше минимумов.
pair-inside-closing = Между { $a } и { $b } <b>{ $distance }</b> { $height }, меньше минимумов. Наименьшее расстояние <b>{ $closest }</b> через <b>{ $time }</b>.
pair-inside-opening = Между { $a } и { $b } <b>{ $distance }</b> { $height }, меньше минимумов. Ближайшая точка пройдена.
pair-over = { $a } и { $b } снова вне минимумов. Это сближение никто не подтвердил.
pair-not-judged = { $a } и { $b }: сейчас оценить нельзя.
asked-agreement = Соглашение требует { $distance } или { $height } ({ $version }, пункт { $clause }).
asked-procedures = Наши правила требуют { $distance } или { $height } ({ $version }, пункт { $clause }).
asked-agreement-early = Соглашение требует { $distance } или { $height } и времени сближения не меньше { $tau } ({ $version }, пункт { $clause }).
asked-procedures-early = Наши правила требуют { $distance } или { $height } и времени сближения не меньше { $tau } ({ $version }, пункт { $clause }).
remark-height-unknown = Высоты нельзя сравнить.
remark-turning = Одно из судов разворачивается; в развороте расстояние меньше.
remark-duplicate = Возможно, одно судно видно дважды; показано как сведение, пока отметки не разойдутся.
thing-feed-lost = <b>Источник { $name } потерян.</b> Там могут быть не показаны воздушные суда.
thing-feed-frozen = <b>Источник { $name } повторяет старые данные.</b> Суда там могли сместиться.
thing-feed-clock = <b>Часы источника { $name } расходятся.</b> Его положения могут быть смещены.
thing-storage-late = <b>Хранилище отвечает поздно.</b> Подтверждения ждут; запишите время на бумаге.
own-displayed = показано { $at }, <b>не подтверждено</b>
own-acknowledged = подтверждено { $at }, { $by }
not-yet-recorded = ещё не записано, показано и отправлено { $at }
over-not-acknowledged = ЗАКОНЧИЛОСЬ, НЕ ПОДТВЕРЖДЕНО
figures-now = Сейчас
figures-closest = Ближе всего
figures-asked = Требуется
figures-across = В плане
figures-height = Высота
figures-closing = Сближение
figures-opening = Удаление
figures-known = Точность
acknowledge = Подтвердить
select = Выбрать { $name }
acknowledge-again = выбор только что перешёл сюда. Нажмите A ещё раз.
acknowledge-sent = Отправлено, ответа нет
shelve = Отложить
request-refused = Не выполнено: { $why }
request-no-answer = узел не ответил. Нажмите ещё раз.
supervisor-goes = Через { $time } уйдёт старшему, если никто не подтвердит.
supervisor-went = Ушло старшему { $at }, не подтверждено.

## Предложение, не приказ: решает человек

guidance = Предложение
guidance-proposed = Предложено, решает офицер
guidance-until = годно до <b>{ $at }</b>
guidance-gone = Больше не годно с { $at }
guidance-gone-frozen = Больше не годно: картина застыла
guidance-gone-said = Предложение больше не годно
guidance-from = Выполнять с { $at }.
guidance-least = Наименьшее расстояние <b>{ $with }</b>, без манёвра { $without }.
guidance-least-under = Наименьшее расстояние <b>{ $with }</b>, всё ещё меньше { $asked }; без манёвра { $without }.
guidance-no-height = Ближе 60{"\u00A0"}с высоту менять не предлагается.
answer-instruction = <b>{ $aircraft }</b>: { $what }
answer-request = просить { $party }: <b>{ $aircraft }</b>, { $what }
answer-hold = сохранять курс, скорость и высоту
answer-track-left = отворот влево на <b>{ $to }{"\u00A0"}ист.</b>{"\u00A0"}({ $by })
answer-track-right = отворот вправо на <b>{ $to }{"\u00A0"}ист.</b>{"\u00A0"}({ $by })
answer-track-hold = сохранять курс <b>{ $to }{"\u00A0"}ист.</b>
answer-speed-slower = уменьшить путевую скорость до <b>{ $to }</b> (на{"\u00A0"}{ $by })
answer-speed-faster = увеличить путевую скорость до <b>{ $to }</b> (на{"\u00A0"}{ $by })
answer-speed-hold = сохранять путевую скорость <b>{ $to }</b>
answer-vertical-speed-up-climb = набор не менее <b>{ $to }</b>
answer-vertical-speed-up-level = прекратить снижение
answer-vertical-speed-up-descend = снижение не более <b>{ $to }</b>
answer-vertical-speed-down-descend = снижение не менее <b>{ $to }</b>
answer-vertical-speed-down-level = прекратить набор
answer-vertical-speed-down-climb = набор не более <b>{ $to }</b>
answer-vertical-speed-hold = сохранять набор или снижение
answer-altitude-up = набирать <b>{ $to }</b> (на{"\u00A0"}{ $by })
answer-altitude-down = снижаться до <b>{ $to }</b> (на{"\u00A0"}{ $by })
answer-altitude-hold = сохранять <b>{ $to }</b>
traffic-own = <b>{ $aircraft }</b>: рядом <b>{ $other }</b>{ $where }
traffic-peer = сообщить { $party }: рядом с <b>{ $aircraft }</b> борт <b>{ $other }</b>{ $where }
traffic-other = сообщить <b>{ $aircraft }</b>: рядом <b>{ $other }</b>{ $where }
traffic-clock = на { $hour }{"\u00A0"}{ $hour ->
    [1] час
    [2] часа
    [3] часа
    [4] часа
   *[other] часов
  }
traffic-above = выше на { $height }
traffic-below = ниже на { $height }
no-manoeuvre = <b>Манёвр не предлагается:</b> { $reason }.
no-manoeuvre-preparing = Предложения готовятся.
no-manoeuvre-no-velocity = <b>Манёвр не предлагается:</b> курс или скорость неизвестны.
no-manoeuvre-stale = <b>Манёвр не предлагается:</b> отметка старше 5{"\u00A0"}с.
no-manoeuvre-degraded = <b>Манёвр не предлагается:</b> положение неточно или сомнительно.
no-manoeuvre-snapped = <b>Манёвр не предлагается:</b> положение передано огрублённым.
no-manoeuvre-delayed = <b>Манёвр не предлагается:</b> положение передано с задержкой.
no-manoeuvre-inputs-differ = <b>Манёвр не предлагается:</b> исходные данные двух постов различаются.
no-manoeuvre-height-unknown = <b>Манёвр не предлагается:</b> высоты нельзя сравнить.
no-manoeuvre-turning = <b>Манёвр не предлагается:</b> судно разворачивается, и где закончит, неизвестно.
no-manoeuvre-not-addressed = <b>Манёвр не предлагается:</b> ни одно судно не принадлежит стороне, которую можно просить.
no-manoeuvre-no-way-out = <b>Манёвр не предлагается:</b> не найдено такого, который не сближает их ещё больше.
no-manoeuvre-not-needed = <b>Манёвр не предлагается:</b> к тому времени, когда экипаж сможет действовать, на нынешних курсах они не сходятся.
no-manoeuvre-too-late = <b>Манёвр не предлагается:</b> ближе всего они раньше, чем экипаж сможет действовать.

## Список пуст

empty-no-picture = Картины ещё нет. Ничего не оценено.
empty-list = { $tracks ->
    [one] <b>Среди { $tracks } отметки сближений не найдено.</b>
   *[other] <b>Среди { $tracks } отметок сближений не найдено.</b>
  } Источников вовремя: { $feeds } из { $all }, последняя проверка { $at }.
empty-not-judged = <b>Сейчас не оценивается: отметки на { $at }, { $tracks }.</b> Источников вовремя: { $feeds } из { $all }.
not-watched = Не наблюдается: { $what }.
not-watched-unstated = ни один источник не указал зону обзора
not-watched-outside = вне показанной зоны обзора
not-watched-below = ниже { $height }
not-watched-below-between = ниже { $least } до { $most }, по источникам
tracks-without-height = { $count ->
    [one] { $count } отметка без высоты
    [few] { $count } отметки без высоты
   *[other] { $count } отметок без высоты
  }
tracks-stale = { $count ->
    [one] { $count } отметка устарела
    [few] { $count } отметки устарели
   *[other] { $count } отметок устарели
  }

## Не в списке

set-aside = Не в списке, и почему
shelved = Отложено, { $count }
shelved-row = { $pair ->
    [yes] { $level }, { $a } и { $b }, { $reason }. Вернётся через { $minutes }{"\u00A0"}мин.
   *[no] { $level }, { $a }, { $reason }. Вернётся через { $minutes }{"\u00A0"}мин.
  }
take-back = Вернуть
duplicates = Возможные двойники, { $count }
duplicate-row = { $a } и { $b }, с { $at }
suppressed = Без сигнала по заявлению, { $count }
unjudged = Оценить нельзя, { $count }
pair-reason = { $a } и { $b }: { $reason }
reason-declared-formation = заявленный строй
reason-no-velocity = курс или скорость неизвестны
reason-on-ground = на земле
reason-stale = данные устарели
held-by-own = { $count ->
    [one] { $count } трек другой стороны оценён по нашим датчикам
    [few] { $count } трека других сторон оценены по нашим датчикам
   *[other] { $count } треков других сторон оценены по нашим датчикам
  }

## Источники

feeds-none-yet = ещё ничего не получено
feeds-count = { $count } из { $all } вовремя
coverage-unstated = Зона обзора не указана
coverage-drawn = Не наблюдается: штриховка
feed-no-report = нет данных
feed-starting = запуск
feed-late = опоздание { $age }
feed-lost = потерян, { $age }
feed-frozen = повторяется, { $age }
feed-clock-offset = { $name }: часы расходятся на { $offset }{"\u00A0"}с
rejected = Отклонено строк, { $count }
rejected-framing = не читается
rejected-too-long = слишком длинная строка
rejected-truncated = обрыв посередине
rejected-no-position = нет положения
rejected-no-identity = нет обозначения борта
rejected-no-time = нет времени
rejected-out-of-range = значение вне допустимых
rejected-duplicate = повтор строки
rejected-older-than-last = старше последней
rejected-future-stamp = время в будущем
rejected-position-jump = скачок положения
rejected-altitude-jump = скачок высоты
rejected-not-given = не указано
rejected-desk-behind = отброшено, узел не успевал
left-out = Пропущено полей, { $count }

## Строки состояния

banner-exercise = <b>{ $title }.</b> Здесь ничего не летит. Настоящее бедствие: аварийная частота.
banner-feed-late = <b>Источник { $name } опаздывает на { $age }.</b> Там могут быть не показаны воздушные суда.
banner-feed-lost = <b>Источник { $name } потерян.</b> Там могут быть не показаны воздушные суда.
banner-feed-frozen = <b>Источник { $name } повторяет старые данные.</b> Суда там могли сместиться.
banner-storage = <b>Хранилище не отвечает { $time }.</b> Подтверждения ждут; запишите время на бумаге.
banner-storage-error = <b>Хранилище не принимает записи.</b> Подтверждения записывайте на бумаге, вызовите обслуживание.
banner-journal-error = <b>Журнал не записывается.</b> После сбоя это время нельзя будет воспроизвести. Вызовите обслуживание.
banner-release-error = <b>Свои цели не доходят до других сторон.</b> Они их от этого места не видят. Вызовите обслуживание.
banner-work-ended = <b>Часть этого места остановилась: связь с другими сторонами или рекомендации.</b> Перезапустите, когда нет открытых сближений.
banner-muted = <b>Звук на этом месте выключен, осталось { $time }.</b> Сигналы «внимание» беззвучны. Тревога звучит.
banner-watchdog = Сторожевой процесс не отвечает. Застывшую картину тогда заметит только эта страница.
banner-unfit = <b>Пункт { $clause }: его правило предупреждает позже, чем пост успевает передать; для поста не годится.</b> Оно предупреждает за { $alerting }, на передачу нужно { $needed }.
banner-preparing = Предложения готовятся: сближения оцениваются, предложения появятся следом.
banner-unreadable = { $count ->
    [one] { $count } сообщение узла не прочитано. Чего-то может не хватать; обновите страницу.
    [few] { $count } сообщения узла не прочитаны. Чего-то может не хватать; обновите страницу.
   *[other] { $count } сообщений узла не прочитано. Чего-то может не хватать; обновите страницу.
  }
sound-not-proven = <b>Звук на этом месте не проверен.</b> Прозвучат два тона. Вы их слышите?
sound-locked = <b>Браузер не пускает звук.</b> Нажмите «Дать тоны» один раз.
sound-not-heard = <b>Звук на этом месте не слышен.</b> Тревоги здесь беззвучны. Проверьте динамик и повторите.
sound-play = Дать тоны
sound-heard = Слышно
sound-unheard = Не слышно
sound-on = Включить звук
sound-mute = Без звука 2{"\u00A0"}мин

## Застыло, запуск

frozen-title = КАРТИНА ЗАСТЫЛА
frozen-since = с { $at }
frozen-silent = { $time } без такта. Не пользуйтесь этой картиной.
frozen-voice = Голосом: аварийная частота 121,500{"\u00A0"}МГц.
frozen-said = Картина застыла с { $at }. Не пользуйтесь ею.
link-lost = Связь с узлом потеряна. Новая попытка, { $attempt }.
link-open-no-tick = Узел на связи, но картины не шлёт. Посмотрите на его терминал.
starting-title = Узел не отвечает
starting-effect = Картины нет, и ни один сигнал здесь не появится и не прозвучит.
starting-next = Проверьте, что airpact запущен на этом узле. Новая попытка каждые 2{"\u00A0"}с, { $attempt }.

## Картина

map = Картина
map-failed = Карту нельзя нарисовать: её код не загрузился, или браузер не рисует на холсте. Список справа полон; обновите страницу или возьмите другой браузер.
picture-none-yet = ожидание первой картины
picture-as-of = на { $at }, { $time } назад
picture-not-judged = Сближения не оцениваются, пока у всех отметок нет двух донесений.
inset-title = Наибольшее сближение
inset-dots = шаг 10{"\u00A0"}с
layers = Слои карты
layer-trails = Следы 3{"\u00A0"}мин
layer-labels = Подписи
layer-rings = Кольца
layer-heights = Все высоты
layer-measure = Измерить
layer-filter = { $count ->
    [0] Отбор
   *[other] Отбор, { $count }
  }
filter-parties = Стороны
filter-text = Позывной содержит
filter-floor = От, { $unit }
filter-ceiling = До, { $unit }
filter-only-alerts = Только суда в сигнале
filter-note = Суда в сигнале показаны всегда. Список не отбирается никогда.
filter-all = Показать всё

## Шкала времени

timeline = Шкала времени
timeline-last = Последние { $hours }{"\u00A0"}ч
timeline-recording = Запись
timeline-explains = Один знак на сближение.
timeline-explains-gaps = Один знак на сближение. Пунктир: источник был потерян.
timeline-marks = Сближения
timeline-gap = { $feed } потерян с { $from } до { $to }
scrubber = Время в записи
replay-play = Пуск
replay-pause = Пауза
replay-no-answer = Запись. Подтвердить или отложить можно только на действующем посту.
replay-speed = Скорость

## Клавиши

key-name-space = Пробел
key-acknowledge = подтвердить
key-shelve = отложить, не тревогу
key-next = следующее сближение
key-measure = измерить
key-trails = следы
key-labels = подписи
key-rings = кольца
key-centre = в центр
key-all = все клавиши
key-acknowledge-long = подтвердить выбранное сближение; останавливает только звук
key-shelve-long = отложить выбранное сближение, с причиной и сроком; не тревогу
key-next-long = следующее сближение, от высшего уровня
key-previous-long = предыдущее сближение
key-trails-long = показать или убрать следы
key-labels-long = показать или убрать подписи
key-rings-long = показать или убрать кольца дальности
key-measure-long = измерить между двумя точками
key-centre-long = выбранная пара в центр
key-escape-long = закрыть карточку, закончить измерение, к высшему сближению
key-all-long = эта карточка
keys-title = Клавиши
keys-key = Клавиша
keys-does = Действие
keys-note = У каждой клавиши есть кнопка. В русской раскладке буквы действуют по месту на клавиатуре.
purpose = Общие сведения о безопасности полётов. Ни для чего другого.
close = Закрыть

## Карточки

shelve-title = Отложить { $a } { $b }
shelve-explains = Остаётся в списке отложенных и возвращается само, или сразу, если уровень растёт.
shelve-reason = Причина
shelve-minutes = Минуты, не более { $most }
shelve-send = Отложить
settings-language = Язык
settings-height = Высота
settings-speed = Скорость
settings-distance = Расстояние
settings-version = airpact { $version }
language-en = English
language-ru = Русский
choice-ft = футы
choice-m = метры
choice-kt = узлы
choice-kmh = км/ч
choice-nm = морские мили
choice-km = километры

## Телефон

tab-watch = Дежурство
tab-feeds = Источники
phone-counts = отложено { $shelved }, { $hour ->
    [one] { $hour } сигнал
    [few] { $hour } сигнала
   *[other] { $hour } сигналов
  } за час
