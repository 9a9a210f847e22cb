// What a Dreamifly server refuses, as the SDKs' own error classes: right class, right code, asked once, and none
// of the server's own words.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBehindDreamifly, stopBehindDreamifly, withDreamifly } from "./support/dreamifly.mjs";
import { makeClient, sdks } from "./support/sdks.mjs";

const prompt = "a lighthouse in the fog";
const size = "64x64";
const secretWords = "ComfyUI at http://10.1.2.3:8188";

const coded = (status, code, error = secretWords) => ({ status, body: { error, code } });
const plain = (status, error) => ({ status, body: { error } });
const page = (status) => ({ status, body: `<html>${secretWords}</html>`, content_type: "text/html" });

// What the server does; class, status, code and parameter of the SDK's error; whether a repeat is invited; how often
// the gateway tries (the protocol allows one repeat of some).
const refusals = [
  ["has too few points", coded(402, "INSUFFICIENT_POINTS"), "RateLimitError", 429, "insufficient_quota"],
  ["has no allowance left for the account", coded(429, "DAILY_LIMIT_EXCEEDED"), "RateLimitError", 429, "insufficient_quota"],
  ["has disabled the account", coded(403, "USER_BANNED"), "InternalServerError", 503, "no_account_available"],
  ["wants a login", coded(401, "LOGIN_REQUIRED"), "InternalServerError", 503, "no_account_available"],
  ["refuses the size", plain(400, "Invalid image dimensions"), "BadRequestError", 400, null, "size"],
  ["refuses the steps", plain(400, "Invalid steps value. Only 10 or 20"), "BadRequestError", 400, null, "steps"],
  ["does not offer the model", plain(500, `模型 x 的服务URL未配置 ${secretWords}`), "NotFoundError", 404, "model_not_found", "model"],
  ["cannot draw with the model this way", plain(500, "模型 x 的工作流未找到或为空"), "BadRequestError", 400, null, "model"],
  ["cannot draw", plain(500, `Prediction failed: ${secretWords}`), "InternalServerError", 502, "upstream_error"],
  ["answers a page", page(200), "InternalServerError", 502, "upstream_error"],
  ["is behind a front that gave up", page(504), "InternalServerError", 504, "upstream_timeout"],
  ["is behind a front that refuses", page(403), "InternalServerError", 503, "upstream_blocked"],
  ["cannot book the price", coded(500, "POINTS_DEDUCTION_FAILED"), "InternalServerError", 502, "upstream_error", null, undefined, 2],
  ["cannot reach its painter", plain(500, `无法连接到ComfyUI服务 ${secretWords}`), "InternalServerError", 502, "upstream_error", null, undefined, 2],
  ["is behind a front that is down", page(503), "InternalServerError", 503, "upstream_unavailable", null, "repeat"],
  ["resets", { fault: "reset" }, "InternalServerError", 502, "upstream_error"],
  ["breaks off in the middle", { fault: "truncated" }, "InternalServerError", 502, "upstream_error"],
  ["sends half a document", { fault: "cut_json" }, "InternalServerError", 502, "upstream_error"],
];

for (const { name, OpenAI } of sdks) {
  describe(`refusals of the upstream with ${name}`, () => {
    let both;
    before(async () => {
      // Answers that are lost leave their slots unsure: enough for all of them.
      both = await startBehindDreamifly({ env: { UPSTREAM_CONCURRENCY_LIMIT: "20" } });
    });
    after(() => stopBehindDreamifly(both));

    // With the default number of retries, except where one is invited.
    async function assertRefused(gateway, dreamifly, [, , className, status, code, param = null, repeat, tries = 1]) {
      const { client, exchanges } = makeClient(OpenAI, gateway, repeat && { maxRetries: 0 });
      const before = await dreamifly.drawn();
      await assert.rejects(client.images.generate({ prompt, size }), (error) => {
        assert.ok(error instanceof OpenAI[className], `${error.constructor.name}: ${error.message}`);
        assert.deepEqual([error.status, error.code, error.param ?? null], [status, code, param]);
        assert.match(error.requestID, /\S/);
        assert.doesNotMatch(error.message, /ComfyUI|10\.1\.2\.3|html|sk-test/);
        assert.ok(Number(error.headers.get("retry-after") ?? 0) <= 60);
        if (status >= 429) assert.equal(error.headers.get("x-should-retry") === "false", !repeat);
        return true;
      });
      assert.equal(exchanges.length, 1);
      assert.equal((await dreamifly.drawn()) - before, tries, "asked for so often");
    }

    for (const row of refusals) {
      test(`a server that ${row[0]} is ${row[2]}: ${row[4]}`, async () => {
        for (let tries = row[7] ?? 1; tries > 0; --tries) await both.dreamifly.next(row[1]);
        await assertRefused(both.gateway, both.dreamifly, row);
        const { client } = makeClient(OpenAI, both.gateway);
        assert.equal((await client.images.generate({ prompt, size })).data.length, 1, "the next picture is made");
      });
    }

    // After these the gateway leaves its upstream alone for a while, so each has one of its own.
    for (const row of [
      ["blocks the gateway", coded(403, "IP_BLACKLISTED"), "InternalServerError", 503, "upstream_blocked"],
      ["has no allowance left for the address", coded(429, "IP_DAILY_LIMIT_EXCEEDED"), "RateLimitError", 429, "insufficient_quota"],
    ]) {
      test(`a server that ${row[0]} is ${row[2]}: ${row[4]}, and is left alone`, async () => {
        await withDreamifly({}, async ({ gateway, dreamifly }) => {
          await dreamifly.next(row[1]);
          await assertRefused(gateway, dreamifly, row);
          const { client } = makeClient(OpenAI, gateway);
          await assert.rejects(client.images.generate({ prompt, size }), { status: row[3], code: row[4] });
          assert.equal(await dreamifly.drawn(), 1);
        });
      });
    }

    test("a wrong site key is an InternalServerError, tried twice and then left alone", async () => {
      await withDreamifly({ fake: { key: "sk-test-another" } }, async ({ gateway, dreamifly }) => {
        const { client, exchanges } = makeClient(OpenAI, gateway);
        for (let i = 0; i < 2; ++i) {
          await assert.rejects(client.images.generate({ prompt, size }), (error) => {
            assert.ok(error instanceof OpenAI.InternalServerError);
            assert.deepEqual([error.status, error.code], [502, "upstream_error"]);
            return true;
          });
        }
        assert.equal(exchanges.length, 2);
        assert.equal(await dreamifly.drawn(), 2);
      });
    });
  });
}
