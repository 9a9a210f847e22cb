// Clients that give up, and clients that come back. The upstream holds its drawings until a test has seen what
// it waited for; only then does anything finish.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { withDreamifly } from "./support/dreamifly.mjs";
import { eventually, withGateway } from "./support/gateway.mjs";
import { fromBase64, inspect } from "./support/pictures.mjs";
import { makeClient, sdks } from "./support/sdks.mjs";

const prompt = "a lighthouse in the fog";
const size = "64x64";
const sentTasks = "gw_tasks_sent_total"; // pictures that were asked of the upstream

const running = (gateway, count) => eventually(`${count} running`, async () => (await gateway.health()).queue.running === count);
const queued = (gateway, count) => eventually(`${count} queued`, async () => (await gateway.health()).queue.queued === count);
const adopted = (gateway, count) => eventually(`${count} adopted`, async () => (await gateway.metric("gw_tasks_adopted_total")) === count);
const left = (gateway) => gateway.logged("a request with status 499", (line) => line.status === 499);
const digestOf = (item) => inspect(fromBase64(item.b64_json)).digest;

for (const { name, OpenAI } of sdks) {
  describe(`departures with ${name}`, () => {
    // A call that is given up while its picture is drawn.
    async function abandon(gateway, client, options = {}) {
      const controller = new AbortController();
      const call = client.images.generate({ prompt, size }, { ...options, signal: controller.signal });
      await running(gateway, 1);
      controller.abort();
      await assert.rejects(call, OpenAI.APIUserAbortError);
      return left(gateway);
    }

    test("an abort is noticed while the picture is drawn", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const entry = await abandon(gateway, makeClient(OpenAI, gateway).client);
        assert.equal(entry.path, "/v1/images/generations");
        assert.equal((await gateway.health()).queue.running, 1, "the upstream still draws it");
      });
    });

    test("an abort of a waiting request takes it out of the line", async () => {
      await withDreamifly({ env: { UPSTREAM_CONCURRENCY_LIMIT: "1" } }, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const { client } = makeClient(OpenAI, gateway);
        const controller = new AbortController();
        const first = client.images.generate({ prompt, size, seed: 1 });
        await running(gateway, 1);
        const second = client.images.generate({ prompt, size, seed: 2 }, { signal: controller.signal });
        await queued(gateway, 1);
        const third = client.images.generate({ prompt, size, seed: 3 });
        await queued(gateway, 2);
        controller.abort();
        await assert.rejects(second, OpenAI.APIUserAbortError);
        await left(gateway);
        await dreamifly.release();
        assert.equal((await first).data.length, 1);
        assert.equal((await third).data.length, 1);
        assert.deepEqual((await dreamifly.calls()).map(({ order }) => order.seed), [1, 3]);
      });
    });

    test("an abort's repeat gets the picture that was being drawn", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const { client } = makeClient(OpenAI, gateway);
        await abandon(gateway, client);
        const again = client.images.generate({ prompt, size }).withResponse();
        await adopted(gateway, 1);
        await dreamifly.release();
        const { data, response } = await again;
        assert.equal(response.headers.get("x-adopted"), "1");
        assert.equal(data.data[0].seed, (await dreamifly.calls())[0].order.seed);
        assert.equal(await dreamifly.drawn(), 1);
      });
    });

    for (const n of [1, 3]) {
      test(`a time-out's automatic retry gets the ${n} that were being drawn`, async () => {
        await withDreamifly({ env: { UPSTREAM_CONCURRENCY_LIMIT: "3" } }, async ({ gateway, dreamifly }) => {
          await dreamifly.hold();
          const { client, exchanges } = makeClient(OpenAI, gateway, { timeout: 3000, maxRetries: 2 });
          const call = client.images.generate({ prompt, size, n });
          await adopted(gateway, n);
          await dreamifly.release();
          const answer = await call;
          assert.equal(new Set(answer.data.map(digestOf)).size, n);
          assert.deepEqual(exchanges.map(({ headers }) => headers.get("x-stainless-retry-count")), ["0", "1"]);
          assert.equal(exchanges[1].response.headers.get("x-adopted"), "1");
          assert.equal(await dreamifly.drawn(), n, "drawn once, paid once");
        });
      });
    }

    test("the demo's pictures are adopted like any other's", async () => {
      await withGateway({ DEMO_DELAY_MS: "1800" }, async (gateway) => {
        const { client, exchanges } = makeClient(OpenAI, gateway, { timeout: 1200, maxRetries: 2 });
        const answer = await client.images.generate({ prompt, size });
        assert.equal(inspect(fromBase64(answer.data[0].b64_json)).size, size);
        assert.equal(exchanges.at(-1).response.headers.get("x-adopted"), "1");
        assert.equal(await gateway.metric(sentTasks), 1);
      });
    });

    test("a retry that wants nothing of earlier work is drawn anew", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
        await abandon(gateway, client);
        await dreamifly.release();
        const headers = { "x-stainless-retry-count": "1", "cache-control": "no-cache" };
        const { data, response } = await client.images.generate({ prompt, size }, { headers }).withResponse();
        assert.equal(data.data.length, 1);
        assert.equal(response.headers.get("x-adopted"), null);
        assert.equal(await dreamifly.drawn(), 2);
      });
    });

    test("an Idempotency-Key gives the same picture again, and refuses another request", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
        const headers = { "Idempotency-Key": "order-17" };
        await abandon(gateway, client, { headers });
        await assert.rejects(client.images.generate({ prompt: "something else", size }, { headers }), { status: 400 });
        await dreamifly.release();
        const { response } = await client.images.generate({ prompt, size }, { headers }).withResponse();
        assert.equal(response.headers.get("x-adopted"), "1");
        assert.equal(await dreamifly.drawn(), 1);
      });
    });

    test("two equal requests at the same time are two pictures", async () => {
      await withDreamifly({ env: { UPSTREAM_CONCURRENCY_LIMIT: "2" } }, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const { client } = makeClient(OpenAI, gateway);
        const calls = [1, 2].map(() => client.images.generate({ prompt, size }));
        await running(gateway, 2);
        await dreamifly.release();
        const digests = (await Promise.all(calls)).map((answer) => digestOf(answer.data[0]));
        assert.notEqual(digests[0], digests[1]);
        assert.equal(await dreamifly.drawn(), 2);
      });
    });
  });
}
