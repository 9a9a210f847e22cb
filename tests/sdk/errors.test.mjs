// Every class of refusal, through both SDK lines and raw where no SDK goes.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Gateway } from "./support/gateway.mjs";
import { makeClient } from "./support/sdks.mjs";
import { pairings } from "./support/upstreams.mjs";

const prompt = "a lighthouse in the fog";

const badRequests = [
  [{ prompt: undefined }, "missing_required_parameter", "prompt"],
  [{ prompt: "  \n " }, "invalid_value", "prompt"],
  [{ prompt: 7 }, "invalid_type", "prompt"],
  [{ prompt: "x".repeat(32_001) }, "invalid_value", "prompt"],
  [{ n: 0 }, "invalid_value", "n"],
  [{ n: 11 }, "invalid_value", "n"],
  [{ n: 1.5 }, "invalid_type", "n"],
  [{ n: "two" }, "invalid_type", "n"],
  [{ size: "huge" }, "invalid_value", "size"],
  [{ size: "1023x1024" }, "invalid_value", "size"],
  [{ size: "8x8" }, "invalid_value", "size"],
  [{ size: "4096x4096" }, "invalid_value", "size"],
  [{ quality: "best" }, "invalid_value", "quality"],
  [{ style: "baroque" }, "invalid_value", "style"],
  [{ seed: -2 }, "invalid_value", "seed"],
  [{ response_format: "png" }, "invalid_value", "response_format"],
  [{ output_format: "bmp" }, "invalid_value", "output_format"],
  [{ output_format: "gif" }, "unsupported_value", "output_format"],
  [{ output_format: "svg" }, "unsupported_value", "output_format"],
  [{ output_format: "jpeg", output_compression: 101 }, "invalid_value", "output_compression"],
  [{ output_format: "jpeg", background: "transparent" }, "invalid_value", "background"],
  [{ frame_count: 4 }, "unsupported_value", "frame_count"],
];

function assertEnvelope(body) {
  assert.deepEqual(Object.keys(body), ["error"]);
  for (const key of ["message", "type", "param", "code"]) assert.ok(key in body.error, `no ${key}`);
  assert.match(body.error.message, /\S/);
}

for (const { upstream, title, OpenAI } of pairings) {
  describe(`refusals in front of ${title}`, () => {
    let started;
    let gateway;
    let client;
    let exchanges;
    before(async () => {
      started = await upstream.start({ env: { MAX_JSON_BODY: "200KB" } });
      ({ gateway } = started);
      ({ client, exchanges } = makeClient(OpenAI, gateway));
    });
    after(() => started.stop());

    // The default number of retries stays on: a refusal must not be asked for three times.
    async function assertRefused(call, ErrorClass, { status, type = "invalid_request_error", code, param }) {
      const before = exchanges.length;
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof ErrorClass, `${error.constructor.name}: ${error.message}`);
        assert.deepEqual({ status: error.status, type: error.type, code: error.code, param: error.param ?? null },
          { status, type, code, param: param ?? null });
        assert.equal(error.requestID, exchanges.at(-1).response.headers.get("x-request-id"));
        assert.match(error.requestID, /\S/);
        return true;
      });
      assert.equal(exchanges.length, before + 1);
    }

    for (const [change, code, param] of badRequests) {
      const shown = JSON.stringify(change).slice(0, 60);
      test(`${shown} is a BadRequestError: ${code} of ${param}`, async () => {
        await assertRefused(client.images.generate({ prompt, size: "64x64", ...change }), OpenAI.BadRequestError,
          { status: 400, code, param });
      });
    }

    test("a wrong key is an AuthenticationError", async () => {
      const other = makeClient(OpenAI, gateway, { apiKey: "sk-test-wrong" });
      exchanges = other.exchanges;
      await assertRefused(other.client.images.generate({ prompt }), OpenAI.AuthenticationError,
        { status: 401, code: "invalid_api_key" });
      await assertRefused(other.client.models.list(), OpenAI.AuthenticationError, { status: 401, code: "invalid_api_key" });
      ({ client, exchanges } = makeClient(OpenAI, gateway));
    });

    test("an unknown model is a NotFoundError", async () => {
      await assertRefused(client.images.generate({ prompt, model: "no-such-model" }), OpenAI.NotFoundError,
        { status: 404, code: "model_not_found", param: "model" });
    });

    test("a body over the bound is a 413", async () => {
      await assertRefused(client.images.generate({ prompt, padding: "x".repeat(300_000) }), OpenAI.APIError,
        { status: 413, code: "upload_too_large" });
    });

    test("none of these reached the upstream, where a refusal costs something", async () => {
      assert.equal(await started.drawn(), 0);
    });
  });
}

describe("refusals of raw calls", () => {
  let gateway;
  before(async () => {
    gateway = await Gateway.start();
  });
  after(() => gateway.stop());

  const post = (body, headers = {}) => gateway.fetch("/v1/images/generations",
    { method: "POST", body, headers: { "content-type": "application/json", ...headers } });

  async function assertAnswer(response, status, code) {
    assert.equal(response.status, status);
    assert.match(response.headers.get("content-type"), /^application\/json\b/);
    assert.match(response.headers.get("x-request-id"), /\S/);
    const body = await response.json();
    assertEnvelope(body);
    assert.equal(body.error.code, code);
    return body.error;
  }

  // Without it a client takes the text for the answer.
  test("JSON says that it is JSON, whatever it says", async () => {
    const body = JSON.stringify({ prompt: "a lighthouse", size: "64x64", messages: [{ role: "user", content: "a lighthouse --size 64x64" }] });
    const post = { method: "POST", headers: { "content-type": "application/json" }, body };
    const asked = [["/v1/models"], ["/v1/models/dall-e-3"], ["/v1/models/none"], ["/v1/nothing"], ["/v1/images/generations", post],
      ["/v1/chat/completions", post], ["/v1/images/edits", post], ["/v1/images/generations", { ...post, headers: { ...post.headers, "x-heartbeat": "whitespace" } }]];
    for (const [target, request] of asked) {
      const response = await gateway.fetch(target, request);
      assert.match(response.headers.get("content-type"), /^application\/json/, target);
      assert.equal(typeof (await response.json()), "object");
    }
  });

  test("no key", async () => {
    const response = await fetch(gateway.url("/v1/images/generations"), { method: "POST", body: "{}" });
    await assertAnswer(response, 401, "invalid_api_key");
    assert.equal(response.headers.get("www-authenticate"), "Bearer");
  });

  test("a right key beside a wrong one", async () => {
    await assertAnswer(await gateway.fetch("/v1/models", { headers: { "x-api-key": "sk-test-wrong" } }), 401, "invalid_api_key");
  });

  test("a path that does not exist", async () => {
    await assertAnswer(await gateway.fetch("/v1/images/generation"), 404, null);
  });

  for (const [method, target, allowed] of [["GET", "/v1/images/generations", /\bPOST\b/], ["PUT", "/v1/images/generations", /\bPOST\b/],
    ["DELETE", "/v1/models", /\bGET\b/], ["POST", "/health", /\bGET\b/]]) {
    test(`${method} ${target} names what is allowed`, async () => {
      const response = await gateway.fetch(target, { method });
      await assertAnswer(response, 405, "method_not_supported");
      assert.match(response.headers.get("allow"), allowed);
    });
  }

  for (const [what, body] of [["no body", ""], ["half a document", '{"prompt": "a'], ["an array", '["a"]'], ["a string", '"a"'],
    ["bytes that are not UTF-8", Buffer.from('{"prompt": "\xff\xfe"}', "latin1")], ["nothing but brackets", "[".repeat(100_000)],
    ["trailing text", '{"prompt": "a"} x']]) {
    test(`${what} is no JSON object`, async () => {
      await assertAnswer(await post(body), 400, "invalid_json");
    });
  }

  for (const number of ["99999999999999999999", "1e400", "-1e400"]) {
    test(`${number} pictures are refused by name`, async () => {
      const error = await assertAnswer(await post(`{"prompt": "a", "n": ${number}}`), 400, "invalid_value");
      assert.equal(error.param, "n");
    });
  }

  test("a media type that is no JSON", async () => {
    await assertAnswer(await post("prompt=a", { "content-type": "application/x-www-form-urlencoded" }), 415, "unsupported_content_type");
  });
});
