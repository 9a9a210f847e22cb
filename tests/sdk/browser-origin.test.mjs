// What a browser on another origin needs: preflight, exposed headers, errors it may read.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { Gateway } from "./support/gateway.mjs";

const origin = "https://app.example.com";

// fetch() of Node refuses to send the headers a browser adds by itself.
function ask(url, method, headers) {
  return new Promise((resolve, reject) => {
    http.request(url, { method, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers }));
    }).on("error", reject).end();
  });
}

describe("calls from another origin", () => {
  let gateway;
  before(async () => {
    gateway = await Gateway.start();
  });
  after(() => gateway.stop());

  const sdkHeaders = "authorization,content-type,openai-organization,x-stainless-arch,x-stainless-lang,x-stainless-os,"
    + "x-stainless-package-version,x-stainless-retry-count,x-stainless-runtime,x-stainless-timeout,x-stainless-not-invented-yet";

  for (const target of ["/v1/images/generations", "/v1/models", "/v1/models/dall-e-3", "/v1/styles", "/images/generations",
    "/v1/images/edits", "/v1/images/variations", "/v1/chat/completions"]) {
    test(`preflight of ${target} reflects what is asked for, without a key`, async () => {
      const { status, headers } = await ask(gateway.url(target), "OPTIONS", {
        origin, "access-control-request-method": "POST", "access-control-request-headers": sdkHeaders,
      });
      assert.equal(status, 204);
      assert.equal(headers["access-control-allow-origin"], "*");
      assert.equal(headers["access-control-allow-methods"], "POST");
      assert.equal(headers["access-control-allow-headers"], sdkHeaders);
    });
  }

  test("a picture's link may be read by a page, and asks nobody for a key", async () => {
    const answer = await gateway.fetch("/v1/images/generations", {
      method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ prompt: "a lighthouse", size: "64x64", response_format: "url" }),
    });
    const { url } = (await answer.json()).data[0];
    assert.match(new URL(url).pathname, /\.png$/);
    for (const headers of [{ origin }, { origin, authorization: "Bearer sk-test-wrong" }]) {
      const picture = await fetch(url, { headers });
      assert.equal(picture.status, 200);
      assert.equal(picture.headers.get("content-type"), "image/png");
      assert.equal(picture.headers.get("access-control-allow-origin"), "*");
    }
  });

  for (const [what, target, requestHeaders] of [["an answer", "/v1/models", {}], ["a 404", "/v1/nothing", {}],
    ["a 401", "/v1/models", { authorization: "Bearer sk-test-wrong" }]]) {
    test(`${what} may be read, with the headers that matter`, async () => {
      const response = await gateway.fetch(target, { headers: { origin, ...requestHeaders } });
      assert.equal(response.headers.get("access-control-allow-origin"), "*");
      const exposed = response.headers.get("access-control-expose-headers").split(", ");
      for (const name of ["x-request-id", "retry-after", "x-should-retry", "x-adopted"]) assert.ok(exposed.includes(name), name);
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    });
  }

  test("the page runs under a strict policy", async () => {
    const response = await fetch(gateway.url("/"));
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type"), /^text\/html\b/);
    const policy = response.headers.get("content-security-policy");
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe-/);
  });

  test("a style's id is its Chinese name", async () => {
    const { object, data } = await (await gateway.fetch("/v1/styles")).json();
    assert.equal(object, "list");
    assert.deepEqual(data.slice(0, 2).map(({ id, name, prefix }) => [id, name, prefix]),
      [["无", "None", ""], ["卡通", "Cartoon", "cartoon style, "]]);
    assert.equal(data.length, 12);
  });
});
