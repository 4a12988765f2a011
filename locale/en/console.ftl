# Words of the browser console. Values stand between <b> and </b>; {"\u00A0"} is a space that does not break.
# Say who, how near, when and what was asked. Present tense, no blame, nothing that reassures.

title = airpact { $party }, { $mode }

## Units and durations

unit-NM = { NUMBER($n) }{"\u00A0"}NM
unit-km = { NUMBER($n) }{"\u00A0"}km
unit-ft = { NUMBER($n) }{"\u00A0"}ft
unit-m = { NUMBER($n) }{"\u00A0"}m
unit-kt = { NUMBER($n) }{"\u00A0"}kt
unit-kmh = { NUMBER($n) }{"\u00A0"}km/h
symbol-ft = ft
symbol-m = m
duration-s = { $s }{"\u00A0"}s
duration-min = { $min }{"\u00A0"}min { $s }{"\u00A0"}s
duration-h = { $h }{"\u00A0"}h { $min }{"\u00A0"}min
duration-d = { $d }{"\u00A0"}d { $h }{"\u00A0"}h
seconds-short = { $n }{"\u00A0"}s

## Mode, levels

mode-live = LIVE
mode-exercise = EXERCISE
mode-replay = REPLAY
mode-degraded = DEGRADED
level-warning = WARNING
level-caution = CAUTION
level-advisory = ADVISORY
level-name-warning = Warning
level-name-caution = Caution
level-name-advisory = Advisory

## Top bar

pages = Pages
page-watch = Watch
procedures-unilateral = unilateral procedures
procedures-agreed = agreement in force
procedures-unilateral-short = unilateral
procedures-agreed-short = in force
procedures-unchecked = { $count ->
    [one] { $count } clause not machine-checked
   *[other] { $count } clauses not machine-checked
  }
procedures-unchecked-list = Not machine-checked: clause { $clauses }
open-encounters = Open encounters
feeds = Feeds
feeds-in-time = <b>{ $count }</b> of { $all } in time
feeds-starting = starting, { $count } of { $all } feeds
clock-no-tick = no tick yet
settings = Settings

## Encounters

rail = Encounters and feeds
encounters = Encounters
encounters-open = { $count } open
rate-last-hour = <b>{ $count }</b> in the last hour, limit { $limit }
rate-flood = <b>{ $count }</b> in the last hour, alarm flood
and = and
name-pair = { $name }
name-feed = Feed { $name }
name-storage = Storage
since = since { $at }
left-now = now
time-passed = { $time } past
height-same = at the <b>same height</b>
height-apart = and <b>{ $height }</b> in height
height-unknown = with <b>height unknown</b>
no-height = no height
pair-will-pass = { $a } and { $b } will pass <b>{ $closest }</b> apart { $height } in <b>{ $time }</b>.
pair-will-lose = { $a } and { $b } will pass <b>{ $closest }</b> apart { $height } in <b>{ $time }</b>; the minima are lost in <b>{ $loss }</b>.
pair-inside = { $a } and { $b } are <b>{ $distance }</b> apart { $height }, inside the minima.
pair-inside-closing = { $a } and { $b } are <b>{ $distance }</b> apart { $height }, inside the minima. Closest <b>{ $closest }</b> in <b>{ $time }</b>.
pair-inside-opening = { $a } and { $b } are <b>{ $distance }</b> apart { $height }, inside the minima. The closest point is behind them.
pair-over = { $a } and { $b } are outside the minima again. Nobody has acknowledged this encounter.
pair-not-judged = { $a } and { $b } cannot be judged now.
asked-agreement = The agreement asks for { $distance } or { $height } ({ $version }, clause { $clause }).
asked-procedures = Our procedures ask for { $distance } or { $height } ({ $version }, clause { $clause }).
asked-agreement-early = The agreement asks for { $distance } or { $height }, and for no closing time below { $tau } ({ $version }, clause { $clause }).
asked-procedures-early = Our procedures ask for { $distance } or { $height }, and for no closing time below { $tau } ({ $version }, clause { $clause }).
remark-height-unknown = The heights cannot be compared.
remark-turning = One of them is turning; the turn gives the closer pass.
remark-duplicate = Possibly one aircraft seen twice; shown as an advisory until they part.
thing-feed-lost = <b>{ $name } is lost.</b> Aircraft there may be missing.
thing-feed-frozen = <b>{ $name } repeats old data.</b> Aircraft there may have moved.
thing-feed-clock = <b>The clock of { $name } is off.</b> Its positions may be displaced.
thing-storage-late = <b>Storage answers late.</b> Acknowledgements wait; write the time on paper.
own-displayed = displayed { $at }, <b>not acknowledged</b>
own-acknowledged = acknowledged { $at }, { $by }
not-yet-recorded = not yet recorded, shown and sent { $at }
over-not-acknowledged = OVER, NOT ACKNOWLEDGED
figures-now = Now
figures-closest = At closest
figures-asked = Asked
figures-across = Across
figures-height = Height
figures-closing = Closing
figures-opening = Opening
figures-known = Known to
acknowledge = Acknowledge
select = Select { $name }
acknowledge-again = the selection has just moved here. Press A again.
acknowledge-sent = Sent, no answer yet
shelve = Shelve
request-refused = Not done: { $why }
request-no-answer = the node did not answer. Press again.
supervisor-goes = Goes to the supervisor in { $time } if nobody acknowledges.
supervisor-went = Went to the supervisor { $at }, not acknowledged.

## Guidance: a proposal, never an order; a person decides

guidance = Guidance
guidance-proposed = Proposed, an officer decides
guidance-until = good until <b>{ $at }</b>
guidance-gone = No longer good since { $at }
guidance-gone-frozen = No longer good: picture frozen
guidance-gone-said = Guidance, no longer good
guidance-from = Flown from { $at }.
guidance-least = Least separation <b>{ $with }</b>, without it { $without }.
guidance-least-under = Least separation <b>{ $with }</b>, still under { $asked }; without it { $without }.
guidance-no-height = No height change is offered inside 60{"\u00A0"}s.
answer-instruction = <b>{ $aircraft }</b> { $what }
answer-request = ask { $party }: <b>{ $aircraft }</b> { $what }
answer-hold = keep course, speed and height
answer-track-left = turn left to <b>{ $to }{"\u00A0"}true</b>{"\u00A0"}({ $by })
answer-track-right = turn right to <b>{ $to }{"\u00A0"}true</b>{"\u00A0"}({ $by })
answer-track-hold = keep course <b>{ $to }{"\u00A0"}true</b>
answer-speed-slower = slow to <b>{ $to }</b> over the ground ({ $by }{"\u00A0"}less)
answer-speed-faster = speed up to <b>{ $to }</b> over the ground ({ $by }{"\u00A0"}more)
answer-speed-hold = keep <b>{ $to }</b> over the ground
answer-vertical-speed-up-climb = climb at <b>{ $to }</b> or more
answer-vertical-speed-up-level = stop descending
answer-vertical-speed-up-descend = descend no faster than <b>{ $to }</b>
answer-vertical-speed-down-descend = descend at <b>{ $to }</b> or more
answer-vertical-speed-down-level = stop climbing
answer-vertical-speed-down-climb = climb no faster than <b>{ $to }</b>
answer-vertical-speed-hold = keep the present climb or descent
answer-altitude-up = climb to <b>{ $to }</b> (by{"\u00A0"}{ $by })
answer-altitude-down = descend to <b>{ $to }</b> (by{"\u00A0"}{ $by })
answer-altitude-hold = keep <b>{ $to }</b>
traffic-own = <b>{ $aircraft }</b>: traffic <b>{ $other }</b>{ $where }
traffic-peer = tell { $party }: <b>{ $aircraft }</b> has traffic <b>{ $other }</b>{ $where }
traffic-other = tell <b>{ $aircraft }</b>: traffic <b>{ $other }</b>{ $where }
traffic-clock = { $hour }{"\u00A0"}o’clock
traffic-above = { $height } above
traffic-below = { $height } below
no-manoeuvre = <b>No manoeuvre offered:</b> { $reason }.
no-manoeuvre-preparing = Guidance preparing.
no-manoeuvre-no-velocity = <b>No manoeuvre offered:</b> a course or speed is not known.
no-manoeuvre-stale = <b>No manoeuvre offered:</b> track older than 5{"\u00A0"}s.
no-manoeuvre-degraded = <b>No manoeuvre offered:</b> a position is degraded or in doubt.
no-manoeuvre-snapped = <b>No manoeuvre offered:</b> a position was shared coarsely.
no-manoeuvre-delayed = <b>No manoeuvre offered:</b> a position was shared late.
no-manoeuvre-inputs-differ = <b>No manoeuvre offered:</b> the two desks hold different inputs.
no-manoeuvre-height-unknown = <b>No manoeuvre offered:</b> the heights cannot be compared.
no-manoeuvre-turning = <b>No manoeuvre offered:</b> an aircraft is turning, and where it ends is not known.
no-manoeuvre-not-addressed = <b>No manoeuvre offered:</b> neither aircraft is of a party that can be asked.
no-manoeuvre-no-way-out = <b>No manoeuvre offered:</b> none was found that does not bring them closer.
no-manoeuvre-not-needed = <b>No manoeuvre offered:</b> from when a crew can act they stay apart on their present courses.
no-manoeuvre-too-late = <b>No manoeuvre offered:</b> they are closest before a crew can act.

## Nothing in the list

empty-no-picture = No picture yet. Nothing has been judged.
empty-list = { $tracks ->
    [one] <b>No encounter among { $tracks } track.</b>
   *[other] <b>No encounter among { $tracks } tracks.</b>
  } { $feeds } of { $all } feeds in time, last checked { $at }.
empty-not-judged = <b>Not judged now: { $tracks ->
    [one] { $tracks } track is
   *[other] { $tracks } tracks are
  } as of { $at }.</b> { $feeds } of { $all } feeds in time.
not-watched = Not watched: { $what }.
not-watched-unstated = coverage is not stated by any feed
not-watched-outside = outside the drawn coverage
not-watched-below = below { $height }
not-watched-below-between = below { $least } to { $most }, by feed
tracks-without-height = { $count ->
    [one] { $count } track without height
   *[other] { $count } tracks without height
  }
tracks-stale = { $count ->
    [one] { $count } track not in time
   *[other] { $count } tracks not in time
  }

## Set aside

set-aside = Not in the list, and why
shelved = Shelved, { $count }
shelved-row = { $pair ->
    [yes] { $level }, { $a } and { $b }, { $reason }. Back in { $minutes }{"\u00A0"}min.
   *[no] { $level }, { $a }, { $reason }. Back in { $minutes }{"\u00A0"}min.
  }
take-back = Take back
duplicates = Possible duplicates, { $count }
duplicate-row = { $a } and { $b }, since { $at }
suppressed = Not alerted by declaration, { $count }
unjudged = Could not be judged, { $count }
pair-reason = { $a } and { $b }: { $reason }
reason-declared-formation = declared formation
reason-no-velocity = course or speed not known
reason-on-ground = on the ground
reason-stale = not in time
held-by-own = { $count ->
    [one] { $count } track of another party is judged by our own sensors
   *[other] { $count } tracks of other parties are judged by our own sensors
  }

## Feeds

feeds-none-yet = none heard yet
feeds-count = { $count } of { $all } in time
coverage-unstated = Coverage not stated
coverage-drawn = Not watched: hatched
feed-no-report = no report
feed-starting = starting
feed-late = { $age } late
feed-lost = lost, { $age }
feed-frozen = frozen, { $age }
feed-clock-offset = { $name }: clock off by { $offset }{"\u00A0"}s
rejected = Rejected lines, { $count }
rejected-framing = not readable
rejected-too-long = line too long
rejected-truncated = cut off in the middle
rejected-no-position = no position
rejected-no-identity = no identity
rejected-no-time = no time
rejected-out-of-range = value out of range
rejected-duplicate = repeated line
rejected-older-than-last = older than the last one
rejected-future-stamp = stamped in the future
rejected-position-jump = position jumps
rejected-altitude-jump = height jumps
rejected-not-given = not given
rejected-desk-behind = dropped, the desk was behind
left-out = Fields left out, { $count }

## Banners

banner-exercise = <b>{ $title }.</b> Nothing here is flying. Real distress: call guard.
banner-feed-late = <b>{ $name } is { $age } late.</b> Aircraft there may be missing.
banner-feed-lost = <b>{ $name } is lost.</b> Aircraft there may be missing.
banner-feed-frozen = <b>{ $name } repeats old data.</b> Aircraft there may have moved.
banner-storage = <b>Storage has not answered for { $time }.</b> Acknowledgements wait; write the time on paper.
banner-storage-error = <b>Storage does not take what is to be kept.</b> Write acknowledgements on paper and call the maintainer.
banner-journal-error = <b>The journal cannot be written.</b> After a crash this time cannot be replayed. Call the maintainer.
banner-release-error = <b>Own tracks do not reach other parties.</b> They see none from this desk. Call the maintainer.
banner-work-ended = <b>Part of this desk has stopped: links to other parties or guidance.</b> Start the desk anew when no encounter is open.
banner-muted = <b>Muted at this desk, { $time } left.</b> Cautions are silent. A warning still sounds.
banner-watchdog = The watchdog does not answer. A frozen picture is then noticed by this page alone.
banner-unfit = <b>Clause { $clause }: its alerter warns later than this desk can relay; unfit for a desk.</b> It warns { $alerting } ahead, relaying needs { $needed }.
banner-preparing = Guidance preparing: encounters are judged, proposals follow.
banner-unreadable = { $count ->
    [one] { $count } message of the node could not be read. Something may be missing; reload the page.
   *[other] { $count } messages of the node could not be read. Something may be missing; reload the page.
  }
sound-not-proven = <b>Sound not proven at this desk.</b> Two tones will play. Did you hear them?
sound-locked = <b>The browser holds the sound back.</b> Press Play tones once.
sound-not-heard = <b>Sound not heard at this desk.</b> Warnings are silent here. Check the loudspeaker, then play again.
sound-play = Play tones
sound-heard = Heard
sound-unheard = Not heard
sound-on = Sound on
sound-mute = Mute 2{"\u00A0"}min

## Frozen, starting

frozen-title = PICTURE FROZEN
frozen-since = since { $at }
frozen-silent = { $time } without a tick. Do not use this picture.
frozen-voice = By voice: guard 121.500{"\u00A0"}MHz.
frozen-said = Picture frozen since { $at }. Do not use it.
link-lost = The link to the node is lost. Trying again, attempt { $attempt }.
link-open-no-tick = The node is connected and sends no picture. Look at its terminal.
starting-title = The node does not answer
starting-effect = There is no picture and no alert will show or sound here.
starting-next = Check that airpact runs on this host. Trying again every 2{"\u00A0"}s, attempt { $attempt }.

## Picture

map = Picture
map-failed = The map cannot be drawn: its code did not load, or this browser cannot draw on a canvas. The list on the right is complete; reload the page, or use another browser.
picture-none-yet = waiting for the first picture
picture-as-of = as of { $at }, { $time } ago
picture-not-judged = No encounter can be judged before all tracks have two reports.
inset-title = Closest approach
inset-dots = dots every 10{"\u00A0"}s
layers = Layers of the map
layer-trails = Trails 3{"\u00A0"}min
layer-labels = Labels
layer-rings = Rings
layer-heights = All heights
layer-measure = Measure
layer-filter = { $count ->
    [0] Filter
   *[other] Filter, { $count }
  }
filter-parties = Parties
filter-text = Call sign contains
filter-floor = From, { $unit }
filter-ceiling = To, { $unit }
filter-only-alerts = Only aircraft in an alert
filter-note = Aircraft in an alert are always drawn. The list is never filtered.
filter-all = Show all

## Timeline

timeline = Timeline
timeline-last = Last { $hours }{"\u00A0"}h
timeline-recording = Recording
timeline-explains = One mark per encounter.
timeline-explains-gaps = One mark per encounter. Dotted base line: a feed was lost.
timeline-marks = Encounters
timeline-gap = { $feed } lost { $from } to { $to }
scrubber = Time in the recording
replay-play = Play
replay-pause = Pause
replay-no-answer = Recorded. Acknowledging and shelving are for the live desk.
replay-speed = Speed

## Keys

key-name-space = Space
key-acknowledge = acknowledge
key-shelve = shelve, not a warning
key-next = next encounter
key-measure = measure
key-trails = trails
key-labels = labels
key-rings = rings
key-centre = centre
key-all = all keys
key-acknowledge-long = acknowledge the selected encounter; stops the sound only
key-shelve-long = shelve the selected encounter, with reason and time; not a warning
key-next-long = next encounter, highest level first
key-previous-long = previous encounter
key-trails-long = trails on or off
key-labels-long = labels on or off
key-rings-long = range rings on or off
key-measure-long = measure between two points
key-centre-long = centre on the selected pair
key-escape-long = close the card, end measuring, back to the highest encounter
key-all-long = this card
keys-title = Keys
keys-key = Key
keys-does = Does
keys-note = Every key has a button. Letters work in a Russian layout by their place.
purpose = Shared safety information. For no other use.
close = Close

## Dialogs

shelve-title = Shelve { $a } { $b }
shelve-explains = It stays listed under Shelved and comes back by itself, or at once when it rises.
shelve-reason = Reason
shelve-minutes = Minutes, at most { $most }
shelve-send = Shelve
settings-language = Language
settings-height = Height
settings-speed = Speed
settings-distance = Distance
settings-version = airpact { $version }
language-en = English
language-ru = Русский
choice-ft = feet
choice-m = metres
choice-kt = knots
choice-kmh = km/h
choice-nm = nautical miles
choice-km = kilometres

## Phone

tab-watch = Watch
tab-feeds = Feeds
phone-counts = { $shelved } shelved, { $hour ->
    [one] { $hour } alert
   *[other] { $hour } alerts
  } in the last hour
