import { describe, expect, it } from "vitest";
import { createConsole } from "../state/console";
import type { PeerLink } from "../stream/peers";
import { DESK, linkOf } from "../testing";
import { KEYS, keysNow, rowFor } from "./keymap";

function press(key: string, options: KeyboardEventInit & { on?: HTMLElement } = {}) {
  const { on = document.body, ...init } = options;
  const event = new KeyboardEvent("keydown", { key, bubbles: true, ...init });
  let row: ReturnType<typeof rowFor> = null;
  const listen = (seen: Event) => {
    row = rowFor(seen as KeyboardEvent);
  };
  addEventListener("keydown", listen);
  if (on !== document.body) document.body.append(on);
  on.dispatchEvent(event);
  removeEventListener("keydown", listen);
  return (row as ReturnType<typeof rowFor>)?.text ?? null;
}
const made = (tag: string, attributes: Record<string, string> = {}): HTMLElement => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};

describe("a key press", () => {
  it("acknowledges on A, in either case", () => {
    expect(press("a")).toBe("key-acknowledge-long");
    expect(press("A", { shiftKey: true })).toBe("key-acknowledge-long");
  });
  it("works by place in a Cyrillic layout, and only there", () => {
    expect(press("ф", { code: "KeyA" })).toBe("key-acknowledge-long");
    expect(press("q", { code: "KeyA" })).toBeNull();
  });
  it("is left to the browser with a modifier", () => {
    expect(press("a", { ctrlKey: true })).toBeNull();
  });
  it("is left to a field, a dialog, and to Space on a button", () => {
    expect(press("a", { on: made("input") })).toBeNull();
    expect(press("a", { on: made("dialog") })).toBeNull();
    expect(press(" ", { on: made("button") })).toBeNull();
  });
  it("leaves the arrows to a slider but nothing else", () => {
    expect(press("ArrowDown", { on: made("div", { role: "slider" }) })).toBeNull();
    expect(press("a", { on: made("div", { role: "slider" }) })).toBe("key-acknowledge-long");
  });
});

describe("the keys of a page", () => {
  const shown = (peers: readonly PeerLink[], party?: string): string[] => {
    const state = createConsole(DESK, "");
    state.picture.value = { peers } as unknown as NonNullable<typeof state.picture.value>;
    if (party !== undefined) state.page.value = { kind: "peer", party };
    return keysNow(state).map(({ text }) => text);
  };
  it("of a desk without other parties are those of the map alone", () => {
    expect(shown([])).not.toContain("key-peers-long");
    expect(shown([])).toContain("key-rings-long");
  });
  it("never give one key two meanings", () => {
    const voice = linkOf("VFS", { how: "voice", state: "none" });
    for (const party of [undefined, "CTF", "VFS"]) {
      const texts = shown([linkOf("CTF"), voice], party);
      const keys = KEYS.filter(({ text }) => texts.includes(text)).flatMap((row) => row.keys);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
  it("of a connection leave the map alone and always answer an alert", () => {
    const texts = shown([linkOf("CTF")], "CTF");
    expect(texts).toEqual(
      expect.arrayContaining(["key-acknowledge-long", "key-hear-long", "key-aloud-long"]),
    );
    expect(texts).not.toContain("key-rings-long");
  });
  it("offer what was said only for a party by voice", () => {
    const voice = linkOf("VFS", { how: "voice", state: "none" });
    expect(shown([voice], "VFS")).toContain("key-voice-long");
    expect(shown([voice], "VFS")).not.toContain("key-hear-long");
    expect(shown([linkOf("CTF")], "CTF")).not.toContain("key-voice-long");
  });
});
