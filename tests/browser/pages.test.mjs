// What people do with okr-web, in a real browser before a real okrd.
import { after, before, test } from "node:test";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { World } from "./world.mjs";
import { open, visitor } from "./browser.mjs";

let world, browser;

before(async () => {
  world = await World.start("2021-02-10T10:00:00+09:00");
  world.fill();
  browser = await open();
}, { timeout: 120000 });

after(async () => {
  await browser?.close();
  await world?.stop();
});

const paths = () => ["/", "/board", "/weeks", `/week/P-${world.linked}`, `/week/P-${world.side}`, "/monday", "/side", "/month",
  `/kr/KR-${world.kr}`, `/project/P-${world.linked}`, "/help", "/login", "/plan", "/load",
  "/more", "/more/coverage", `/more/why?THING=P-${world.linked}`];

test("an invitation link logs in, and logging out ends it", async () => {
  const page = await visitor(browser, world, null);
  await page.goto(`${world.url}/board`);
  assert.equal(new URL(page.url()).pathname, "/login");
  await page.goto(`${world.url}/join#carol/${world.invite("carol")}`);
  await page.waitForURL(`${world.url}/`);
  await page.getByText("見本キャロル").first().waitFor();
  await page.getByRole("button", { name: "Log out" }).click();
  await page.waitForURL(`${world.url}/login`);
  await page.goto(`${world.url}/board`);
  assert.equal(new URL(page.url()).pathname, "/login");
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test("each page: valid markup, every control has a name, nothing is wider than a phone", async () => {
  for (const who of ["dave", "carol", "root"]) {
    const page = await visitor(browser, world, who, { viewport: { width: 390, height: 800 } });
    for (const path of paths()) {
      await page.goto(world.url + path);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${path} is ${over} px wider than the window`);
      const nameless = await page.evaluate(() => [...document.querySelectorAll("main input, main select, main textarea, button, a")]
        .filter((e) => e.type !== "hidden" && !(e.labels?.length || e.textContent.trim() || e.getAttribute("aria-label")))
        .map((e) => e.outerHTML));
      assert.deepEqual(nameless, [], path);
      const markup = await (await page.request.get(world.url + path)).text();
      const tidy = spawnSync("tidy", ["-q", "-e", "--show-warnings", "yes"], { input: markup, encoding: "utf8" });
      const said = tidy.stderr.split("\n").filter((line) => line && !/"(aria-current|autocapitalize|inputmode)"/.test(line)); // younger than tidy
      assert.deepEqual(said, [], path);
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  }
});

test("text stands out from what is behind it (WCAG 2 AA), by day and by night", async () => {
  for (const colorScheme of ["light", "dark"]) {
    const page = await visitor(browser, world, "carol", { colorScheme });
    for (const path of paths()) {
      await page.goto(world.url + path);
      const faint = await page.evaluate(contrasts);
      assert.deepEqual(faint, [], `${path} ${colorScheme}`);
    }
    await page.context().close();
  }
});

// https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio
function contrasts() {
  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || e.closest("svg") || !e.getClientRects().length) continue;
    const [a, b] = [light(numbers(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(`${e.outerHTML.slice(0, 80)} ${ratio.toFixed(2)}`);
  }
  return faint;
}

test("the week is closed and the next one set with the keyboard alone, and a draft survives a closed tab", async () => {
  const page = await visitor(browser, world, "dave");
  const week = `${world.url}/week/P-${world.linked}`;
  await page.goto(week);
  await page.keyboard.press("Tab"); // "to the content"
  await page.keyboard.press("Enter");
  await page.locator("input[type=radio]").first().focus();
  await page.keyboard.press("Space");               // the first goal: achieved
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");          // the second: missed
  await page.keyboard.press("Tab");
  await page.keyboard.type("the meter broke");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Half of it came <b>late</b>");
  await page.close();

  const again = await page.context().newPage();
  await again.goto(week);
  assert.equal(await again.locator("#look_back").inputValue(), "Half of it came <b>late</b>");
  await again.locator("#next-1").focus();
  await again.keyboard.type("The other half");
  await again.keyboard.press("Control+Enter");
  await again.getByText("closed").first().waitFor();
  assert.match(await again.locator("main").innerText(), /Half of it came <b>late<\/b>/);
  const kept = world.okr("dave", "week", "show", `P-${world.linked}`, { json: true });
  assert.deepEqual(kept.goals.map((goal) => goal.result), ["GOAL_RESULT_ACHIEVED", "GOAL_RESULT_MISSED"]);
  assert.equal(kept.goals[1].reason, "the meter broke");
  await again.goto(`${week}?week=2021-W07`);
  assert.match(await again.locator("main").innerText(), /The other half/);
  assert.equal(await again.locator("#look_back").inputValue(), ""); // the draft is gone
  await page.context().close();
});

test("what was wrong is said, and nothing typed is lost", async () => {
  const page = await visitor(browser, world, "dave");
  await page.goto(`${world.url}/week/P-${world.side}`);
  world.okr("dave", "goal", "add", `P-${world.side}`, "Logs rotate");
  await page.reload();
  await page.getByRole("radio", { name: "missed" }).check();
  await page.locator("#look_back").fill("why is said later");
  await page.getByRole("button", { name: "Close this week" }).click();
  await page.getByRole("alert").waitFor();
  assert.equal(await page.locator("#look_back").inputValue(), "why is said later");
  assert.ok(await page.getByRole("radio", { name: "missed" }).isChecked());
  await page.context().close();
});

test("the second of two who decide one line sees what the first decided", async () => {
  const first = await visitor(browser, world, "bob");
  const second = await visitor(browser, world, "bob");
  for (const page of [first, second]) {
    await page.goto(`${world.url}/side`);
    await page.locator("summary").first().click();
    await page.locator("#reason").first().fill(page === first ? "the first reason" : "the second reason");
  }
  for (const page of [first, second]) await page.getByRole("button", { name: "Decide" }).first().click();
  await first.getByText("the first reason").first().waitFor();
  const alert = second.getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /somebody else/i);
  assert.match(await alert.innerText(), /the first reason/);
  for (const page of [first, second]) await page.context().close();
});

test("a page follows what others change, within a second", async () => {
  const page = await visitor(browser, world, "bob");
  await page.goto(`${world.url}/board`);
  await page.waitForTimeout(500); // until it listens
  const shown = page.getByText("Written elsewhere");
  world.okr("dave", "goal", "add", `P-${world.side}`, "Written elsewhere");
  await shown.waitFor({ timeout: 5000 });
  await page.context().close();
});

test("a day in the past shows what was known then, and can not be changed", async () => {
  const page = await visitor(browser, world, "dave");
  await page.goto(`${world.url}/board?as_of=2021-02-09`);
  assert.match(await page.locator("#problem, .past").first().innerText(), /known|there is no such/i);
  await page.goto(`${world.url}/week/P-${world.side}?as_of=${world.okr(null, "server", "info", { json: true }).revision}`);
  assert.equal(await page.locator("main form").count(), 0);
  assert.match(await page.locator(".past").innerText(), /As it was known on/);
  await page.context().close();
});

test("the board prints on A4: no navigation, no form", async () => {
  const page = await visitor(browser, world, "alice");
  await page.goto(`${world.url}/board`);
  await page.emulateMedia({ media: "print" });
  for (const gone of ["header", "footer"]) assert.ok(!(await page.locator(gone).isVisible()), gone);
  assert.ok((await page.pdf({ format: "A4" })).length > 1000);
  await page.context().close();
});

test("Japanese for a browser that asks for it, and by the switch", async () => {
  const page = await visitor(browser, world, "alice", { locale: "ja-JP" });
  await page.goto(`${world.url}/board`);
  assert.equal(await page.locator("html").getAttribute("lang"), "ja");
  await page.getByRole("link", { name: "ボード" }).waitFor();
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("link", { name: "Board" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/board");
  await page.context().close();
});

test("the pages can be read and the week closed without scripts", async () => {
  const page = await visitor(browser, world, "dave", { javaScriptEnabled: false });
  await page.goto(`${world.url}/week/P-${world.side}`);
  for (const goal of await page.getByRole("radio", { name: "achieved" }).all()) await goal.check();
  await page.locator("#next-1").fill("Logs are searched");
  await page.getByRole("button", { name: "Close this week" }).click();
  await page.waitForLoadState();
  assert.match(await page.locator("main").innerText(), /closed/);
  await page.context().close();
});

test("first load of the board is small", async () => {
  const page = await visitor(browser, world, "alice");
  await page.goto(`${world.url}/board`, { waitUntil: "load" });
  const bytes = await page.evaluate(() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, entry) => sum + entry.transferSize, 0));
  assert.ok(bytes > 5000 && bytes < 100000, `${bytes} bytes`);
  await page.context().close();
});
