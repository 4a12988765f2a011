// The values a node sends, exactly as docs/stream.md states them: SI units, degrees WGS-84,
// Unix seconds UTC, null for what is not known.
import type { PeerAnswer, PeerLink, Presence, Telling } from "./peers";

export type Mode = "LIVE" | "EXERCISE" | "REPLAY" | "DEGRADED";
export type PartyRole = "own" | "peer" | "civil" | "unknown";
export type Level = 1 | 2 | 3;
export type AltitudeKind = "pressure" | "qnh" | "geometric" | "ground" | "unknown";
export type AircraftClass = "fixed" | "rotor" | "uav" | "unknown";
export type FeedState = "in_time" | "late" | "lost" | "frozen" | "starting";
export type AlertKind =
  | "loss"
  | "predicted"
  | "vertical_unknown"
  | "feed_lost"
  | "feed_frozen"
  | "feed_clock"
  | "peer_lost"
  | "peer_head_unseen"
  | "peer_fork"
  | "peer_unmanned"
  | "peer_clock"
  | "lifts_unusual";
export type AlertState = "active" | "acknowledged" | "shelved" | "cleared";

export interface Party {
  readonly id: string;
  readonly name: string;
  readonly role: PartyRole;
}

export interface Coverage {
  readonly feed: string;
  readonly lat: number;
  readonly lon: number;
  readonly radius_m: number;
  readonly floor_m: number;
}

export interface Procedures {
  readonly title: string;
  readonly version: string;
  readonly hash: string;
  readonly status: "unilateral" | "agreed";
  readonly unchecked: readonly string[];
}

/** GET /desk: what does not change while the node runs. */
export interface Desk {
  readonly product_version: string;
  readonly mode: Mode;
  readonly title: string;
  readonly party: { readonly id: string; readonly name: string };
  readonly desk: string;
  readonly relay_s: number;
  readonly languages: readonly string[];
  readonly parties: readonly Party[];
  readonly procedures: Procedures;
  readonly unfit: readonly Unfit[];
  readonly alert_policy: {
    readonly supervisor_s: number;
    readonly shelve_max_s: number;
    readonly rate_limit_per_h: number;
    readonly flood_per_10min: number;
  };
  readonly view: { readonly lat: number; readonly lon: number; readonly span_deg: number };
  readonly coverage: readonly Coverage[];
  readonly watchdog_port: number;
  readonly attribution: string;
  /** Who is signed in; absent on a desk without accounts. */
  readonly person?: Person | null;
}

export interface Person {
  readonly account: string;
  readonly roles: readonly string[];
  /** Goes into the form that signs out: nobody without the session can make it. */
  readonly csrf: string;
  /** What these roles let the person see and do. */
  readonly may: readonly string[];
  /** A session in which nothing was done for so long is over. */
  readonly presence_s: number;
}

/** A clause whose alerter calls later than this desk can relay. */
export interface Unfit {
  readonly clause: string;
  readonly reason: string;
  readonly alerting_s: number;
  readonly needed_s: number;
}

export interface Feed {
  readonly name: string;
  readonly state: FeedState;
  readonly age_s: number | null;
  readonly reports: number;
  readonly rejected: Readonly<Record<string, number>>;
  /** Fields left out of lines that were kept, by "field: reason". */
  readonly doubtful: Readonly<Record<string, number>>;
  readonly clock_offset_s: number | null;
  readonly error: string;
}

export interface Duplicate {
  readonly a: string;
  readonly b: string;
  readonly since_s: number;
}

/** Two aircraft that are near and not alerted, or not fully judged, and why. */
export interface PairReason {
  readonly a: string;
  readonly b: string;
  readonly reason: string;
}

export interface Counts {
  readonly tracks: number;
  readonly stale: number;
  readonly without_height: number;
  readonly unjudged: Readonly<Record<string, number>>;
  readonly unjudged_pairs: readonly PairReason[];
  readonly duplicates: readonly Duplicate[];
  readonly suppressed: Readonly<Record<string, number>>;
  readonly suppressed_pairs: readonly PairReason[];
}

export interface Rate {
  readonly last_hour: number;
  readonly bins: readonly number[];
  readonly flood: boolean;
}

export interface Transport {
  readonly from_s: number;
  readonly to_s: number;
  readonly at_s: number;
  readonly speed: number;
  readonly playing: boolean;
}

/** One picture frame: row i of every column is one aircraft. */
export interface Picture {
  readonly type: "picture";
  readonly seq: number;
  readonly now_s: number;
  readonly tick: number;
  readonly mode: Mode;
  readonly as_of_s: number;
  readonly id: readonly string[];
  readonly label: readonly string[];
  readonly party: readonly string[];
  readonly class: readonly AircraftClass[];
  readonly lat: readonly number[];
  readonly lon: readonly number[];
  readonly altitude_m: readonly (number | null)[];
  readonly altitude_kind: readonly AltitudeKind[];
  readonly track_deg: readonly (number | null)[];
  readonly speed_mps: readonly (number | null)[];
  readonly vertical_mps: readonly (number | null)[];
  readonly age_s: readonly number[];
  readonly state: readonly ("fresh" | "stale")[];
  readonly quality: readonly ("good" | "degraded" | "suspect" | "unknown")[];
  readonly uncertainty_m: readonly (number | null)[];
  readonly source: readonly string[];
  readonly feed: readonly string[];
  readonly squawk: readonly string[];
  /** How coarsely the releasing party shared the position, and how late; null and 0 where it did neither. */
  readonly radius_m: readonly (number | null)[];
  readonly delay_s: readonly number[];
  readonly feeds: readonly Feed[];
  readonly counts: Counts;
  readonly rate: Rate;
  readonly storage: { readonly late_s: number };
  readonly sound: { readonly proven_s: number | null };
  readonly guidance: { readonly ready: boolean };
  /** The other parties of this desk; a node without any sends none, and nothing of them is shown. */
  readonly peers: readonly PeerLink[];
  readonly presence: Presence | null;
  readonly telling: Telling | null;
  readonly transport: Transport | null;
  readonly node?: NodeFaults;
}

/** What the node cannot do, in its own words; "" and none where all is well. */
export interface NodeFaults {
  readonly storage_error: string;
  readonly journal_error: string;
  readonly release_error: string;
  readonly work_ended: readonly string[];
}

export interface AlertAircraft {
  readonly id: string;
  readonly label: string;
  readonly party: string;
  readonly class: AircraftClass;
  readonly altitude_m: number | null;
  readonly altitude_kind: AltitudeKind;
}

export interface Approach {
  readonly horizontal_m: number;
  readonly vertical_m: number | null;
  readonly closing_mps: number;
  readonly t_in_s: number | null;
  readonly t_out_s: number | null;
  readonly t_cpa_s: number;
  readonly cpa_horizontal_m: number;
  readonly cpa_vertical_m: number | null;
  readonly asked_horizontal_m: number;
  readonly asked_vertical_m: number;
  readonly asked_tau_s: number; // so short a closing time counts as inside; 0 = the distances alone
  readonly horizontal_uncertainty_m: number | null;
  readonly vertical_uncertainty_m: number | null;
  readonly turning: boolean;
  readonly a_cpa: readonly [number, number];
  readonly b_cpa: readonly [number, number];
}

export type Audience = "instruction" | "request" | "information";
export type Dimension = "track" | "speed" | "vertical_speed" | "altitude";
export type Sense = "left" | "right" | "slower" | "faster" | "down" | "up" | "hold";

/** What one aircraft is proposed to do, and how it is told; a dimension of "" proposes nothing. */
export interface Answer {
  readonly audience: Audience;
  readonly dimension: Dimension | "";
  readonly sense: Sense;
  /** Degrees true, m/s or m: the value to fly, and the change, never negative. */
  readonly to: number | null;
  readonly by: number | null;
}

/** One joint answer for a pair, or the reason why none is offered and only the traffic is told. */
export interface Guidance {
  readonly kind: "manoeuvre" | "information";
  readonly reason: string;
  readonly issued_s: number;
  /** The instant the answer is flown from. */
  readonly for_s: number | null;
  readonly good_until_s: number | null;
  /** Least slant separation ahead with both answers flown, and with none. */
  readonly least_m: number | null;
  readonly least_without_m: number | null;
  readonly a: Answer;
  readonly b: Answer;
}

export interface Alert {
  readonly id: string;
  readonly key: string;
  readonly subject: "pair" | "feed" | "peer";
  readonly kind: AlertKind;
  readonly level: Level;
  readonly state: AlertState;
  readonly first_s: number;
  readonly shown_s: number | null;
  readonly a: AlertAircraft | null;
  readonly b: AlertAircraft | null;
  readonly clause: string;
  readonly document: string;
  readonly duplicate: boolean;
  readonly recorded: boolean;
  readonly detail: string;
  readonly acknowledged: null | { readonly by: string; readonly at_s: number };
  readonly shelved: null | { readonly by: string; readonly until_s: number; readonly reason: string };
  readonly supervisor_s: number | null;
  readonly escalated: boolean;
  readonly approach: Approach | null;
  readonly guidance: Guidance | null;
  /** Whom an alert of subject "peer" is about, else "". */
  readonly party: string;
  readonly peer: PeerAnswer | null;
}

export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  readonly mode: Mode;
  readonly now_s: number;
}

export interface AlertsMessage {
  readonly type: "alerts";
  readonly seq: number;
  readonly now_s: number;
  readonly full: boolean;
  readonly alerts: readonly Alert[];
  readonly ended: readonly string[];
}

export type Message = Hello | Picture | AlertsMessage;

/** GET /trails: the last 3 minutes, one row per track, one column per second kept. */
export interface Trails {
  readonly t: readonly number[];
  readonly id: readonly string[];
  readonly lat: readonly (readonly (number | null)[])[];
  readonly lon: readonly (readonly (number | null)[])[];
}

export interface TimelineMark {
  readonly id: string;
  readonly level: Level;
  readonly t_s: number;
  readonly label: string;
}

/** GET /timeline?hours=2 */
export interface Timeline {
  readonly from_s: number;
  readonly to_s: number;
  readonly marks: readonly TimelineMark[];
  readonly gaps: readonly { readonly from_s: number; readonly to_s: number; readonly feed: string }[];
}

/** RFC 9457 problem details. */
export interface Problem {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code?: string;
}
