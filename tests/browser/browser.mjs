// Chromium, as the system has it, without what it does besides showing pages.
import { chromium } from "playwright-core";

export function open() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
}

// A visitor of their own, logged in by cookie. What the page's console says against it fails the test.
export async function visitor(browser, world, handle, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", ...options });
  if (handle) await context.addCookies([{ name: "okr", value: world.token(handle), url: world.url }]);
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of (4\d\d|503)/.test(message.text())) page.complaints.push(message.text());
  });
  return page;
}
