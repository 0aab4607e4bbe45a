// What the board can do beside its links and forms, which work without this: keys, changes without a new page, and
// following the ledger. Nothing is kept here that the server does not know.
"use strict";

const main = document.getElementById("main");
const live = document.getElementById("live");
const POLL = 2000;

const say = (text) => { live.textContent = ""; setTimeout(() => { live.textContent = text; }, 50); };
const isField = (element) => element && element.matches("input:not([type=hidden]), select, textarea");

// ---- a new page in the place of the old

// Which details are open, what has the focus: a person's place is not lost when the page changes under them.
const place = () => {
  const focused = document.activeElement;
  const card = focused && focused.closest ? focused.closest(".card") : null;
  return { card: card && card.id, id: focused && focused.id, index: cards().indexOf(card) };
};

const restore = (was) => {
  const known = was.id && document.getElementById(was.id);
  // A field in details that are closed now is there, and cannot have the focus.
  if (known && main.contains(known) && known.checkVisibility()) { known.focus({ preventScroll: true }); return; }
  if (!was.card) return;
  const card = document.getElementById(was.card) || cards()[Math.min(was.index, cards().length - 1)];
  if (card) card.focus({ preventScroll: true });
};

// Puts what a page says into this one. The answer is a page of this board, made by it.
const put = (text, was) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  const next = page.getElementById("main");
  if (!next) return false;
  main.replaceChildren(...next.childNodes);
  main.dataset.version = next.dataset.version || "";
  document.title = page.title;
  restore(was);
  return true;
};

const load = async (address, was) => {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  if (!answer.ok || !put(await answer.text(), was)) throw new Error("no page");
  return answer;
};

// The address as it is to be shown: without what was just done.
const clean = (address) => {
  const url = new URL(address, location.href);
  url.searchParams.delete("did");
  url.searchParams.delete("same");
  url.hash = "";
  return url.pathname + url.search;
};

// ---- forms

const send = async (form, button) => {
  const data = new URLSearchParams(new FormData(form, button));
  const was = place();
  const buttons = form.querySelectorAll("button");
  for (const one of buttons) one.setAttribute("aria-disabled", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data });
    const text = await answer.text();
    if (answer.ok) {
      put(text, was);
      history.replaceState(null, "", clean(answer.url));
      const told = document.getElementById("told");
      if (told) say(told.textContent);
      return;
    }
    // Nothing was done: say why, and show how things stand.
    const page = new DOMParser().parseFromString(text, "text/html");
    const notice = page.getElementById("notice");
    await load(clean(location.href), was);
    show(notice ? notice.textContent : "Nothing was done.");
  } catch (error) {
    show("The board does not answer. Nothing was done, as far as can be told; load the page again.");
  } finally {
    for (const one of buttons) one.removeAttribute("aria-disabled");
  }
};

const show = (text) => {
  const old = document.getElementById("notice");
  if (old) old.remove();
  const notice = document.createElement("p");
  notice.id = "notice";
  notice.className = "notice";
  notice.textContent = text;
  main.prepend(notice);
  notice.scrollIntoView({ block: "nearest" });
  say(text);
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.action.endsWith("/join") || !main.contains(form)) return;
  event.preventDefault();
  if (form.querySelector("button[aria-disabled]")) return;
  send(form, event.submitter);
});

// A choice takes hold at once.
document.addEventListener("change", (event) => {
  const form = event.target.closest("#choices");
  if (form && event.target.matches("select")) form.requestSubmit();
});

// What is opened is written into.
document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.open || !details.closest(".actions")) return;
  const field = details.querySelector("input:not([type=hidden])");
  if (field) { field.focus(); if (field.select) field.select(); }
}, true);

// ---- following the ledger

let waits = false;
const isBusy = () => isField(document.activeElement) && document.activeElement.closest(".card")
  || main.querySelector(".actions details[open]");

const follow = async () => {
  const known = main.dataset.version;
  if (!known || document.hidden || isBusy()) return;
  try {
    const answer = await fetch("/version");
    if (!answer.ok) return;
    const now = await answer.text();
    if (now === main.dataset.version || main.dataset.version !== known || isBusy()) return;
    const flash = document.getElementById("flash");
    await load(location.href, place());
    // What one can still take back stays in sight.
    if (flash && !document.getElementById("flash")) document.getElementById("summary")?.parentElement.before(flash);
    say("The board has changed. " + (document.getElementById("summary")?.textContent || ""));
    waits = false;
  } catch (error) {
    if (!waits) say("The board does not answer.");
    waits = true;
  }
};
setInterval(follow, POLL);
document.addEventListener("visibilitychange", follow);

// ---- keys

const cards = () => [...main.querySelectorAll(".card")];
const current = () => document.activeElement && document.activeElement.closest(".card");

const step = (by) => {
  const all = cards();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + by))];
  if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
};

const press = (selector) => {
  const button = current()?.querySelector(selector);
  if (button) button.click();
};

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  d: () => press("button[value=done]"),
  o: () => press("button[value=open]"),
  x: () => press("button[value=drop]"),
  y: () => press("button[value=yes]"),
  n: () => press("button[value=no]"),
  h: () => press(".hand summary"),
  t: () => press(".date summary"),
  l: () => press("a.line"),
  Enter: () => press("a.what"),
  // What the bar at the top tells of comes before what the card remembers.
  u: () => (document.querySelector("#flash .undo button") || current()?.querySelector(".undo button"))?.click(),
  "/": () => document.getElementById("search")?.focus(),
  "?": () => keys.showModal(),
};

const keys = document.getElementById("keys");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
  const focused = document.activeElement;
  if (event.key === "Escape") {
    const card = current();
    card?.querySelectorAll(".actions details[open]").forEach((one) => { one.open = false; });
    if (card) card.focus(); else if (isField(focused)) focused.blur();
    return;
  }
  if (isField(focused)) return;
  // A button and a link have an Enter of their own.
  if (event.key === "Enter" && !focused.matches(".card")) return;
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});

// ---- the corner

const help = document.getElementById("help");
help.hidden = false;
help.addEventListener("click", () => keys.showModal());

const theme = document.getElementById("theme");
const paint = (value) => {
  if (value) document.documentElement.dataset.theme = value;
  else delete document.documentElement.dataset.theme;
};
try { paint(localStorage.getItem("owed-theme")); } catch (error) { /* A browser may keep nothing. */ }
theme.hidden = false;
theme.addEventListener("click", () => {
  const isDark = document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  const next = isDark ? "light" : "dark";
  paint(next);
  try { localStorage.setItem("owed-theme", next); } catch (error) { /* As above. */ }
});
