import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const service = process.env["CLINICALNLP_SERVICE"] ?? "http://127.0.0.1:5080";

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: [
      { find: "@", replacement: here("./src") },
      // The tests live outside this package, so what they import by name is looked up from here.
      ...["@testing-library/react", "react", "react-dom", "openapi-typescript"].map((name) => ({
        find: new RegExp(`^${name}(?=/|$)`),
        replacement: here(`./node_modules/${name}`),
      })),
    ],
  },
  build: {
    outDir: here("../ClinicalNlp.Server/wwwroot"),
    emptyOutDir: true,
    // The page loads from the same machine; one readable map is worth more than the bytes it costs.
    sourcemap: true,
    chunkSizeWarningLimit: 900,
  },
  server: {
    port: 5173,
    proxy: { "/v1": service, "/sign-in": service, "/health": service },
    fs: { allow: [here("../..")] },
  },
  test: {
    globals: true,
    environment: "jsdom",
    include: ["**/*.test.{ts,tsx}"],
    dir: here("../../tests/workbench"),
  },
});
