// The page at "/" in Chromium, against the real program.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, visit as visitWith } from "./support/visitor.mjs";
import { apiKey, eventually, Gateway, withGateway } from "../sdk/support/gateway.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());
const visit = (options) => visitWith(browser, options);

const signedIn = (page) => page.locator("#studio").waitFor();
const pictures = (page) => page.locator(".job").first().locator(".tile img");

const tab = (page, title) => page.getByRole("navigation").getByRole("link", { name: title }).click();

async function draw(page, prompt) {
  await page.getByLabel("What should be drawn?").fill(prompt);
  await page.getByRole("button", { name: "Draw", exact: true }).click();
}

describe("the page", () => {
  let gateway;
  let visitor;
  let page;
  before(async () => {
    gateway = await Gateway.start();
  });
  after(() => gateway.stop());
  beforeEach(async () => {
    visitor = await visit();
    page = visitor.page;
  });
  afterEach(async () => {
    await visitor.context.close();
    assert.deepEqual(visitor.complaints, []);
  });

  test("the link's fragment signs in, leaves the address, and lasts for the tab only", async () => {
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    assert.equal(page.url(), gateway.url("/"));
    assert.deepEqual(await page.evaluate(() => [sessionStorage.getItem("key"), localStorage.getItem("key")]), [apiKey, null]);
    await page.reload();
    await signedIn(page);
  });

  test("a typed key can be remembered and forgotten", async () => {
    await page.goto(gateway.url("/"));
    const field = page.getByLabel("API key");
    assert.equal(await field.getAttribute("type"), "password");
    await field.fill(apiKey);
    await page.getByLabel("Remember on this device").check();
    await page.getByRole("button", { name: "Sign in" }).click();
    await signedIn(page);
    assert.equal(await page.evaluate(() => localStorage.getItem("key")), apiKey);
    await page.getByRole("button", { name: "Sign out" }).click();
    await field.waitFor();
    assert.deepEqual(await page.evaluate(() => [sessionStorage.getItem("key"), localStorage.getItem("key")]), [null, null]);
  });

  test("who signs out leaves nothing behind for the next", async () => {
    const secret = "a garden nobody else may see";
    await page.route("**/v1/jobs?limit=50", (route) =>
      route.fulfill({ json: { object: "list", data: [], next: "where-the-list-goes-on" } }));
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    await page.getByText("More", { exact: true }).click();
    await page.getByLabel("Seed").fill("4711");
    await page.getByRole("spinbutton", { name: "How many pictures" }).fill("2");
    await page.getByLabel("16:9").check();
    await draw(page, secret);
    await pictures(page).nth(1).waitFor();
    await page.unroute("**/v1/jobs?limit=50");

    // A question that is answered too late.
    let answer;
    const isTime = new Promise((resolve) => answer = resolve);
    const answered = new Promise((resolve) => page.route("**/v1/library?*", async (route) => {
      await isTime;
      await route.continue().catch(() => {});
      resolve();
    }));
    const asked = page.waitForRequest("**/v1/library?*");
    await tab(page, "Library");
    await asked;
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("API key").waitFor();
    answer();
    await answered;
    await page.unroute("**/v1/library?*");

    const left = () => page.evaluate(() => ({
      stored: Object.keys(sessionStorage).filter((name) => name !== "language"),
      form: ["prompt", "negative", "seed", "search"].map((id) => document.getElementById(id).value).join(""),
      pictures: document.querySelectorAll("#jobs img, #pictures img, #job-list img").length,
    }));
    assert.deepEqual(await left(), { stored: [], form: "", pictures: 0 });
    assert.equal((await page.content()).includes(secret), false);

    await page.route("**/v1/jobs?limit=50", (route) => route.fulfill({ json: { object: "list", data: [], next: null } }));
    await page.getByLabel("API key").fill(apiKey);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.locator("#app").waitFor();
    await tab(page, "Jobs");
    await page.getByRole("heading", { name: "No jobs" }).waitFor();
    assert.equal(await page.locator("#older-jobs").isVisible(), false);
    await tab(page, "Draw");
    assert.equal(await page.getByLabel("What should be drawn?").inputValue(), "");
    assert.equal(await page.getByRole("spinbutton", { name: "How many pictures" }).inputValue(), "1");
    assert.equal(await page.getByLabel("1:1").isChecked(), true);
  });

  test("a wrong key is told so", async () => {
    await page.goto(gateway.url("/#key=sk-test-wrong"));
    await page.getByRole("alert").filter({ hasText: "This key was not accepted." }).waitFor();
    assert.equal(await page.locator("#studio").isVisible(), false);
    assert.equal(await page.evaluate(() => sessionStorage.getItem("key")), null);
  });

  test("model, style, size, count and seed come out as pictures of that size", async () => {
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    await page.getByLabel("Model").selectOption("dreamifly-sdxl");
    await page.getByLabel("Style").selectOption({ label: "Oil Painting" });
    await page.getByLabel("16:9").check();
    await page.getByRole("button", { name: "More pictures" }).click();
    await page.getByRole("button", { name: "More pictures" }).click();
    await page.getByText("More", { exact: true }).click();
    await page.getByLabel("Seed").fill("4711");
    const sent = page.waitForRequest((request) => request.url().endsWith("/v1/images/generations"));
    await draw(page, "a harbour at night");
    assert.deepEqual((await sent).postDataJSON(), {
      model: "dreamifly-sdxl", prompt: "a harbour at night", size: "1368x768", n: 3, response_format: "b64_json",
      style: "油画", seed: 4711,
    });

    await pictures(page).nth(2).waitFor();
    assert.equal(await pictures(page).count(), 3);
    const sizes = await pictures(page).evaluateAll((nodes) =>
      Promise.all(nodes.map((node) => node.decode().then(() => `${node.naturalWidth}x${node.naturalHeight}`))));
    assert.deepEqual(sizes, Array(3).fill("1368x768"));
    await page.getByRole("status").filter({ hasText: "3 pictures are ready" }).waitFor({ state: "attached" });
    await page.getByText("seed 4711").waitFor();
  });

  test("a picture can be downloaded, enlarged and drawn again from its seed", async () => {
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    await draw(page, "a harbour at night");
    await pictures(page).waitFor();

    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download" }).click()]);
    assert.match(download.suggestedFilename(), /^[a-z0-9]{26}\.png$/);
    const bytes = await readFile(await download.path());
    assert.equal(bytes.toString("latin1", 1, 4), "PNG");
    assert.equal(bytes.readUInt32BE(16), 1024);

    await page.getByRole("button", { name: "Open picture 1" }).click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    const shown = await page.locator(".facts").innerText();
    await page.getByRole("button", { name: "Reuse seed" }).click();
    assert.match(shown, new RegExp(`^seed ${await page.getByLabel("Seed").inputValue()} · 1024 × 1024$`));
  });

  test("the language follows the browser, and the switch remembers", async () => {
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    await draw(page, "a harbour at night");
    await pictures(page).waitFor();
    await page.getByRole("button", { name: "中文" }).click();
    await page.getByRole("button", { name: "开始绘制" }).waitFor();
    await page.getByRole("link", { name: "下载" }).waitFor();
    assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
    assert.equal(await page.getByLabel("风格").locator("option").nth(3).innerText(), "油画");
    await page.reload();
    await page.getByRole("button", { name: "开始绘制" }).waitFor();

    const chinese = await visit({ locale: "zh-CN" });
    await chinese.page.goto(gateway.url("/"));
    await chinese.page.getByLabel("API 密钥").waitFor();
    await chinese.context.close();
    assert.deepEqual(chinese.complaints, []);
  });

  test("what is written stays text", async () => {
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    const evil = "<img src=x onerror=alert(1)><b>bold</b>";
    await draw(page, evil);
    await pictures(page).waitFor();
    assert.equal(await page.locator(".job-prompt").innerText(), evil);
    assert.equal(await page.locator(".job-prompt *").count(), 0);
  });

  test("an unmade wish survives a reload", async () => {
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    await page.getByLabel("What should be drawn?").fill("half a thought");
    await page.getByLabel("2:3").check();
    await page.reload();
    await signedIn(page);
    assert.equal(await page.getByLabel("What should be drawn?").inputValue(), "half a thought");
    assert.equal(await page.getByLabel("2:3").isChecked(), true);
  });

  test("it can be used with the keyboard alone", async () => {
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    await page.keyboard.type("a harbour at night"); // the prompt has the focus
    await page.keyboard.press("Control+Enter");
    await pictures(page).waitFor();
  });

  test("the demo says that it is one", async () => {
    await page.goto(gateway.url("/"));
    await page.getByText(/^Demo: /).waitFor();
  });

  for (const width of [360, 390, 768, 1280]) {
    test(`nothing overflows at ${width} pixels`, async () => {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await draw(page, "averyveryveryveryveryveryveryveryveryveryveryverylongwordwithoutanyspaces ".repeat(3));
      await pictures(page).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    });
  }

  test("no request leaves the gateway", async () => {
    const hosts = new Set();
    page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith("http")) hosts.add(host);
    });
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    await draw(page, "a harbour at night");
    await pictures(page).waitFor();
    assert.deepEqual([...hosts], [new URL(gateway.origin).host]);
  });
});

describe("the page when things go wrong", () => {
  test("a refusal is told plainly, with the request's id, and can be tried again", async () => {
    await withGateway({ MAX_QUEUED_BYTES: "1MB" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.route("**/v1/images/generations", (route) => route.fulfill({
        status: 503, headers: { "x-request-id": "req_of_the_test", "retry-after": "7", "content-type": "application/json" },
        body: JSON.stringify({ error: { message: "all places are taken", type: "server_error", param: null, code: "queue_full" } }),
      }));
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await draw(page, "a harbour at night");
      const shown = await page.locator(".problem:visible").innerText();
      for (const part of ["The queue is full", "all places are taken", "req_of_the_test", "7 s"]) assert.ok(shown.includes(part), shown);
      await page.unroute("**/v1/images/generations");
      await page.getByRole("button", { name: "Try again" }).click();
      await pictures(page).waitFor();
      await context.close();
      assert.deepEqual(complaints, []);
    });
  });

  test("a failure is told plainly, and can be tried again", async () => {
    await withGateway({ DEMO_FAILURE_RATE: "1" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await draw(page, "a harbour at night");
      const shown = await page.locator(".problem:visible").innerText();
      const { data: [{ error }] } = await (await gateway.fetch("/v1/jobs")).json();
      assert.ok(shown.includes(error.message), shown);
      await page.getByRole("button", { name: "Try again" }).first().waitFor();
      await context.close();
      assert.deepEqual(complaints, []);
    });
  });

  test("pictures that failed stand beside those that were made", async () => {
    await withGateway({ DEMO_FAILURE_RATE: "0.5" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await page.getByRole("spinbutton", { name: "How many pictures" }).fill("8");
      await page.getByText("More", { exact: true }).click();
      await page.getByLabel("Seed").fill("1");
      await draw(page, "a lighthouse in the fog");
      await pictures(page).first().waitFor();
      const { data: [{ result: { data, errors } }] } = await (await gateway.fetch("/v1/jobs")).json();
      assert.ok(data.length > 0 && errors.length > 0);
      const made = await page.locator(".tile").evaluateAll((tiles) => tiles.map((tile) => tile.querySelector("img") !== null));
      const lost = new Set(errors.map((error) => error.index));
      assert.deepEqual(made, Array.from({ length: 8 }, (_, index) => !lost.has(index)));
      await page.locator(".tile .problem").filter({ hasText: errors[0].message }).first().waitFor();
      await context.close();
      assert.deepEqual(complaints, []);
    });
  });

  test("Cancel ends what waits, and keeps what was being drawn", async () => {
    await withGateway({ DEMO_DELAY_MS: "1500" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await page.getByRole("spinbutton", { name: "How many pictures" }).fill("10");
      await draw(page, "a harbour at night");
      await page.locator(".state.running").first().waitFor();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("the rest is cancelled").waitFor();
      await pictures(page).first().waitFor();
      assert.ok(await pictures(page).count() < 10);
      await context.close();
      assert.deepEqual(complaints, []);
    });
  });

  test("a reload in the middle loses nothing, and the place in line is shown", async () => {
    await withGateway({ DEMO_DELAY_MS: "1500" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await page.getByRole("spinbutton", { name: "How many pictures" }).fill("4");
      await draw(page, "the first in line");
      await draw(page, "the second in line");
      await page.locator(".state.running").first().waitFor();
      await page.reload();
      await signedIn(page);
      await page.locator(".job").filter({ hasText: "the first in line" }).locator(".state.running").waitFor();
      const second = page.locator(".job").filter({ hasText: "the second in line" });
      await second.locator(".state").filter({ hasText: /Waiting · (next in line|place \d+ of \d+)/ }).waitFor();
      assert.equal(await page.locator("#job-count").innerText(), "2");
      await tab(page, "Jobs");
      assert.equal(await page.locator(".row").count(), 2);
      await tab(page, "Draw");
      await second.locator(".tile img").nth(3).waitFor();
      assert.equal(await page.locator(".job .tile img").count(), 8);
      assert.equal(await page.locator("#job-count").isVisible(), false);
      await context.close();
      assert.deepEqual(complaints, []);
    });
  });

  test("without the stream of events the jobs are asked for, and a gateway that is away is told", async () => {
    await withGateway({ DEMO_DELAY_MS: "500" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.route("**/v1/events", (route) => route.abort());
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await draw(page, "a harbour at night");
      await pictures(page).waitFor();

      await page.route("**/v1/jobs?*", (route) => route.abort());
      await page.getByText("Not connected. Trying again…").waitFor();
      await page.unroute("**/v1/jobs?*");
      await page.unroute("**/v1/events");
      await page.getByText("Not connected. Trying again…").waitFor({ state: "hidden" });
      await draw(page, "a lighthouse");
      await page.locator(".job .tile img").nth(1).waitFor();
      await context.close();
      assert.deepEqual(complaints, []);
    });
  });

  test("where nothing is kept the picture still comes", async () => {
    await withGateway({ STORE_PICTURES: "off" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await draw(page, "a harbour at night");
      await pictures(page).waitFor();
      await tab(page, "Library");
      await page.getByRole("heading", { name: "No pictures yet" }).waitFor();
      await context.close();
      assert.deepEqual(complaints, []);
    });
  });

  test("two presses are two pictures", async () => {
    await withGateway({ DEMO_DELAY_MS: "500" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await draw(page, "a harbour at night");
      await draw(page, "a harbour at night");
      await page.locator(".tile img").nth(1).waitFor();
      const seeds = await page.locator(".facts span").allInnerTexts();
      assert.equal(new Set(seeds).size, 2);
      await context.close();
      assert.deepEqual(complaints, []);
    });
  });
});

describe("the library", () => {
  let gateway;
  let visitor;
  let page;
  const tiles = () => page.locator(".card-tile");
  const count = (n) => page.waitForFunction((wanted) => document.querySelectorAll(".card-tile").length === wanted, n);
  before(async () => {
    gateway = await Gateway.start();
    for (const [prompt, seed] of [["a red fox", 1], ["雪地里的狐狸", 2], ["a lighthouse", 3]]) {
      const body = JSON.stringify({ prompt, seed, size: "512x768", style: "油画", response_format: "b64_json" });
      const answer = await gateway.fetch("/v1/images/generations", { method: "POST", body, headers: { "content-type": "application/json" } });
      assert.equal(answer.status, 200);
    }
    await eventually("three rows", async () => (await (await gateway.fetch("/v1/library")).json()).data.length === 3);
  });
  after(() => gateway.stop());
  beforeEach(async () => {
    visitor = await visit();
    page = visitor.page;
    await page.goto(gateway.url(`/#key=${apiKey}`));
    await signedIn(page);
    await tab(page, "Library");
    await count(3);
  });
  afterEach(async () => {
    await visitor.context.close();
    assert.deepEqual(visitor.complaints, []);
  });

  test("shows thumbnails, and stays there over a reload", async () => {
    const sizes = () => page.locator(".card-tile img").evaluateAll((nodes) =>
      Promise.all(nodes.map((node) => node.decode().then(() => `${node.naturalWidth}x${node.naturalHeight}`))));
    assert.deepEqual(await sizes(), Array(3).fill("341x512"));
    await page.reload();
    await count(3);
    assert.equal(new URL(page.url()).hash, "#library");
    assert.equal(await page.locator("#studio").isVisible(), false);
  });

  test("finds Chinese prompts, and says when nothing matches", async () => {
    await page.getByRole("searchbox").fill("狐狸");
    await count(1);
    await page.getByRole("searchbox").fill("no such thing");
    await page.getByRole("heading", { name: "Nothing matches" }).waitFor();
    await page.getByRole("button", { name: "Clear filters" }).click();
    await count(3);
  });

  test("marks favourites", async () => {
    await tiles().first().getByRole("button", { name: "Favourite" }).click();
    await tiles().first().getByRole("button", { name: "No longer a favourite" }).waitFor();
    await page.getByLabel("Favourites").check();
    await count(1);
    await tiles().first().getByRole("button", { name: "No longer a favourite" }).click();
    await page.getByLabel("Favourites").uncheck();
    await count(3);
    await page.waitForFunction(() => !document.querySelector('.heart[aria-pressed="true"]'));
  });

  test("tells how a picture was made, and makes the same form again", async () => {
    await tiles().nth(2).getByRole("button", { name: "Open picture 3" }).click();
    const details = page.getByRole("dialog");
    for (const fact of ["a red fox", "512 × 768", "Oil Painting", "PNG"]) await details.getByText(fact).first().waitFor();
    await page.keyboard.press("ArrowLeft");
    await details.getByText("雪地里的狐狸").first().waitFor();
    await page.keyboard.press("ArrowRight");
    const [download] = await Promise.all([page.waitForEvent("download"), details.getByRole("link", { name: "Download" }).click()]);
    assert.equal((await readFile(await download.path())).toString("latin1", 1, 4), "PNG");
    await details.getByRole("button", { name: "Use again" }).click();
    await page.getByLabel("What should be drawn?").waitFor();
    assert.equal(await page.getByLabel("What should be drawn?").inputValue(), "a red fox");
    assert.equal(await page.getByLabel("Style").inputValue(), "油画");
  });

  test("deletes, and takes it back", async () => {
    await tiles().first().getByRole("button", { name: "Open picture 1" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Picture deleted").waitFor();
    await count(2);
    await page.reload();
    await count(2);
    const { data } = await (await gateway.fetch("/v1/library")).json();
    assert.equal(data.length, 2);

    await tiles().first().getByRole("button", { name: "Open picture 1" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await count(1);
    await page.getByRole("button", { name: "Undo" }).click();
    await count(2);
    // A new picture takes the place of the one that went.
    await tab(page, "Draw");
    await draw(page, "a lighthouse");
    await pictures(page).waitFor();
    await tab(page, "Library");
    await count(3);
  });

  test("packs a selection", async () => {
    await page.getByRole("button", { name: "Select" }).click();
    await tiles().nth(0).getByRole("button").first().click();
    await tiles().nth(1).getByRole("button").first().click();
    await page.getByText("2 selected").waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download as zip" }).click()]);
    assert.equal(download.suggestedFilename(), "pictures.zip");
    const zip = await readFile(await download.path());
    assert.equal(zip.toString("latin1", 0, 2), "PK");
    assert.equal(zip.readUInt16LE(zip.length - 12), 2);
  });

  for (const width of [360, 768, 1280]) {
    test(`nothing overflows at ${width} pixels`, async () => {
      await page.setViewportSize({ width, height: 800 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      await tab(page, "Jobs");
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    });
  }
});
