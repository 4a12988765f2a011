// Unit tests of the console's pure parts and small components; the browser tests live in tests/browser.
import { defineConfig } from "vitest/config";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
