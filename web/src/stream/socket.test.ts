import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Handlers, openStream, SIGNED_OUT } from "./socket";

class FakeSocket {
  static readonly opened: FakeSocket[] = [];
  onclose: (event: { code: number }) => void = () => {};
  constructor(readonly url: string) {
    FakeSocket.opened.push(this);
  }
}

const PAGE = new URL("http://nag.localhost:8790/");
const handlers = () => ({
  message: vi.fn(),
  open: vi.fn(),
  lost: vi.fn(),
  signedOut: vi.fn(),
  unreadable: vi.fn(),
  since: () => null,
});

beforeEach(() => {
  FakeSocket.opened.length = 0;
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function closed(code: number): ReturnType<typeof handlers> {
  const given = handlers();
  openStream(PAGE, given satisfies Handlers);
  FakeSocket.opened[0]?.onclose({ code });
  vi.runAllTimers();
  return given;
}

it("opens again when the connection is lost", () => {
  const { lost, signedOut } = closed(1006);
  expect(FakeSocket.opened).toHaveLength(2);
  expect(lost).toHaveBeenCalledWith(1);
  expect(signedOut).not.toHaveBeenCalled();
});
it("asks to sign in, once, when the node ends it because the session is over", () => {
  const { lost, signedOut } = closed(SIGNED_OUT);
  expect(FakeSocket.opened).toHaveLength(1);
  expect(signedOut).toHaveBeenCalledOnce();
  expect(lost).not.toHaveBeenCalled();
});
