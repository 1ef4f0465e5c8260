// What a page can do more of with a script: parts that follow changes, keys, drafts, the invitation
// link. Every page works without it.

// ---- the invitation: what stands behind '#' was sent to no server -------------------------------
if (location.pathname === "/join" && location.hash.length > 1) {
  const [handle, code] = location.hash.slice(1).split("/");
  const form = document.getElementById("login");
  form.handle.value = decodeURIComponent(handle || "");
  form.code.value = decodeURIComponent(code || "");
  history.replaceState(null, "", "/join");
  if (form.handle.value && form.code.value) form.requestSubmit();
}

// ---- drafts: what was typed survives a closed tab, in this browser alone ------------------------
const drafts = (form) => "draft " + location.pathname + location.search + " " + form.id;
const fields = (form) => [...form.elements].filter((e) => e.name && e.type !== "hidden" && e.name !== "code");

function keepDraft(form) {
  const values = {};
  for (const e of fields(form)) {
    if (e.type !== "radio") values[e.name] = e.value;
    else if (e.checked) values[e.name] = e.value;
  }
  localStorage.setItem(drafts(form), JSON.stringify(values));
}

function takeDraft(form) {
  const kept = localStorage.getItem(drafts(form));
  if (!kept) return;
  const values = JSON.parse(kept);
  for (const e of fields(form)) {
    if (!(e.name in values)) continue;
    if (e.type === "radio") e.checked = e.value === values[e.name];
    else e.value = values[e.name];
  }
}

const kept = () => [...document.querySelectorAll("main form[method=post]")].filter((f) => f.id !== "login");
for (const form of kept()) if (!document.getElementById("problem")) takeDraft(form);
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && kept().includes(form)) keepDraft(form);
});
// Sent: the draft goes when the page that follows is not a refusal of it.
document.addEventListener("submit", (event) => {
  if (kept().includes(event.target)) sessionStorage.setItem("sent", drafts(event.target));
});
const sent = sessionStorage.getItem("sent");
if (sent) {
  sessionStorage.removeItem("sent");
  if (!document.getElementById("problem")) {
    localStorage.removeItem(sent);
    for (const form of kept()) if (drafts(form) === sent) form.reset();
  }
}
document.getElementById("problem")?.scrollIntoView();

// ---- keys ----------------------------------------------------------------------------------------
const places = { h: "/", b: "/board", w: "/weeks", m: "/monday", s: "/side", e: "/month" };
let led = false;
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== "radio";
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.form) {
    event.target.form.requestSubmit();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") location.href = "/help";
  else if (led && places[event.key]) location.href = places[event.key];
  led = event.key === "g";
});

// ---- live: what changed is asked for again, with this visitor's login ------------------------------
const main = document.getElementById("main");

// A form that somebody is at stays as it is.
const busy = () =>
  main.contains(document.activeElement) && document.activeElement.form
  || kept().some((form) => localStorage.getItem(drafts(form)))
  || main.querySelector("details[open]");

async function refresh() {
  if (busy()) return false;
  const answer = await fetch(location.href, { headers: { "X-Part": "main" } });
  if (!answer.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("main");
  if (!fresh || busy()) return false;
  if (fresh.innerHTML !== main.innerHTML) main.innerHTML = fresh.innerHTML;
  main.dataset.revision = fresh.dataset.revision;
  return true;
}

if (main.dataset.live) {
  const kinds = main.dataset.live.split(" ");
  const events = new EventSource("/live?after=" + main.dataset.revision);
  let due = false, running = false;
  const run = async () => {
    if (running) return;
    running = true;
    while (due && !document.hidden) {
      due = false;
      try {
        if (!(await refresh())) break;
      } catch { break; }
    }
    running = false;
  };
  events.addEventListener("change", (event) => {
    const changed = event.data.split(" ");
    if (changed.includes("all") || changed.some((kind) => kinds.includes(kind))) {
      due = true;
      run();
    }
  });
  document.addEventListener("visibilitychange", run);
  addEventListener("pagehide", () => events.close());
}
