# Words of the pages of people, keys and proof. Say what is, what it means and what to do; nothing that reassures.

## Frame

nav = Pages
nav-watch = Watch
nav-sign-in = Sign in
nav-people = People and roles
nav-keys = Keys
nav-check = Check a signature
nav-account = Your account
sign-out = Sign out { $account }
mode-live = LIVE
mode-exercise = EXERCISE
mode-replay = REPLAY
mode-degraded = DEGRADED
open-desk = Exercise: no sign-in.
open-desk-more = Whoever sits at this machine acts as duty officer and supervisor, under the account “local”.
foot = Shared safety information. No cooperation, no recognition, no other use.
foot-node = airpact, node of { $party }
or = or
go-on = Go on
nothing = nothing
actions = Actions

## Sign-in

sign-in-title = Sign in to the { $party } desk
this-node = This node is
use-passkey = Use passkey
passkey-failed = No sign-in with this passkey.
passkey-needs-name = Passkeys need a name instead of an address. Open
account = Account
password = Password
have-invitation = I have an invitation
sign-in-fine = This page works without script. Sessions end after 12 h, or after 30 min without a sign of presence. Every action is kept with account and time; other parties see the role and a pseudonym only.
sign-in-open = This desk runs an exercise or a replay and asks nobody who they are.
signed-in-as = You are signed in as { $account }.
distress = Distress does not need an account.
distress-words = Guard 121.500 and 243.000 MHz. Call the duty desk by telephone, or anyone who can reach it.

## Invitations

invitation = Invitation
invitation-for = An account for you,
invitation-alias = Other parties see you as { $alias }, never by your account.
invitation-how = An invitation is a link that an administrator hands you. It works once, within seven days. Open it, or enter the code at its end.
invitation-code = Code
make-passkey = Make a passkey
new-password = New password
new-password-again = The same again
password-rule = At least { $least } characters. Several words are easier to remember than signs.
set-password = Set the password and sign in

## People

people = People
people-counts = { $accounts ->
    [one] { $accounts } account
   *[other] { $accounts } accounts
  }, { $locked } locked, { $invited } invited
people-none = No accounts yet.
people-open = A desk without sign-in has no accounts.
roles = Roles
role = Role
sees = sees
may = may
roles-one-table = one table makes this page, the documentation and the test of every route
signs-in-with = Signs in with
way = { $password ->
    [yes] { $passkeys ->
        [0] password
       *[other] password and passkey
    }
   *[no] { $passkeys ->
        [0] invitation
       *[other] passkey
    }
  }
state = State
state-locked = locked
state-waits = waits until { $until }, { $wrong } wrong passwords
state-invited = invitation ends { $until }
state-invitation-over = invitation is over
state-present = present, last sign { $at }
state-last = last signed in { $at }
state-never = never signed in
lock = Lock
unlock = Unlock
lock-account = Lock { $account }
unlock-account = Unlock { $account }
change-roles = Roles
change-roles-of = Change the roles of { $account }
give-roles = Give these roles
invite = Invite
account-rule = Small letters, digits and dashes, as in desk2-am. The task, not the person’s name. An account that exists gets a new way to sign in, and these roles.
make-invitation = Make the invitation
invited-title = Invitation for { $account }
invited-how = Hand this link to that person alone. It works once, ends in seven days, and is not shown again.

## Roles

role-duty-officer = Duty officer
role-supervisor = Supervisor
role-negotiator = Negotiator
role-interpreter = Interpreter
role-investigator = Investigator
role-rescue-coordinator = Rescue coordinator
role-release-authority = Release authority
role-liaison = Liaison to civil control
role-publisher = Publisher
role-source-verifier = Source verifier
role-administrator = Administrator
role-maintainer = Maintainer
role-observer = Observer
observer-sees = a delayed, coarse picture, which this version does not have yet
observer-no-picture = No picture for an observer yet.
observer-no-picture-more = An observer sees a delayed, coarse picture only. This version cannot make one, so it shows none.

## Permissions

permission-see-picture = live picture and alerts
permission-see-timeline = what happened before
permission-acknowledge = acknowledge
permission-shelve = shelve
permission-sound-check = prove the sound
permission-move-replay = move a replay
permission-see-people = accounts
permission-invite = invite, give roles
permission-lock = lock
permission-see-keys = keys
permission-confirm-presence = confirm presence
permission-take-over = take over a warning
permission-refuse-lift = refuse a lift
permission-rotate-keys = rotate keys
permission-see-peers = peers
permission-pin-peer = accept a peer
permission-exchange-files = exchange files
permission-voice-entry = note what was said
permission-see-health = health of the node
permission-restart = restart

## The own account

your-roles = Your roles
your-alias = Other parties see you as { $alias }.
tokens = Tokens for programs
tokens-what = A program sends one as “Authorization: Bearer …”. It ends after { $hours } h at most, speaks for some of your roles, and opens no page.
token-name = What it is for
token-hours = Hours
token-make = Make a token
token-made = Token until { $until }
token-once = Copy it now. It is not shown again, and nobody can read it here.
token-until = until { $until }
token-end = End it
token-end-one = End the token { $name }

## Keys

keys-own = { $party }, this node
keys-own-how = Read these words to the other party in person or over a line you trust, and have theirs read to you. Log { $origin }.
keys-none = This node has no keys yet. Type: airpact init
keys-no-peers = No other party’s keys are accepted yet. Type: airpact peer accept
keys-compared = words compared
keys-not-compared = words not compared yet
keys-by-voice = by voice only, no keys
keys-trouble = Keys cannot be read.

## Check a signature

check-title = Check a file
check-how = A receipt or fork evidence, checked under the keys that this node has accepted. Nothing of the file is kept.
check-file = File, at most { $most } KiB
check-do = Check
check-proven = Proven
check-unproven = Not proven
check-keys = Keys it rests on
check-failed = { $name }: nothing of it is proven.
check-nothing = Nothing was checked.
check-no-file = Choose a file first.

## Refusals

refused-wrong = Not signed in.
refused-wrong-more = Account and password do not belong together. After five wrong passwords the account waits.
refused-locked = Not signed in. Wait { $minutes } min, until { $until }.
refused-locked-more = Too many wrong passwords. The wait doubles each time. An administrator can lift it; a passkey does not wait.
refused-not-signed-in = Sign in first.
refused-not-signed-in-more = Your session is over, or there was none. What you sent was not done.
refused-not-allowed = Not with your roles.
refused-not-allowed-more = Nothing was done. Ask a person who has the role, or an administrator to give it to you.
refused-roles = It needs one of these roles:
refused-csrf = Not done: the form was not made for this session.
refused-csrf-more = Open the page again and repeat it there.
refused-desk-busy = Too many at once.
refused-desk-busy-more = Nothing was done. Try again in a few seconds.
refused-not-recorded = Not recorded, so not done.
refused-not-recorded-more = The disk took nothing. Tell whoever keeps the machine.
refused-no-accounts = This desk has no accounts.
refused-no-accounts-more = It runs an exercise or a replay without sign-in.
refused-bad-account = This cannot be the name of an account.
refused-bad-account-more = Give 1 to 32 small letters, digits and dashes, and not the name “local”.
refused-bad-roles = Choose at least one role.
refused-no-such-account = There is no account { $account }.
refused-account-locked = The account { $account } is locked.
refused-account-locked-more = Unlock it first.
refused-last-administrator = { $account } is the last administrator.
refused-last-administrator-more = Nobody could invite or lock any more. Make another administrator first.
refused-too-many-accounts = No more accounts can be kept.
refused-invitation-over = This invitation is over.
refused-invitation-over-more = It was used, replaced, or seven days have passed. Ask an administrator for a new one.
refused-not-the-same = The two passwords are not the same.
refused-too-short = The password is too short.
refused-too-long = The password is longer than 256 characters.
refused-too-plain = The password is too easy to guess.
refused-too-plain-more = It repeats a few signs, or holds the name of the account.
refused-passkey-late = The passkey came too late.
refused-passkey-late-more = Try again; there are five minutes for it.
refused-passkey-wrong = The passkey did not sign for this node.
refused-passkey-unknown = This node does not know the passkey.
refused-passkey-known = This passkey belongs to an account already.
refused-passkey-needs-name = Passkeys need a name instead of an address.
refused-not-your-roles = A token speaks for your own roles only.
refused-token-too-long = A token ends within 24 hours.
refused-too-many-tokens = You have too many tokens. End one first.
refused-no-such-token = This token has ended already.
refused-bad-token-name = Say in one line what the token is for.
