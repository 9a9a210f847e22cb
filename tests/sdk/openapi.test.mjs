// /openapi.json against the running program: each operation is called, and each answer is what its schema says.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Contract } from "./support/contract.mjs";
import { startBehindDreamifly, stopBehindDreamifly } from "./support/dreamifly.mjs";
import { apiKey, eventually } from "./support/gateway.mjs";

const adminKey = "sk-test-admin-of-openapi";
const password = "correct horse";
const small = { prompt: "a fox", size: "256x256" };
// There is no edge in front of this upstream that wants to be tried again; api_test has one.
const elsewhere = ["POST /admin/api/clearance/{provider}/try-again", "POST /admin/api/clearance/{provider}/try-without"];

describe("the description", () => {
  let both;
  let gateway;
  let contract;
  before(async () => {
    const account = ["ann", "bob"].map((name) => `${name}@example.com:${password}`);
    both = await startBehindDreamifly({ fake: { account }, env: { ADMIN_KEY: adminKey, DREAMIFLY_EMAIL: "ann@example.com", DREAMIFLY_PASSWORD: password } });
    ({ gateway } = both);
    contract = await Contract.of(gateway);
  });
  after(() => stopBehindDreamifly(both));

  // `path` with its parameters filled in from `params`.
  async function call(method, path, { params = {}, query = "", body, key = apiKey, headers = {}, type = "application/json" } = {}) {
    const target = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name])) + query;
    const sent = { ...(key && { authorization: `Bearer ${key}` }), ...(body && typeof body === "object" && !(body instanceof FormData) && { "content-type": type }), ...headers };
    const isJson = body !== undefined && !(body instanceof FormData);
    const response = await fetch(gateway.url(target), { method, headers: sent, body: isJson ? JSON.stringify(body) : body });
    if (isJson && response.ok) contract.checkBody(method, path, body);
    return { status: response.status, answer: await contract.check(method, path, response) };
  }
  const admin = (method, path, options) => call(method, path, { key: adminKey, ...options });
  async function fine(called, status = 200) {
    const { status: got, answer } = await called;
    assert.equal(got, status, JSON.stringify(answer)?.slice(0, 500));
    return answer;
  }
  const refused = async (called, status) => assert.equal((await called).status, status);

  test("is OpenAPI 3.1 whose schemas are sound", () => {
    assert.equal(contract.document.openapi, "3.1.0");
    contract.compileAll();
    const ids = Object.values(contract.document.paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
    assert.equal(new Set(ids).size, ids.length);
  });

  test("of pictures", async () => {
    const drawn = await fine(call("POST", "/v1/images/generations", { body: small }));
    await fine(call("POST", "/v1/images", { body: { ...small, response_format: "url", n: 2, seed: 5 } }));
    await fine(call("POST", "/v1/images/generations", { body: { ...small, stream: true } }));
    const picture = { image_url: `data:image/png;base64,${drawn.data[0].b64_json}` };
    await fine(call("POST", "/v1/images/edits", { body: { prompt: "bluer", images: [picture] } }));
    await fine(call("POST", "/v1/images/variations", { body: { image: picture } }));
    const form = new FormData();
    form.set("prompt", "bluer");
    form.set("image", new Blob([Buffer.from(drawn.data[0].b64_json, "base64")], { type: "image/png" }), "fox.png");
    await fine(call("POST", "/v1/images/edits", { body: form }));
    await refused(call("POST", "/v1/images/generations", { body: { prompt: "" } }), 400);
    await refused(call("POST", "/v1/images/generations", { body: small, key: "" }), 401);
    await refused(call("POST", "/v1/images/generations", { body: { ...small, model: "nothing" } }), 404);
  });

  test("of a link", async () => {
    const { data: [{ url }] } = await fine(call("POST", "/v1/images/generations", { body: { ...small, response_format: "url" } }));
    const { pathname, search } = new URL(url);
    await fine(call("GET", "/images/{file}", { params: { file: pathname.split("/").at(-1) }, query: search, key: "" }));
    await refused(call("GET", "/images/{file}", { params: { file: "none.png" }, key: "" }), 403);
  });

  test("of chats, models and styles", async () => {
    await fine(call("POST", "/v1/chat/completions", { body: { messages: [{ role: "user", content: "a fox, size: 256x256" }] } }));
    const { data } = await fine(call("GET", "/v1/models"));
    for (const { id } of data) await fine(call("GET", "/v1/models/{id}", { params: { id } }));
    await refused(call("GET", "/v1/models/{id}", { params: { id: "nothing" } }), 404);
    await fine(call("GET", "/v1/styles"));
  });

  test("of jobs", async () => {
    const job = await fine(call("POST", "/v1/images/generations", { body: small, headers: { prefer: "respond-async" } }), 202);
    const params = { id: job.id };
    await eventually("the job's end", async () => (await fine(call("GET", "/v1/jobs/{id}", { params }))).status === "succeeded");
    await fine(call("GET", "/v1/jobs", { query: "?limit=5" }));
    await fine(call("GET", "/v1/jobs/{id}/events", { params }));
    await fine(call("POST", "/v1/jobs/{id}/cancel", { params }));
    await refused(call("POST", "/v1/jobs/{id}/retry", { params }), 400);
    await both.dreamifly.next({ status: 500, body: { error: "Prediction failed: CUDA out of memory" }, count: 1 });
    const failing = await fine(call("POST", "/v1/images/generations", { body: { ...small, seed: 77 }, headers: { prefer: "respond-async" } }), 202);
    await eventually("its failure", async () => (await fine(call("GET", "/v1/jobs/{id}", { params: { id: failing.id } }))).status === "failed");
    await fine(call("POST", "/v1/jobs/{id}/retry", { params: { id: failing.id } }));
    await fine(call("DELETE", "/v1/jobs/{id}", { params }));
    await refused(call("GET", "/v1/jobs/{id}", { params }), 404);
  });

  test("of the stream of all jobs", async () => {
    const leaves = new AbortController();
    const response = await fetch(gateway.url("/v1/events"), { headers: { authorization: `Bearer ${apiKey}` }, signal: leaves.signal });
    const head = new Response("", { status: response.status, headers: response.headers });
    await contract.check("GET", "/v1/events", head);
    leaves.abort();
  });

  test("of the library", async () => {
    const { data: [{ id }] } = await fine(call("GET", "/v1/library", { query: "?limit=2" }));
    const params = { id };
    await fine(call("GET", "/v1/library/{id}", { params }));
    await fine(call("PATCH", "/v1/library/{id}", { params, body: { favourite: true } }));
    await fine(call("GET", "/v1/library/{id}/thumbnail", { params }));
    await fine(call("POST", "/v1/library/zip", { body: { ids: [id] } }));
    await fine(call("DELETE", "/v1/library/{id}", { params }));
    await fine(call("POST", "/v1/library/{id}/restore", { params }));
    await fine(call("DELETE", "/v1/library", { query: "?user=nobody" }));
    await refused(call("GET", "/v1/library/{id}", { params: { id: "none" } }), 404);
  });

  test("of operation", async () => {
    for (const path of ["/health", "/health/live", "/health/ready", "/metrics", "/openapi.json"]) await fine(call("GET", path, { key: "" }));
  });

  test("of the admin door", async () => {
    await fine(call("POST", "/admin/api/login", { body: { key: adminKey }, key: "" }));
    await refused(call("POST", "/admin/api/login", { body: { key: "wrong" }, key: "" }), 401);
    await fine(admin("GET", "/admin/api/session"));
    await fine(admin("POST", "/admin/api/logout"));
    await fine(admin("GET", "/admin/api/upstreams"));
    await fine(admin("POST", "/admin/api/upstreams/{provider}/check", { params: { provider: "dreamifly" } }));
    await refused(admin("POST", "/admin/api/upstreams/{provider}/check", { params: { provider: "none" } }), 404);
    await fine(admin("GET", "/admin/api/clearance"));
    const at = { params: { provider: "dreamifly" } };
    const text = "cf_clearance=0123456789abcdef0123";
    await refused(admin("POST", "/admin/api/clearance/{provider}", { ...at, body: { text, user_agent: "curl/8" } }), 400);
    const pasted = await fine(admin("POST", "/admin/api/clearance/{provider}", { ...at, body: { text, user_agent: "Mozilla/5.0 (X11) Firefox/140.0" } }));
    assert.equal(pasted.state, "valid");
    await fine(admin("DELETE", "/admin/api/clearance/{provider}", at));
    await refused(admin("POST", "/admin/api/clearance/{provider}/try-again", at), 409);
    await refused(admin("POST", "/admin/api/clearance/{provider}/try-without", at), 409);
    await fine(admin("GET", "/admin/api/routes"));
    const { choice } = await fine(admin("GET", "/admin/api/routes", { query: "?model=dall-e-3&references=1&size=16:9" }));
    assert.equal(choice.references, 1);
    await refused(admin("GET", "/admin/api/routes", { query: "?model=dall-e-3&size=huge" }), 400);
  });

  test("of accounts", async () => {
    const body = { provider: "dreamifly", label: "Bob", credentials: { email: "bob@example.com", password } };
    const { id } = await fine(admin("POST", "/admin/api/accounts", { body }), 201);
    const params = { id };
    await refused(admin("POST", "/admin/api/accounts", { body }), 409);
    await refused(admin("POST", "/admin/api/accounts", { body: { provider: "none" } }), 400);
    await fine(admin("GET", "/admin/api/accounts"));
    await fine(admin("GET", "/admin/api/accounts/{id}", { params }));
    // Accounts sign in one after the other, seconds apart.
    const { finding, account } = await eventually("its turn to sign in", async () => {
      const seen = await fine(admin("POST", "/admin/api/accounts/{id}/check", { params }));
      return seen.finding.state !== "busy" && seen;
    });
    assert.equal(finding.state, "ready", JSON.stringify(finding));
    assert.deepEqual(account.credentials, ["email", "password"]);
    await fine(admin("POST", "/admin/api/accounts/{id}/clear", { params }));
    await fine(admin("PATCH", "/admin/api/accounts/{id}", { params, body: { weight: 2, credentials: { password: "another" } } }));
    await fine(admin("DELETE", "/admin/api/accounts/{id}", { params }));
    await refused(admin("GET", "/admin/api/accounts/{id}", { params }), 404);
  });

  test("of routes", async () => {
    const params = { name: "team-painter" };
    const body = { strategy: "weighted", routes: [{ model: "dreamifly/dreamifly-qwen-image", weight: 2 }] };
    await fine(admin("PUT", "/admin/api/routes/{name}", { params, body }));
    const { data } = await fine(admin("GET", "/admin/api/routes"));
    assert.equal(data.find(({ id }) => id === params.name).origin, "admin");
    await refused(admin("PUT", "/admin/api/routes/{name}", { params, body: { routes: [{ model: "dreamifly/nothing" }] } }), 400);
    await fine(admin("DELETE", "/admin/api/routes/{name}", { params }));
    await refused(admin("DELETE", "/admin/api/routes/{name}", { params }), 404);
  });

  test("of the queue", async () => {
    await both.dreamifly.hold();
    const jobs = [];
    for (const seed of [101, 102, 103, 104])
      jobs.push(await fine(call("POST", "/v1/images/generations", { body: { ...small, seed }, headers: { prefer: "respond-async" } }), 202));
    const queue = await eventually("one that waits behind one that is drawn", async () => {
      const now = await fine(admin("GET", "/admin/api/queue"));
      return now.data.some(({ state }) => state === "sent") && now.data.some(({ state }) => state === "queued") && now;
    });
    assert.equal(JSON.stringify(queue).includes(small.prompt), false);
    const waiting = queue.data.find(({ state }) => state === "queued");
    await fine(admin("POST", "/admin/api/queue/{task}/cancel", { params: { task: waiting.id } }));
    const drawn = queue.data.find(({ state }) => state === "sent");
    await refused(admin("POST", "/admin/api/queue/{task}/cancel", { params: { task: drawn.id } }), 409);
    await refused(admin("POST", "/admin/api/queue/{task}/cancel", { params: { task: "99999" } }), 404);
    await both.dreamifly.release();
  });

  test("has no operation that these tests have not seen well", () => {
    assert.deepEqual(contract.unseen().sort(), elsewhere.toSorted());
  });
});
