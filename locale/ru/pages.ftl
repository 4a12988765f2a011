# Слова страниц о людях, ключах и подписях. Сказать, что есть, что это значит и что делать; ничего успокаивающего.

## Frame

nav = Страницы
nav-watch = Дежурство
nav-sign-in = Вход
nav-people = Люди и роли
nav-keys = Ключи
nav-check = Проверить подпись
nav-account = Ваша учётная запись
sign-out = Выйти ({ $account })
mode-live = РАБОТА
mode-exercise = УЧЕНИЕ
mode-replay = ЗАПИСЬ
mode-degraded = НЕПОЛНО
open-desk = Учение: вход не нужен.
open-desk-more = Кто сидит за этой машиной, действует как дежурный и старший смены, под учётной записью «local».
foot = Общие сведения ради безопасности полётов. Не сотрудничество, не признание, не для иного.
foot-node = airpact, узел: { $party }
or = или
go-on = Дальше
nothing = ничего
actions = Действия

## Sign-in

sign-in-title = Вход на пульт { $party }
this-node = Этот узел:
use-passkey = Войти ключом доступа
passkey-failed = С этим ключом доступа войти не удалось.
passkey-needs-name = Ключам доступа нужно имя вместо адреса. Откройте
account = Учётная запись
password = Пароль
have-invitation = У меня приглашение
sign-in-fine = Страница работает без скриптов. Сеанс кончается через 12 ч или через 30 мин без признаков присутствия. Каждое действие хранится с учётной записью и временем; другие стороны видят только роль и псевдоним.
sign-in-open = На этом пульте идёт учение или запись, он никого не спрашивает, кто он.
signed-in-as = Вы вошли как { $account }.
distress = Для сигнала бедствия учётная запись не нужна.
distress-words = Аварийные частоты 121,500 и 243,000 МГц. Звоните на дежурный пульт или любому, кто может с ним связаться.

## Invitations

invitation = Приглашение
invitation-for = Учётная запись для вас,
invitation-alias = Другие стороны видят вас как { $alias }, но не учётную запись.
invitation-how = Приглашение — ссылка, которую вам даёт администратор. Она действует один раз, в течение семи дней. Откройте её или введите код из её конца.
invitation-code = Код
make-passkey = Создать ключ доступа
new-password = Новый пароль
new-password-again = Ещё раз
password-rule = Не меньше { $least } знаков. Несколько слов запомнить легче, чем знаки.
set-password = Задать пароль и войти

## People

people = Люди
people-counts = { $accounts ->
    [one] { $accounts } учётная запись
    [few] { $accounts } учётные записи
   *[other] { $accounts } учётных записей
  }, закрыто { $locked }, приглашено { $invited }
people-none = Учётных записей ещё нет.
people-open = У пульта без входа нет учётных записей.
roles = Роли
role = Роль
sees = видит
may = может
roles-one-table = одна таблица даёт эту страницу, документацию и проверку каждого адреса
signs-in-with = Чем входит
way = { $password ->
    [yes] { $passkeys ->
        [0] пароль
       *[other] пароль и ключ доступа
    }
   *[no] { $passkeys ->
        [0] приглашение
       *[other] ключ доступа
    }
  }
state = Состояние
state-locked = закрыта
state-waits = ждёт до { $until }, неверных паролей: { $wrong }
state-invited = приглашение до { $until }
state-invitation-over = приглашение истекло
state-present = на месте, последний знак { $at }
state-last = последний вход { $at }
state-never = ещё не входил
lock = Закрыть
unlock = Открыть
lock-account = Закрыть { $account }
unlock-account = Открыть { $account }
change-roles = Роли
change-roles-of = Изменить роли { $account }
give-roles = Дать эти роли
invite = Пригласить
account-rule = Строчные латинские буквы, цифры и дефисы, как в desk2-am. Задача, а не имя человека. Существующая запись получит новый способ входа и эти роли.
make-invitation = Создать приглашение
invited-title = Приглашение для { $account }
invited-how = Передайте ссылку только этому человеку. Она действует один раз, истекает через семь дней и больше не показывается.

## Roles

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
observer-sees = картину с задержкой и загрублением, которой в этой версии ещё нет
observer-no-picture = Картины для наблюдателя ещё нет.
observer-no-picture-more = Наблюдатель видит только картину с задержкой и загрублением. Эта версия такой не даёт и потому не показывает никакой.

## Permissions

permission-see-picture = текущую картину и сигналы
permission-see-timeline = что было раньше
permission-acknowledge = подтверждать
permission-shelve = откладывать
permission-sound-check = проверять звук
permission-move-replay = двигать запись
permission-see-people = учётные записи
permission-invite = приглашать, давать роли
permission-lock = закрывать
permission-see-keys = ключи
permission-confirm-presence = подтверждать присутствие
permission-take-over = брать предупреждение на себя
permission-refuse-lift = отказывать в раскрытии
permission-rotate-keys = менять ключи
permission-see-peers = другие стороны
permission-pin-peer = принимать сторону
permission-exchange-files = обмениваться файлами
permission-voice-entry = записывать сказанное
permission-see-health = состояние узла
permission-restart = перезапускать

## The own account

your-roles = Ваши роли
your-alias = Другие стороны видят вас как { $alias }.
tokens = Токены для программ
tokens-what = Программа посылает его как «Authorization: Bearer …». Он истекает не позже чем через { $hours } ч, говорит за часть ваших ролей и не открывает страниц.
token-name = Для чего он
token-hours = Часов
token-make = Создать токен
token-made = Токен до { $until }
token-once = Скопируйте сейчас. Больше он не показывается, и прочесть его здесь не может никто.
token-until = до { $until }
token-end = Отменить
token-end-one = Отменить токен { $name }

## Keys

keys-own = { $party }, этот узел
keys-own-how = Прочтите эти слова другой стороне лично или по линии, которой доверяете, и выслушайте её слова. Журнал { $origin }.
keys-none = У этого узла ещё нет ключей. Введите: airpact init
keys-no-peers = Ключи других сторон ещё не приняты. Введите: airpact peer accept
keys-compared = слова сверены
keys-not-compared = слова ещё не сверены
keys-by-voice = только голосом, ключей нет
keys-trouble = Ключи нельзя прочесть.

## Check a signature

check-title = Проверить файл
check-how = Квитанция или доказательство раздвоения проверяются ключами, которые принял этот узел. От файла ничего не остаётся.
check-file = Файл, не больше { $most } КиБ
check-do = Проверить
check-proven = Доказано
check-unproven = Не доказано
check-keys = На каких ключах это держится
check-failed = { $name }: не доказано ничего.
check-nothing = Ничего не проверено.
check-no-file = Сначала выберите файл.

## Refusals

refused-wrong = Вход не выполнен.
refused-wrong-more = Учётная запись и пароль не подходят друг к другу. После пяти неверных паролей запись ждёт.
refused-locked = Вход не выполнен. Подождите { $minutes } мин, до { $until }.
refused-locked-more = Слишком много неверных паролей. Ожидание каждый раз удваивается. Администратор может его снять; ключ доступа не ждёт.
refused-not-signed-in = Сначала войдите.
refused-not-signed-in-more = Ваш сеанс кончился, или его не было. Отправленное не выполнено.
refused-not-allowed = Не с вашими ролями.
refused-not-allowed-more = Ничего не сделано. Попросите того, у кого есть роль, или администратора дать её вам.
refused-roles = Нужна одна из этих ролей:
refused-csrf = Не выполнено: форма сделана не для этого сеанса.
refused-csrf-more = Откройте страницу снова и повторите на ней.
refused-desk-busy = Слишком много сразу.
refused-desk-busy-more = Ничего не сделано. Повторите через несколько секунд.
refused-not-recorded = Не записано, поэтому не сделано.
refused-not-recorded-more = Диск ничего не принял. Скажите тому, кто следит за машиной.
refused-no-accounts = У этого пульта нет учётных записей.
refused-no-accounts-more = На нём идёт учение или запись без входа.
refused-bad-account = Так учётная запись называться не может.
refused-bad-account-more = Нужно от 1 до 32 строчных латинских букв, цифр и дефисов, и не «local».
refused-bad-roles = Выберите хотя бы одну роль.
refused-no-such-account = Учётной записи { $account } нет.
refused-account-locked = Учётная запись { $account } закрыта.
refused-account-locked-more = Сначала откройте её.
refused-last-administrator = { $account } — последний администратор.
refused-last-administrator-more = Больше никто не смог бы приглашать и закрывать. Сначала назначьте другого администратора.
refused-too-many-accounts = Больше учётных записей хранить нельзя.
refused-invitation-over = Это приглашение больше не действует.
refused-invitation-over-more = Оно использовано, заменено, или прошло семь дней. Попросите у администратора новое.
refused-not-the-same = Пароли не совпадают.
refused-too-short = Пароль слишком короткий.
refused-too-long = Пароль длиннее 256 знаков.
refused-too-plain = Пароль слишком легко угадать.
refused-too-plain-more = Он повторяет немного знаков или содержит имя учётной записи.
refused-passkey-late = Ключ доступа пришёл слишком поздно.
refused-passkey-late-more = Повторите; на это есть пять минут.
refused-passkey-wrong = Ключ доступа подписал не для этого узла.
refused-passkey-unknown = Этот узел не знает такого ключа доступа.
refused-passkey-known = Этот ключ доступа уже принадлежит учётной записи.
refused-passkey-needs-name = Ключам доступа нужно имя вместо адреса.
refused-not-your-roles = Токен говорит только за ваши роли.
refused-token-too-long = Токен истекает в течение 24 часов.
refused-too-many-tokens = У вас слишком много токенов. Сначала отмените один.
refused-no-such-token = Этот токен уже истёк.
refused-bad-token-name = Скажите одной строкой, для чего токен.
