import { expect, it } from "vitest";
import { acceptCommand, exportCommand, importCommand } from "./commands";

it("names the folder of the node where the person may know it", () => {
  expect(acceptCommand("/srv/nag", "CTF")).toBe("airpact peer accept --home /srv/nag CTF.card");
  expect(importCommand("")).toBe("airpact peer import --home HOME FILE");
});
it("quotes a folder that a shell would take apart", () => {
  expect(exportCommand("/srv/o'neil desk", "CTF")).toBe(
    "airpact peer export --home '/srv/o'\\''neil desk' CTF",
  );
});
