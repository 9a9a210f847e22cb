// The page at "/admin" in Chromium, against the real program and an upstream of the test's own.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { launch, visit } from "./support/visitor.mjs";
import { apiKey, eventually, Gateway } from "../sdk/support/gateway.mjs";

const adminKey = "sk-test-admin-of-browser";
const clearance = "good-clearance-4711";
const shots = process.env.SHOTS;  // a folder for pictures of the page, to be looked at

// Something that answers, and is no Dreamifly server.
async function startSite() {
  const server = http.createServer((request, response) => {
    response.writeHead(404, { "content-type": "application/json" });
    response.end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, stop };
}

describe("the admin page", () => {
  let browser;
  let site;
  let gateway;
  let visitor;
  let page;
  before(async () => {
    browser = await launch();
    site = await startSite();
    gateway = await Gateway.start({ DREAMIFLY_BASE_URL: site.origin, DREAMIFLY_SITE_KEY: "sk-test-site-key", ADMIN_KEY: adminKey });
  });
  after(async () => {
    await browser.close();
    await gateway.stop();
    site.stop();
  });
  beforeEach(async () => {
    visitor = await visit(browser);
    ({ page } = visitor);
  });
  afterEach(async () => {
    await visitor.context.close();
    assert.deepEqual(visitor.complaints, []);
  });

  const button = (name) => page.getByRole("button", { name, exact: true });
  async function signIn(tab = "") {
    await page.goto(gateway.url(`/admin${tab}`));
    await page.getByLabel("Admin key").fill(adminKey);
    await button("Sign in").click();
    await page.locator("#app").waitFor();
  }
  const account = (name) => page.locator("#accounts .item").filter({ hasText: name });
  async function picture(name) {
    if (shots) await page.screenshot({ path: `${shots}/admin-${name}.png`, fullPage: true });
  }

  test("a wrong key is told so, and the API's key is one", async () => {
    await page.goto(gateway.url("/admin"));
    await picture("sign-in");
    await page.getByLabel("Admin key").fill(apiKey);
    await button("Sign in").click();
    await page.getByRole("alert").filter({ hasText: "This is not the admin key." }).waitFor();
    assert.equal(await page.locator("#app").isVisible(), false);
  });

  test("a session outlives a reload, is no script's to read, and ends", async () => {
    await signIn();
    assert.equal(await page.evaluate(() => document.cookie), "");
    assert.deepEqual(await page.evaluate(() => [sessionStorage.length, localStorage.length]), [0, 0]);
    const [cookie] = await visitor.context.cookies(gateway.url("/admin/api/session"));
    assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.secure, cookie.path], [true, "Strict", false, "/admin/api"]);
    await page.reload();
    await page.locator("#app").waitFor();
    await button("Sign out").click();
    await page.getByLabel("Admin key").waitFor();
    await page.reload();
    await page.getByLabel("Admin key").waitFor();
  });

  test("a slash too many does no harm", async () => {
    await page.goto(gateway.url("/admin/"));
    await page.getByLabel("Admin key").waitFor();
    assert.equal(page.url(), gateway.url("/admin"));
  });

  test("an account is added, checked, changed and removed", async () => {
    await signIn();
    await page.getByText("No accounts").waitFor();
    await button("Add account").click();
    await page.getByLabel("Name", { exact: true }).fill("<b>Ann</b>");
    await page.getByLabel("E-mail").fill("ann@example.com");
    await page.getByLabel("Password").fill("correct horse");
    await picture("form");
    await button("Save").click();
    await account("<b>Ann</b>").waitFor();
    assert.equal(await page.locator("#accounts b", { hasText: /^Ann$/ }).count(), 0, "foreign text is text");
    assert.equal(await page.getByLabel("Password").count(), 0, "what was typed does not stay");

    await account("Ann").getByRole("button", { name: "Check" }).click();
    await account("Ann").getByText("Found:").waitFor();
    await picture("accounts");
    await account("Ann").getByRole("button", { name: "Clear" }).click();
    await account("Ann").locator(".badge", { hasText: "Ready" }).waitFor();

    await account("Ann").getByRole("button", { name: "Change" }).click();
    assert.equal(await page.getByLabel("Password").inputValue(), "", "a secret does not come back");
    await page.getByLabel("Name", { exact: true }).fill("Bea");
    await page.getByLabel("In use").uncheck();
    await button("Save").click();
    await account("Bea").locator(".badge", { hasText: "Off" }).waitFor();

    page.on("dialog", (dialog) => dialog.accept());
    await account("Bea").getByRole("button", { name: "Remove" }).click();
    await page.getByText("No accounts").waitFor();
  });

  test("what does not fit is said in the form, which stays", async () => {
    await signIn();
    await button("Add account").click();
    await page.getByLabel("Name", { exact: true }).fill("Nobody");
    await button("Save").click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Nobody");
    await button("Cancel").click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  });

  test("an upstream says what it does and whether it answers", async () => {
    await signIn("#upstreams");
    const upstream = page.locator("#upstreams .item");
    await upstream.getByText("dreamifly", { exact: true }).waitFor();
    await upstream.getByRole("button", { name: "Check" }).click();
    await upstream.locator(".said").waitFor();
    await picture("upstreams");
  });

  // What the gateway would say of an edge: the page alone is tested here.
  test("a clearance is pasted and tried", async () => {
    const edge = { id: "dreamifly", object: "admin.clearance", zone: "pictures.example.com", state: "needed", reason: "challenged", ray: "8a1b-FRA",
      until: null, cookies: [], user_agent: "", obtained_at: null, expires_at: null };
    const sent = [];
    await page.route("**/admin/api/clearance**", (route) => {
      const request = route.request();
      if (request.method() === "GET") return route.fulfill({ json: { object: "list", data: [edge] } });
      sent.push([new URL(request.url()).pathname, request.postDataJSON(), Boolean(request.headers()["x-csrf-token"])]);
      return route.fulfill({ json: { ...edge, state: sent.length === 1 ? "needed" : "valid", reason: sent.length === 1 ? "challenged again" : "" } });
    });
    await signIn("#clearance");
    const shown = page.locator("#clearance .item");
    const paste = async (value) => {
      await shown.getByLabel("Cookie, as you copied it").fill(value);
      await shown.getByLabel("User-Agent of the same browser").fill("Browser 1");
      await shown.getByRole("button", { name: "Try it" }).click();
    };
    await shown.getByText("How do I get one?").click();
    await picture("clearance");
    await paste("cf_clearance=something-else");
    await shown.getByText("challenged again").waitFor();
    await paste(`cf_clearance=${clearance}`);
    await shown.locator(".badge", { hasText: "Valid" }).waitFor();
    assert.deepEqual(sent[1], ["/admin/api/clearance/dreamifly", { text: `cf_clearance=${clearance}`, user_agent: "Browser 1" }, true]);
    assert.equal((await page.content()).includes(clearance), false, "it does not stay in the page");
  });

  test("routes tell what would be chosen", async () => {
    await signIn("#routes");
    await page.locator("#routes .item").first().waitFor();
    await button("What would be chosen?").click();
    await page.getByText("Chosen now: dreamifly").waitFor();
    await picture("routes");
  });

  test("a name is given routes, other ones, and none", async () => {
    await signIn("#routes");
    await button("Add routes").click();
    await page.getByLabel("Public name").fill("team/painter");
    await page.getByLabel("Strategy").selectOption({ label: "by weight" });
    const models = page.locator("#route-rows").getByLabel("Model");
    assert.ok(await page.locator("#route-models option[value='dreamifly/dreamifly-qwen-image']").count(), "what there is, is offered");
    await models.nth(0).fill("dreamifly/dreamifly-qwen-image");
    await models.nth(1).fill("dreamifly/nothing");
    await button("Save").click();
    await page.getByRole("dialog").getByRole("alert").filter({ hasText: "routes[1].model" }).waitFor();
    await picture("routes-form");
    await page.locator("#route-rows").getByRole("button", { name: "Remove" }).nth(1).click();
    await button("Save").click();
    const shown = page.locator("#routes .item").filter({ hasText: "team/painter" });
    await shown.getByText("by weight").waitFor();
    await shown.getByRole("button", { name: "Change" }).click();
    await page.getByLabel("Strategy").selectOption({ label: "the fastest" });
    await button("Save").click();
    await shown.getByText("the fastest").waitFor();
    page.on("dialog", (dialog) => dialog.accept());
    await shown.getByRole("button", { name: "Remove" }).click();
    await shown.waitFor({ state: "detached" });
  });

  test("the queue shows what waits, and cancels it", async () => {
    await signIn("#queue");
    await page.getByText("Nothing is drawn, and nobody waits.").waitFor();
    const task = { object: "admin.task", provider: "dreamifly", account: "acc_1", model: "dall-e-3", request: "abc", job: false, attempts: 1, age_ms: 64_000 };
    const waiting = { ...task, id: "42", state: "queued", account: null, place: 1, drawing_ms: null };
    const queue = { object: "admin.queue", has_more: false, counts: { queued: 1, queued_jobs: 0, parked: 0, running: 1, saving: 0 },
      data: [{ ...task, id: "41", state: "sent", place: null, drawing_ms: 23_000 }, waiting] };
    await page.route("**/admin/api/queue", (route) => route.fulfill({ json: queue }));
    await page.route("**/admin/api/queue/42/cancel", (route) => {
      queue.data.pop();
      route.fulfill({ json: { id: "42", object: "admin.task", cancelled: true } });
    });
    await page.reload();
    const shown = page.locator("#queue .item");
    await shown.nth(1).waitFor();
    await picture("queue");
    assert.equal(await shown.nth(0).getByRole("button").count(), 0, "what is drawn goes on");
    page.on("dialog", (dialog) => dialog.accept());
    await shown.nth(1).getByRole("button", { name: "Cancel" }).click();
    await page.locator("#queue .item").filter({ hasText: "#42" }).waitFor({ state: "detached" });
  });

  test("in Chinese, on a phone, nothing is wider than the screen", async () => {
    await visitor.context.close();
    visitor = await visit(browser, { locale: "zh-CN", viewport: { width: 360, height: 740 } });
    ({ page } = visitor);
    await page.goto(gateway.url("/admin"));
    await page.getByLabel("管理密钥").fill(adminKey);
    await button("登录").click();
    for (const part of ["accounts", "upstreams", "clearance", "routes", "queue"]) {
      await page.goto(gateway.url(`/admin#${part}`));
      await page.locator(`#${part}`).waitFor();
      await eventually("the section's content", () => page.locator(`#${part} .rows > *`).count());
      const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(inner <= outer, `${part}: ${inner} > ${outer}`);
      await picture(`phone-${part}`);
    }
  });

  test("a session that has ended asks for the key and keeps what was typed", async () => {
    await signIn();
    await button("Add account").click();
    await page.getByLabel("Name", { exact: true }).fill("Half typed");
    await visitor.context.clearCookies();
    await button("Save").click();
    await page.getByRole("alert").filter({ hasText: "You were signed out." }).waitFor();
    await page.getByLabel("Admin key").fill(adminKey);
    await button("Sign in").click();
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Half typed");
  });
});
