import type { Page } from "@playwright/test";

/** The uploads of a page so far, by their addresses and keys: an attempt that repeats another one is the same. */
export function uploadsOf(page: Page): Set<string> {
  const uploads = new Set<string>();
  page.on("request", (request) => {
    if (/\/files\?name=/.test(request.url())) uploads.add(`${request.url()} ${request.headers()["idempotency-key"]}`);
  });
  return uploads;
}
