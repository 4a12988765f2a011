# Words about other parties: the link in the bar, the connection screen, presence, and what the other desk has answered.
# A comparison proves what was signed and logged, never that it is true; say no more than that.

## In the bar

link-to = Link to { $party }
links-to = Links to { $count } parties
link-linked = linked
link-connecting = connecting
link-none = no link expected
link-forked = two logs shown
link-lost-since = lost since { $at }
link-lost-untimed = lost
link-delay = { $delay }
link-delay-clock = { $delay } clock { $clock }
link-desk-unmanned = linked, desk unmanned
link-desk-degraded = linked, desk degraded
link-voice = by voice only
link-file = by file, { $age } old
link-file-never = by file, nothing read yet
age-s = { $count }{"\u00A0"}s
age-min = { $count }{"\u00A0"}min
age-h = { $count }{"\u00A0"}h
age-d = { $count }{"\u00A0"}d
time-not-known = at a time not known
banner-link-lost = <b>{ $party } link lost for { $time }.</b> Last { $party } head { $head }, { $waiting ->
    [one] { $waiting } statement waits here
   *[other] { $waiting } statements wait here
  }. Warnings go to { $party } by voice now.
not-known = not known
never = never
sign-out = Sign out
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
tab-links = Links

## What the other desk has answered

peer-answer-displayed = displayed { $at }, <b>not acknowledged</b>
peer-answer-acknowledged = acknowledged { $at }
peer-answer-ended = over there { $at }
peer-answer-not-told = <b>not told</b>
peer-answer-told = told { $at }, <b>no answer yet</b>
peer-answer-received = received { $at }, <b>nothing told of it</b>
peer-answer-withheld = displayed { $at }, <b>not acknowledged, position withheld</b>
peer-answer-withheld-there = <b>position withheld there</b>
peer-answer-withheld-here = <b>position withheld here</b>
peer-answer-level = there: { $level }

withhold = Withhold position
withhold-title = Withhold position, { $a } { $b }
withhold-explains = { $party } was given the exact position of our aircraft because of this pair. Refused, the alert stays with { $party } as “position withheld”. It cannot be taken back while the alert stands.
withhold-send = Withhold

## Alerts about a party

name-peer = { $name }
thing-peer-lost = <b>The link to { $name } is lost.</b> Neither desk hears the other: call by voice. What is said here waits and is counted.
thing-peer-head-unseen = <b>No new head of the log of { $name } for the agreed time.</b> What it says cannot be held against its log. Ask for a head, by link or by file.
thing-peer-fork = <b>{ $name } has signed two histories.</b> Both heads are kept as evidence. Only distress and hotline pass. Call the supervisor.
thing-peer-unmanned = <b>Nobody is confirmed at the desk of { $name }.</b> An alert sent there may wait. Call by voice.
thing-peer-clock = <b>The clocks of { $name } and this desk differ.</b> Times of its statements cannot be laid beside ours.
thing-lifts-unusual = <b>{ $name } was given exact positions unusually often.</b> A supervisor decides whether to go on.

## While another page covers the list

away = Alerts while this page is open
away-open = { $count ->
    [one] Watch, { $count } open
   *[other] Watch, { $count } open
  }

## Presence

presence-due = Confirm presence at this desk by <b>{ $at }</b>, { $time } left. Without it the other desks see it as unmanned.
presence-unmanned = <b>This desk counts as unmanned.</b> The other desks are alarmed. Confirm that an officer is here.
presence-session = Confirm that you are here by <b>{ $at }</b>, { $time } left. Without it you are signed out and this screen closes.
presence-confirm = I am here

## The connection screen

connection-to = Connection to { $name }
connection-none = No party { $party } is connected to this desk. Its card is read in at the node’s terminal.
peers-asking = Asking the node for keys and logs.
peers-not-answered = Keys and logs could not be read: { $why } What stands below may be old.
steps = Steps of this connection
step-is-done = done
step-is-current = now
step-is-ahead = later
step-accepted = Card accepted
step-accepted-note = keys pinned
step-words = Words compared
step-words-done = by people
step-words-now = now, in person or by a trusted line
step-passing-linked = Linked
step-passing-file = First file read
step-passing-voice = By voice
step-waits-linked = waits for the link
step-waits-file = waits for a file
step-waits-voice = by voice
step-old-ends = Old key ends
ways = How statements travel
way-linked = Linked
way-file = By file
way-voice = By voice only

## Words of both keys

words-ours = Read these words to { $party }
words-ours-note = Key of { $own }. They mark each word they hear.
words-theirs = { $party } reads these words to you
words-theirs-note = Key of { $party }, as this node received it. Mark each word you hear.
words-theirs-compared = Key of { $party }, compared by people before. It can be compared again.
words-spell = { $count } words, { $bits } of the 256 bits of
words-heard = { $heard } of { $all } heard and equal
words-explain = In person, or on a line you already trust. One different word means another key: stop, keep both files, call the supervisor.
words-left = { $left ->
    [one] { $left } word is still to be heard.
   *[other] { $left } words are still to be heard.
  }
words-all = All words equal. Say so at the node’s terminal, it asks once more:
words-all-card = { $party }.card is the file that { $party } sent.
words-all-card-home = { $party }.card is the file that { $party } sent; { $home } is the folder of this node, an administrator knows it.
words-compared = The comparison is recorded. Marks made here change nothing in it.
words-differ = A word differs
words-aloud = Read aloud
words-aloud-stop = Stop reading
differs-title = A word differs
differs-means = Have the word said once more. If it still differs, the key here is <b>not the key { $party } has</b>.
differs-stop = <b>Stop.</b> Mark no more words, record nothing as equal.
differs-keep = <b>Keep both files</b>, the one received here and the one sent there, as they are. They are the evidence.
differs-call = <b>Call the supervisor</b>, on another line than the one the file came by.
differs-meanwhile = The picture and the alerts go on. What { $party } has to know goes by voice until then.

## Link in figures

link-title = Link
link-title-linked = mutual TLS on its own port, only pinned keys
link-title-file = by disc or mail, same statements, same proofs
link-title-voice = no node at the other side
fact-state = State
fact-delay = Delay, clock
fact-certificate = Certificate
fact-their-desk = Their desk
fact-own-desk = Our desk, as they see it
fact-kinds = Kinds not understood
fact-waiting = Waiting to go
fact-released = Released to { $party }
fact-since = since { $at }
fact-lost = lost { $from } to { $to }
fact-forked = only distress and hotline pass; both heads are kept
fact-clock-limit = clock limit { $limit }
fact-presence-at = presence confirmed { $at }
fact-presence-until = next by { $at }
fact-kinds-kept = kept, witnessed, shown
fact-statements = { $count ->
    [one] { $count } statement
   *[other] { $count } statements
  }
fact-telling = Words to all parties
fact-words = { $count ->
    [0] none waits
    [one] { $count } waits
   *[other] { $count } wait
  }
telling-superseded = { $count } replaced by a newer word
telling-left-out = { $count } left out, no room: say it by voice
fact-held = they hold { $cosigned } of our { $own }
certificate-pinned = pinned
certificate-rotating = changing
certificate-ended = ended
certificate-none = none
certificate-ends-at = ends { $at }
certificate-ended-at = ended { $at }; the link refuses it
desk-manned = manned
desk-unmanned = unmanned
desk-degraded = degraded
desk-unknown = not known
released-nothing = nothing
released-all = all tracks, exact
released-policy = tracks
released-grid = { $size } grid
released-floor = { $height } and above
released-ceiling = { $height } and below
released-late = { $time } late
released-lifts = { $count ->
    [one] { $count } lift open
   *[other] { $count } lifts open
  }
released-lifts-hour = { $count } given in the last hour

## Not understood

doubtful-title = Not understood
doubtful-note = kept and witnessed, newest first
doubtful-which = { $kind }, statement { $number }
doubtful-unknown-kind = a kind this node does not know

## Refused

refused-title = Refused and kept
refused-note = with the reason
refused-count = { $count } in all
refused-none = Nothing was refused since the start of the node.
refused-more = { $count ->
    [one] { $count } more, in the evidence folder of the node.
   *[other] { $count } more, in the evidence folder of the node.
  }
refusal-too-large = over the limit
refusal-not-a-message = not a message
refusal-unexpected-message = message out of turn
refusal-wrong-protocol = another version of the protocol
refusal-wrong-party = names another party
refusal-wrong-origin = names another log
refusal-wrong-mode = exercise and live mixed
refusal-holds-more = claims more of our log than there is
refusal-clock-skew = clock over the limit
refusal-not-canonical = not canonical
refusal-unknown-key = key not pinned
refusal-bad-signature = signature does not hold
refusal-replayed = replayed statement
refusal-reordered = out of order
refusal-index-gap = gap in the log
refusal-rewritten = other bytes at a held place
refusal-does-not-hash = does not hash
refusal-missing-body = body missing
refusal-unasked-body = body not for us
refusal-malformed-head = head not readable
refusal-smaller-checkpoint = smaller checkpoint
refusal-not-continued = head does not continue the last
refusal-not-urgent = not urgent, link forked
refusal-certificate-not-pinned = certificate not pinned
refusal-certificate-expired = certificate expired
refusal-certificate-not-yet-valid = certificate not yet valid
refusal-no-certificate = no certificate
refusal-another-party-answers = another party answers
refusal-not-linked = kept by file or voice
refusal-handshake-not-finished-in-time = handshake not finished
refusal-connection-lost-in-the-handshake = lost in the handshake
refusal-too-many-unfinished-handshakes = too many handshakes
refusal-not-TLS = not TLS
evidence-kept = kept as { $name }

## Heads

heads-title = Heads compared
heads-note = each side witnesses the other
heads-counted = { $forks ->
    [0] no fork in { $comparisons } comparisons
    [one] { $forks } fork in { $comparisons } comparisons
   *[other] { $forks } forks in { $comparisons } comparisons
  }
heads-again = read again
heads-log = log of
heads-size = size
heads-held = head as held here
heads-seen = last seen
heads-compared = compared
heads-proves = what it proves
head-cosigned = cosigned by { $party }
head-cosigned-to = cosigned by { $party } to { $cosigned }
head-cosigned-proves = { $party } cannot deny having seen { $cosigned }
head-not-cosigned = not cosigned by { $party }
head-not-cosigned-proves = nothing towards the other party
head-consistent = { $from } to { $size } consistent
head-consistent-whole = 1 to { $size } consistent
head-here = held here
head-consistent-proves = { $party } has not rewritten 1 to { $size }
head-file = by file, { $age } old
head-file-proves = nothing after { $size }
head-unseen = not seen yet
head-unseen-proves = nothing about the log of { $party }
head-forked = two heads, not consistent
head-forked-proves = { $party } has signed two histories

## Files

files-title = By file
files-note = disc or mail, same statements, same proofs
files-more = { $count } older
files-file = file
files-holds = holds
files-checked = checked
files-state = state
file-holds = { $log } { $first } to { $last }
file-holds-none = { $log }, no new statement
file-holds-unknown = { $log }
file-written = written { $at }
file-read = read { $at }
file-again = read again { $at }
file-gap = waits, gap, { $at }
file-refused = refused { $at }
file-write = Write a file
file-read-in = Read a file
file-home = { $home } is the folder of this node; an administrator knows it.
copy = Copy
copied = Copied
verify-title = Check offline
verify-note = proves who signed what and when it was logged; proves neither truth nor completeness

## By voice

voice-title = Said by voice
voice-note = unsigned, per our record
voice-enter = Enter what was said
voice-none = Nothing was noted yet.
voice-read-back = read back, equal
voice-not-read-back = not read back
voice-unsigned = unsigned, per our record, { $by }
voice-dialog = Said by voice, { $party }
voice-explains = Note it in the words used. The entry is logged here and stands unsigned: it is this desk’s record of what the other side said.
voice-time = Time UTC, hh:mm:ss
voice-said = What was said
voice-was-read-back = Read back and equal
voice-send = Enter
choice-yes = yes
choice-no = no

## Keys

key-peers = links
key-hear = mark word
key-aloud = read aloud
key-write = copy: write file
key-read = copy: read file
key-compare = read heads again
key-voice = enter what was said
key-back = back to Watch
key-peers-long = connection to another party; again, the next one
key-presence-long = confirm presence at this desk
key-hear-long = mark the next word as heard and equal
key-aloud-long = read our words aloud, or stop
key-differs-long = a word differs: what to do
key-write-long = copy the command that writes a file
key-read-long = copy the command that reads a file
key-compare-long = read keys and heads again
key-voice-long = enter what was said by voice
