// The review that scripts/browser goes through. Every `check` is printed; one that fails ends the run with exit code 1.
"use strict";

const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const { ADDRESS, CHROMIUM, OWED, PROJECT, SHOTS } = process.env;
const BOARD = `${ADDRESS}/board?series=mapleaf-wg`;
const SIZES = { phone: [390, 844], laptop: [1366, 768], projector: [1920, 1080] };

const owed = (...args) => execFileSync(OWED, args, { cwd: PROJECT, encoding: "utf8" });
const item = (id) => JSON.parse(owed("show", id, "--format", "json"));

let failed = 0;
const check = (what, is) => {
  console.log(`${is ? "ok    " : "FAILED"}  ${what}`);
  if (!is) failed += 1;
};

const away = [];
const complaints = [];
const watch = (context) => {
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (!["file:", "data:"].includes(url.protocol) && url.origin !== ADDRESS) away.push(request.url());
  });
  context.on("console", (message) => {
    // A refusal is an answer, not a fault of the page.
    const isRefusal = message.text().includes("409");
    if (message.type() === "error" && !isRefusal) complaints.push(message.text());
  });
  context.on("weberror", (error) => complaints.push(error.error().message));
};

const opened = async (browser, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, ...options });
  watch(context);
  return context.newPage();
};

// Waits until the page says that something was done; where it does not, tells what it says instead.
const settled = (page, text) => page.waitForFunction(
  (words) => document.getElementById("told")?.textContent.includes(words), text, { timeout: 5000 },
).catch(async () => {
  const said = await page.locator("#told, #notice").allTextContents();
  throw new Error(`"${text}" was waited for, and the page says: ${said.join(" / ") || "nothing"}`);
});

const focused = (page) => page.evaluate(() => document.activeElement?.closest(".card")?.id || "");

async function keyboard(page) {
  await page.goto(BOARD);
  const start = await page.locator("#summary").textContent();
  // Past the proposals, to the first item.
  do await page.keyboard.press("j"); while (!(await focused(page)).startsWith("i-"));
  const card = await focused(page);
  const id = card.slice(2);
  await page.keyboard.press("d");
  await settled(page, "Done");
  check("d: done in the ledger", item(id).state === "done");
  check("d: the card stays in its place, struck through", await page.locator(`#${card}.closed`).count() === 1);
  check("d: the focus stays on the card", await focused(page) === card);
  check("d: the change is announced", (await page.waitForFunction(() => document.getElementById("live").textContent)) !== null);
  check("d: the address says nothing of it", page.url() === BOARD);
  await page.keyboard.press("u");
  await settled(page, "Taken back");
  check("u: open in the ledger", item(id).state === "open");
  check("u: counts as before", await page.locator("#summary").textContent() === start);

  await page.keyboard.press("h");
  await page.waitForFunction(() => document.activeElement?.name === "owners");
  await page.keyboard.type("Dana West, Goran Berg");
  await page.keyboard.press("Enter");
  await settled(page, "Handed over");
  check("h: other owners in the ledger", item(id).owners.join() === "Dana West,Goran Berg");
  check("h: the item goes to its new owners", await page.locator("h2", { hasText: "Dana West, Goran Berg" }).count() === 1);
  check("h: the focus goes with it", await focused(page) === card);

  await page.keyboard.press("t");
  await page.waitForFunction(() => document.activeElement?.name === "due");
  await page.locator(`#${card} input[name=due]`).fill("2024-10-11");
  await page.keyboard.press("Enter");
  await settled(page, "Due 11 Oct");
  check("t: the new date in the ledger", item(id).due_date === "2024-10-11");

  await page.keyboard.press("j");
  const next = (await focused(page)).slice(2);
  await page.keyboard.press("x");
  await settled(page, "Dropped");
  check("x: dropped in the ledger", item(next).state === "dropped");
  await page.keyboard.press("j");
  const third = (await focused(page)).slice(2);
  await page.keyboard.press("o");
  await settled(page, "Still open");
  check("o: looked at, and open", item(third).state === "open" && await page.locator(`#i-${third}.looked`).count() === 1);
  check("o: progress is told", (await page.locator(".progress label").textContent()).startsWith("3 of"));

  await page.keyboard.press("?");
  check("?: the keys", await page.locator("#keys").isVisible());
  await page.keyboard.press("Escape");
  check("Esc: closes them", !await page.locator("#keys").isVisible());
  return { handed: id, dropped: next };
}

async function proposals(page) {
  await page.goto(BOARD);
  const first = page.locator(".card.proposal").first();
  const asked = page.locator(`#${await first.getAttribute("id")}`);
  check("proposals come first, each with two quotes", await first.locator("blockquote").count() === 2);
  await page.keyboard.press("j");
  await page.keyboard.press("n");
  await settled(page, "Answered no");
  check("n: it waits no longer", await asked.count() === 0);
  await page.keyboard.press("u");
  await settled(page, "Taken back");
  check("u: it waits again", await asked.count() === 1);
  await asked.getByRole("button", { name: "The same" }).click();
  await settled(page, "Taken for the same");
  check("The same: they are one item", await asked.count() === 0);
}

async function filters(page) {
  await page.goto(BOARD);
  const all = await page.locator(".card:not(.proposal)").count();
  await Promise.all([page.waitForURL(/owner=danaw/), page.locator("select[name=owner]").selectOption("danaw")]);
  const some = await page.locator(".card:not(.proposal)").count();
  check("owner: fewer items, all of one person", some > 0 && some < all && await page.locator(".group:not(.asks) h2").count() === 1);
  await Promise.all([page.waitForURL((url) => !url.search.includes("owner=danaw")), page.locator("select[name=owner]").selectOption("")]);
  await page.locator("body").press("/");
  await page.keyboard.type("sprite");
  await Promise.all([page.waitForURL(/q=sprite/), page.keyboard.press("Enter")]);
  check("search: the items with the word", await page.locator(".card:not(.proposal)").count() > 0
    && (await page.locator(".card .what").allTextContents()).every((text) => text.includes("sprite")));
  await Promise.all([page.waitForURL(/by=need/), page.locator("select[name=by]").selectOption("need")]);
  await Promise.all([page.waitForURL(/state=dropped/), page.locator("select[name=state]").selectOption("dropped")]);
  check("state: what was dropped", page.url().includes("q=sprite"));
}

async function live(browser) {
  const page = await opened(browser);
  await page.goto(BOARD);
  const card = page.locator(".card:not(.proposal):not(.closed)").last();
  const id = (await card.getAttribute("id")).slice(2);
  owed("done", id, "--why", "told on the telephone");
  await page.waitForFunction((id) => !document.getElementById(id), `i-${id}`, { timeout: 8000 });
  check("a command in a terminal shows on the board by itself", true);
  await page.context().close();
  return id;
}

async function withoutScript(browser) {
  const one = await opened(browser, { javaScriptEnabled: false });
  const two = await opened(browser, { javaScriptEnabled: false });
  await one.goto(BOARD);
  await two.goto(BOARD);
  const card = one.locator(".card:not(.proposal):not(.closed):not(.looked)").first();
  const id = (await card.getAttribute("id")).slice(2);
  await card.getByRole("button", { name: "Done", exact: false }).first().click();
  const told = await one.locator("#told").textContent();
  check("without a script: done", told.startsWith("Done") && item(id).state === "done");
  // The other one still shows it open.
  const other = two.locator(`#i-${id}`);
  await other.locator("summary", { hasText: "Hand over" }).click();
  await other.locator("input[name=owners]").fill("Priya Rao");
  await other.locator("button[value=owners]").click();
  const notice = await two.locator("#notice").textContent();
  check("two at once: the later one is told, nothing is overwritten",
    notice.includes("changed since")
      && item(id).state === "done" && item(id).owners.join() !== "Priya Rao");
  await one.locator("#flash").getByRole("button", { name: "Undo" }).click();
  await one.locator("#told", { hasText: "Taken back" }).waitFor();
  check("without a script: undone", item(id).state === "open");
  await one.goto(BOARD);
  await Promise.all([one.waitForURL(/note/), one.locator(".card a.line").first().click()]);
  check("a quote leads to its line", await one.locator("li:target").count() === 1);
  for (const page of [one, two]) await page.context().close();
}

async function accessible(browser, pages) {
  for (const [name, address] of Object.entries(pages)) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await opened(browser, { colorScheme });
      await page.goto(address);
      await page.locator("details").evaluateAll((all) => all.slice(0, 6).forEach((one) => { one.open = true; }));
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      for (const { id, help, nodes } of violations) console.log(`        ${id}: ${help}: ${nodes[0].html.slice(0, 160)}`);
      check(`axe-core: ${name}, ${colorScheme}`, violations.length === 0);
      await page.context().close();
    }
  }
}

async function pictures(browser, pages) {
  for (const [name, address] of Object.entries(pages)) {
    for (const [size, [width, height]] of Object.entries(SIZES)) {
      for (const colorScheme of ["light", "dark"]) {
        const page = await opened(browser, { viewport: { width, height }, colorScheme });
        await page.goto(address);
        const over = await page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
        if (colorScheme === "light") check(`nothing sticks out: ${name}, ${size}`, over <= 0);
        await page.screenshot({ path: path.join(SHOTS, `${name}-${size}-${colorScheme}.png`) });
        await page.context().close();
      }
    }
  }
}

(async () => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
  const page = await opened(browser);
  const { handed, dropped } = await keyboard(page);
  await proposals(page);
  await filters(page);
  const done = await live(browser);
  await withoutScript(browser);

  fs.writeFileSync(path.join(PROJECT, "notes/mapleaf-wg/2024-10-03.md"), "# Mapleaf 2024-10-03\n\n## Agenda\n\n");
  const block = owed("agenda", "notes/mapleaf-wg/2024-10-03.md");
  check("the block has what was handed over, with its new owners and date",
    block.includes(handed) && block.includes("Dana West") && block.includes("11 Oct"));
  check("the block lacks what was dropped, and has what is done at most as done",
    !block.includes(dropped) && !new RegExp(`\\[ \\][^\\n]*${done}`).test(block));
  owed("report", "--out", "report.html");

  const pages = {
    overview: `${ADDRESS}/`,
    board: BOARD,
    need: `${ADDRESS}/board?by=need`,
    item: `${ADDRESS}/item/${handed}`,
    note: `${ADDRESS}/note?path=notes%2Fmapleaf-wg%2F2024-09-19.md&line=61#L61`,
    report: `file://${PROJECT}/report.html`,
  };
  await accessible(browser, pages);
  await pictures(browser, pages);
  check("no request leaves the machine", away.length === 0);
  for (const url of away) console.log(`        ${url}`);
  check("the browser has nothing to complain of", complaints.length === 0);
  for (const text of complaints) console.log(`        ${text}`);
  await browser.close();
  console.log(`\nscreenshots: ${SHOTS}`);
  console.log(failed ? `${failed} checks FAILED` : "all checks passed");
  process.exit(failed ? 1 : 0);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
