// Unit tests of the console's pure parts and small components; the browser tests live in tests/browser.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { fs: { allow: [fileURLToPath(new URL("..", import.meta.url))] } }, // the catalogues lie beside web/
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["./vitest.setup.ts"] },
});
