/**
 * The pages as static files that the head-end and the gateway serve. The service worker keeps the shell only: an answer of
 * the API that came from a cache would look live, so everything but the pages' own files stays out of its reach.
 */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

/** Answered by the server, always: the API, and the address that hands a token over. */
const served = [/^\/api\//, /^\/openapi\.json/, /^\/healthz/, /^\/metrics/, /[?&]token=/];

export default defineConfig(({ mode }) => ({
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: { conditions: ["csj-source", "module", "browser", mode === "production" ? "production" : "development"] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 200 },
  server: { host: "127.0.0.1", proxy: { "/api": process.env["CSJ_API"] ?? "http://127.0.0.1:8080" } },
  plugins: [
    VitePWA({
      registerType: "autoUpdate",
      injectRegister: "script-defer",
      manifest: {
        name: "CSJ Smart Meters",
        short_name: "Meters",
        description: "What a home takes, makes and may send to the grid, half-hour by half-hour",
        start_url: "/",
        display: "standalone",
        background_color: "#f7f5f0",
        theme_color: "#f7f5f0",
        icons: [
          { src: "/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
          { src: "/icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any maskable" },
        ],
      },
      workbox: {
        globPatterns: ["**/*.{js,css,html,svg,png}"],
        navigateFallback: "/index.html",
        navigateFallbackDenylist: served,
        cleanupOutdatedCaches: true,
      },
    }),
  ],
}));
