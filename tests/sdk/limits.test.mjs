// What happens when the upstream is slow, full or failing, seen through both SDK lines.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { withDreamifly } from "./support/dreamifly.mjs";
import { eventually } from "./support/gateway.mjs";
import { fromBase64, inspect } from "./support/pictures.mjs";
import { makeClient, sdks } from "./support/sdks.mjs";
import { pairings, withUpstream } from "./support/upstreams.mjs";

const prompt = "a lighthouse in the fog";
const size = "64x64";

for (const { name, OpenAI } of sdks) {
  describe(`limits with ${name}`, () => {
    test("a full queue refuses at once with Retry-After, and what was taken is drawn", async () => {
      const env = { UPSTREAM_CONCURRENCY_LIMIT: "1", MAX_QUEUED_TASKS: "1" };
      await withDreamifly({ env }, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const { client, exchanges } = makeClient(OpenAI, gateway, { maxRetries: 0 });
        const calls = Array.from({ length: 5 }, (_, seed) => client.images.generate({ prompt, size, seed: seed + 1 }));
        const settled = Promise.allSettled(calls);
        await eventually("three refused", async () => (await gateway.metric("gw_requests_refused_total")) === 3);
        await dreamifly.release();
        const refused = (await settled).filter((result) => result.status === "rejected").map((result) => result.reason);
        assert.equal(refused.length, 3); // one is drawn, one waits
        for (const error of refused) {
          assert.ok(error instanceof OpenAI.InternalServerError);
          assert.deepEqual([error.status, error.code, error.type], [503, "queue_full", "server_error"]);
          const retryAfter = Number(error.headers.get("retry-after"));
          assert.ok(Number.isInteger(retryAfter) && retryAfter >= 1 && retryAfter <= 60, `retry-after ${retryAfter}`);
          assert.notEqual(error.headers.get("x-should-retry"), "false");
        }
        assert.equal(exchanges.length, 5);
        assert.equal(await dreamifly.drawn(), 2);
        assert.equal((await gateway.health()).queue.queued, 0);
      });
    });

    test("a request for more pictures than may wait is refused whole", async () => {
      await withDreamifly({ env: { UPSTREAM_CONCURRENCY_LIMIT: "1", MAX_QUEUED_TASKS: "1" } }, async ({ gateway }) => {
        const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
        // Never to be admitted, so no reason to come back later.
        await assert.rejects(client.images.generate({ prompt, size, n: 3 }), { status: 400, param: "n" });
        assert.equal((await client.images.generate({ prompt, size, n: 2 })).data.length, 2);
      });
    });

    test("an upstream slower than the deadline is a 504 that is not asked for again", async () => {
      await withDreamifly({ env: { API_REQUEST_TIMEOUT: "1" } }, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const { client, exchanges } = makeClient(OpenAI, gateway);
        await assert.rejects(client.images.generate({ prompt, size }), (error) => {
          assert.ok(error instanceof OpenAI.InternalServerError);
          assert.deepEqual([error.status, error.code, error.type], [504, "upstream_timeout", "server_error"]);
          assert.equal(error.headers.get("x-should-retry"), "false");
          assert.match(error.requestID, /\S/);
          return true;
        });
        assert.equal(exchanges.length, 1);
      });
    });

    test("a wait longer than the deadline is a 504 of its own", async () => {
      const env = { API_REQUEST_TIMEOUT: "1", UPSTREAM_CONCURRENCY_LIMIT: "1" };
      await withDreamifly({ env }, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
        const results = await Promise.allSettled([1, 2].map((seed) => client.images.generate({ prompt, size, seed })));
        const codes = results.map((result) => [result.reason?.status, result.reason?.code]).sort();
        assert.deepEqual(codes, [[504, "queue_timeout"], [504, "upstream_timeout"]]);
      });
    });
  });
}

for (const { upstream, title, OpenAI } of pairings) {
  describe(`failures of ${title}`, () => {
    test("when every picture fails, the failure is told once and not asked for again", async () => {
      await withUpstream(upstream, { failures: "all" }, async ({ gateway, drawn }) => {
        const { client, exchanges } = makeClient(OpenAI, gateway);
        await assert.rejects(client.images.generate({ prompt, size, n: 3 }), (error) => {
          assert.ok(error instanceof OpenAI.InternalServerError);
          assert.deepEqual([error.status, error.code, error.type], [502, "upstream_error", "server_error"]);
          assert.equal(error.headers.get("x-should-retry"), "false");
          return true;
        });
        assert.equal(exchanges.length, 1);
        assert.equal(await drawn(), 3);
      });
    });

    test("when some fail, the answer holds the others and says what happened to these", async () => {
      await withUpstream(upstream, { failures: "some" }, async ({ gateway, drawn }) => {
        const { client, exchanges } = makeClient(OpenAI, gateway);
        const n = 8;
        // Prompt and seed decide whom the demo fails: this pair always gives a mixture.
        const answer = await client.images.generate({ prompt, size, n, seed: 1 });
        assert.ok(answer.errors?.length > 0 && answer.data.length > 0, `${answer.data.length} made`);
        assert.equal(answer.data.length + answer.errors.length, n);
        assert.equal(exchanges[0].response.headers.get("x-partial-failures"), String(answer.errors.length));
        for (const item of answer.data) assert.equal(inspect(fromBase64(item.b64_json)).size, size);
        const places = answer.errors.map((error) => error.index);
        assert.deepEqual([...new Set(places)].sort((a, b) => a - b), places);
        for (const error of answer.errors) {
          assert.ok(error.index >= 0 && error.index < n);
          assert.equal(error.code, "upstream_error");
          assert.match(error.message, /\S/);
        }
        assert.equal(await drawn(), n);
      });
    });
  });
}
