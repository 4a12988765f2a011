import { describe, expect, it } from "vitest";
import { judge, type Pulse } from "./pulse";

const alive: Pulse = { frame_ms: 10_000, now_s: 1000, check_ms: 11_900, watchdog: null };

describe("a picture is frozen", () => {
  it("not before two seconds without a frame", () => {
    expect(judge(alive, 11_999)).toBeNull();
  });
  it("after two seconds, since the server time of the last frame", () => {
    expect(judge(alive, 12_000)).toEqual({ since_s: 1000, silent_s: 2 });
  });
  it("at once when the watchdog says so, since the watchdog's time", () => {
    const warned = { ...alive, watchdog: { since_s: 995 } };
    expect(judge(warned, 10_100)).toEqual({ since_s: 995, silent_s: 0 });
  });
  it("not by the first check after the browser slept: frames may wait to be read", () => {
    expect(judge({ ...alive, check_ms: 10_000 }, 12_600)).toBeNull();
    expect(judge({ ...alive, check_ms: 12_600 }, 12_850)).not.toBeNull();
  });
  it("without a time when no frame ever came", () => {
    expect(judge({ ...alive, now_s: null }, 13_000)?.since_s).toBeNull();
  });
});
