// Builds the console into the node's package, so one process serves the page, the API and the stream.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

// `npm run dev` proxies to a running node or to the mock (`npm run mock`).
const node = process.env.AIRPACT_NODE ?? "http://127.0.0.1:8790";

export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: here("../src/airpact/node/console"),
    emptyOutDir: true,
    target: "es2022",
    // MapLibre alone is near 1 MB raw; it is a separate, lazily loaded chunk.
    chunkSizeWarningLimit: 1500,
  },
  server: {
    fs: { allow: [here("..")] },
    proxy: { "/api": { target: node, ws: true } },
  },
});
