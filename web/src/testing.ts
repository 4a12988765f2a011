// Values for the unit tests: a desk and alerts, everybody in them invented.
import type { PeerAnswer, PeerLink } from "./stream/peers";
import type { Alert, Answer, Approach, Desk, Guidance } from "./stream/types";
import { M_PER_FT, M_PER_NM } from "./words/units";

export const NOW_S = 1_795_348_991;

export const DESK: Desk = {
  product_version: "0.1.0",
  mode: "LIVE",
  title: "",
  party: { id: "NAG", name: "Northern Air Group" },
  desk: "desk 2",
  relay_s: 55,
  languages: ["en", "ru"],
  parties: [
    { id: "NAG", name: "Northern Air Group", role: "own" },
    { id: "CTF", name: "Coastal Task Force", role: "peer" },
  ],
  procedures: { title: "Border separation", version: "v3", hash: "7f", status: "unilateral", unchecked: [] },
  unfit: [],
  alert_policy: { supervisor_s: 15, shelve_max_s: 900, rate_limit_per_h: 6, flood_per_10min: 10 },
  view: { lat: 36, lon: 36, span_deg: 2 },
  coverage: [],
  watchdog_port: 0,
  attribution: "",
};

export function approachOf(change: Partial<Approach> = {}): Approach {
  return {
    horizontal_m: 9 * M_PER_NM,
    vertical_m: 0,
    closing_mps: 397,
    t_in_s: NOW_S + 28,
    t_out_s: NOW_S + 56,
    t_cpa_s: NOW_S + 42,
    cpa_horizontal_m: 0.8 * M_PER_NM,
    cpa_vertical_m: 0,
    asked_horizontal_m: 3 * M_PER_NM,
    asked_vertical_m: 1000 * M_PER_FT,
    asked_tau_s: 0,
    horizontal_uncertainty_m: null,
    vertical_uncertainty_m: null,
    turning: false,
    a_cpa: [36, 36],
    b_cpa: [36, 36.1],
    ...change,
  };
}

export function alertOf(id: string, change: Partial<Alert> = {}): Alert {
  return {
    id,
    key: id,
    subject: "pair",
    kind: "predicted",
    level: 3,
    state: "active",
    first_s: NOW_S - 8,
    shown_s: NOW_S - 8,
    a: {
      id: "1",
      label: "HAWK 11",
      party: "NAG",
      class: "fixed",
      altitude_m: 5791,
      altitude_kind: "pressure",
    },
    b: {
      id: "2",
      label: "LANCE 07",
      party: "CTF",
      class: "fixed",
      altitude_m: 5791,
      altitude_kind: "pressure",
    },
    clause: "4.1",
    document: "7f",
    duplicate: false,
    recorded: true,
    detail: "",
    acknowledged: null,
    shelved: null,
    supervisor_s: null,
    escalated: false,
    approach: approachOf(),
    guidance: null,
    party: "",
    peer: null,
    ...change,
  };
}

const TURN: Answer = { audience: "instruction", dimension: "track", sense: "right", to: 70, by: 30 };

export function guidanceOf(change: Partial<Guidance> = {}): Guidance {
  return {
    kind: "manoeuvre",
    reason: "",
    issued_s: NOW_S - 4,
    for_s: NOW_S + 9,
    good_until_s: NOW_S + 44,
    least_m: 3.4 * M_PER_NM,
    least_without_m: 0.8 * M_PER_NM,
    a: TURN,
    b: { ...TURN, audience: "request", to: 259 },
    ...change,
  };
}

export function linkOf(party: string, change: Partial<PeerLink> = {}): PeerLink {
  return {
    party,
    name: `Party ${party}`,
    how: "linked",
    state: "linked",
    since_s: NOW_S - 2227,
    lost_s: null,
    delay_s: 1.2,
    clock_offset_s: 0.3,
    desk: "manned",
    desk_since_s: NOW_S - 9000,
    desk_reason: "",
    presence_s: NOW_S - 660,
    presence_until_s: NOW_S + 1140,
    head_seen_s: NOW_S - 13,
    head_size: 200,
    cosigned_size: 214,
    own_size: 214,
    waiting: 0,
    not_understood: 0,
    doubtful: [],
    refused: 0,
    lifts_open: 0,
    lifts_last_hour: 0,
    ...change,
  };
}

export function peerAnswerOf(change: Partial<PeerAnswer> = {}): PeerAnswer {
  return {
    party: "CTF",
    state: "displayed",
    at_s: NOW_S - 7,
    level: 3,
    withheld: false,
    told_s: NOW_S - 8,
    refused: false,
    ...change,
  };
}
