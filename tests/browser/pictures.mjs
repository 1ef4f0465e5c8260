// Pictures of okr-web for people: README's two, or with --all each page at three widths, in both
// languages, by day and by night. Asks a running okr-web as somebody of the demo.
import { open } from "./browser.mjs";
import { mkdirSync } from "node:fs";

const { OKR_WEB: url, OKR_WEB_TOKENS: tokens } = process.env;
const [mode, folder] = process.argv.slice(2);
const token = (who) => tokens.split(" ").find((word) => word.startsWith(`${who}=`)).slice(who.length + 1);
const browser = await open();

async function page(who, options) {
  const context = await browser.newContext(options);
  await context.addCookies([{ name: "okr", value: token(who), url }]);
  return context.newPage();
}

if (mode === "--all") {
  const pages = { home: "/", board: "/board", weeks: "/weeks", week: "/week/P-1", monday: "/monday", side: "/side", month: "/month",
    plan: "/plan", load: "/load", more: "/more", ev: "/more/ev", trace: "/more/trace?THING=O-1", people: "/people", kr: "/kr/KR-1", project: "/project/P-1", help: "/help", login: "/login" };
  mkdirSync(folder, { recursive: true });
  for (const who of ["dave", "carol"]) {
    for (const width of [1280, 768, 390]) {
      const own = who === "dave" ? { locale: "en-GB" } : { locale: "ja-JP", colorScheme: width === 768 ? "dark" : "light" };
      const at = await page(who, { viewport: { width, height: 900 }, ...own });
      for (const [name, path] of Object.entries(pages)) {
        await at.goto(url + path);
        await at.screenshot({ path: `${folder}/${name}-${width}-${who}.png`, fullPage: true });
      }
    }
  }
} else {
  for (const name of ["board", "month"]) {
    const at = await page("bob", { viewport: { width: 1100, height: 780 }, locale: "en-GB" });
    await at.goto(`${url}/${name}`);
    await at.screenshot({ path: `${mode}/${name}.png` });
  }
}
await browser.close();
