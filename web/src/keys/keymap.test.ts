import { describe, expect, it } from "vitest";
import { rowFor } from "./keymap";

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
