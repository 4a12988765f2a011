import { afterEach, describe, expect, it, vi } from "vitest";
import { createApi, Refused, signInUrl } from "./api";

const answer = (status: number, body: unknown, type = "application/json") =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": type } });
const keys = (mock: ReturnType<typeof vi.fn>) =>
  mock.mock.calls.map(([, init]) => (init.headers as Record<string, string>)["idempotency-key"]);

afterEach(() => vi.unstubAllGlobals());

describe("a command", () => {
  it("keeps its key while it has no answer and takes a new one after", async () => {
    const fetched = vi
      .fn()
      .mockRejectedValueOnce(new TypeError("network"))
      .mockImplementation(async () => answer(200, {}));
    vi.stubGlobal("fetch", fetched);
    const api = createApi();
    await expect(api.acknowledge("x")).rejects.toThrow("network");
    await api.acknowledge("x");
    await api.acknowledge("x");
    const [first, second, third] = keys(fetched);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
  it("that is refused carries the node's reason", async () => {
    const problem = { title: "Conflict", status: 409, detail: "The encounter is already over." };
    vi.stubGlobal("fetch", async () => answer(409, problem, "application/problem+json"));
    const refused = await createApi()
      .shelve("x", 5, "why")
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect((refused as Refused).message).toBe("The encounter is already over.");
  });
  it("that is refused without words still says the status", async () => {
    vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502 }));
    await expect(createApi().unshelve("a/b")).rejects.toThrow("HTTP 502");
  });
});

describe("a person who is not signed in", () => {
  it("is led to the sign-in page, and back to the same view", async () => {
    const assign = vi.fn();
    vi.stubGlobal("location", { pathname: "/", search: "?text=HAWK", hash: "#/peers/CTF", assign });
    vi.stubGlobal("fetch", async () => answer(401, { title: "Unauthorized", status: 401 }));
    await expect(createApi().peers()).rejects.toThrow("Unauthorized");
    expect(assign).toHaveBeenCalledWith("/sign-in?next=%2F%3Ftext%3DHAWK%23%2Fpeers%2FCTF");
  });
  it("comes back to the root from the root", () => {
    expect(signInUrl({ pathname: "/", search: "", hash: "" })).toBe("/sign-in?next=%2F");
  });
});
