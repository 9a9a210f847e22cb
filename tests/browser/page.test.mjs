// The page at "/" in Chromium, against the real program.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { chromium } from "playwright-core";
import { apiKey, Gateway, withGateway } from "../sdk/support/gateway.mjs";

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

let browser;
before(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
});
after(() => browser.close());

// A fresh visitor. `complaints` collects what no page of ours may cause.
async function visit(options = {}) {
  const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on("console", (message) => {
    // Chromium reports each refused call by itself; those are the calls' own business.
    const isRefusal = message.text().startsWith("Failed to load resource");
    if (["error", "warning"].includes(message.type()) && !isRefusal) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  return { context, page, complaints };
}

const signedIn = (page) => page.locator("#studio").waitFor();
const pictures = (page) => page.locator(".job").first().locator(".tile img");

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
    assert.match(download.suggestedFilename(), /^dreamifly-\d+-1\.png$/);
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
  test("a failure is told plainly, with the request's id, and can be tried again", async () => {
    await withGateway({ DEMO_FAILURE_RATE: "1" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      const answered = page.waitForResponse((response) => response.url().endsWith("/v1/images/generations"));
      await draw(page, "a harbour at night");
      const response = await answered;
      const { error } = await response.json();
      const shown = await page.locator(".problem:visible").innerText();
      assert.ok(shown.includes(error.message), shown);
      assert.ok(shown.includes(response.headers()["x-request-id"]), shown);
      await page.getByRole("button", { name: "Try again" }).waitFor();
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
      const answered = page.waitForResponse((response) => response.url().endsWith("/v1/images/generations"));
      await draw(page, "a lighthouse in the fog");
      const { data, errors } = await (await answered).json();
      assert.ok(data.length > 0 && errors.length > 0);
      await pictures(page).first().waitFor();
      const made = await page.locator(".tile").evaluateAll((tiles) => tiles.map((tile) => tile.querySelector("img") !== null));
      const lost = new Set(errors.map((error) => error.index));
      assert.deepEqual(made, Array.from({ length: 8 }, (_, index) => !lost.has(index)));
      await page.locator(".tile .problem").filter({ hasText: errors[0].message }).first().waitFor();
      await context.close();
      assert.deepEqual(complaints, []);
    });
  });

  test("Cancel ends the wait", async () => {
    await withGateway({ DEMO_DELAY_MS: "2000" }, async (gateway) => {
      const { context, page, complaints } = await visit();
      await page.goto(gateway.url(`/#key=${apiKey}`));
      await signedIn(page);
      await draw(page, "a harbour at night");
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("Cancelled").last().waitFor();
      assert.equal(await pictures(page).count(), 0);
      await gateway.logged("a request with status 499", (line) => line.status === 499);
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
