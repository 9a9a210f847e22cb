// Clients that give up, and clients that come back.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { eventually, withGateway } from "./support/gateway.mjs";
import { fromBase64, inspect } from "./support/pictures.mjs";
import { makeClient, sdks } from "./support/sdks.mjs";

const prompt = "a lighthouse in the fog";
const size = "64x64";
const sentTasks = "gw_tasks_sent_total"; // pictures that were asked of the upstream

const running = (gateway, count) => eventually(`${count} running`, async () => (await gateway.health()).queue.running === count);

for (const { name, OpenAI } of sdks) {
  describe(`departures with ${name}`, () => {
    test("an abort is noticed while the picture is drawn", async () => {
      await withGateway({ DEMO_DELAY_MS: "1500" }, async (gateway) => {
        const { client } = makeClient(OpenAI, gateway);
        const controller = new AbortController();
        const call = client.images.generate({ prompt, size }, { signal: controller.signal });
        await running(gateway, 1);
        const left = Date.now();
        controller.abort();
        await assert.rejects(call, OpenAI.APIUserAbortError);
        const entry = await gateway.logged("a request with status 499", (line) => line.status === 499);
        assert.equal(entry.path, "/v1/images/generations");
        assert.ok(Date.now() - left < 1200, "noticed only when the picture was ready");
      });
    });

    test("an abort of a waiting request takes it out of the line", async () => {
      await withGateway({ DEMO_DELAY_MS: "800", UPSTREAM_CONCURRENCY_LIMIT: "1" }, async (gateway) => {
        const { client } = makeClient(OpenAI, gateway);
        const controller = new AbortController();
        const first = client.images.generate({ prompt, size, seed: 1 });
        await running(gateway, 1);
        const second = client.images.generate({ prompt, size, seed: 2 }, { signal: controller.signal });
        await eventually("one waiting", async () => (await gateway.health()).queue.queued === 1);
        const third = client.images.generate({ prompt, size, seed: 3 });
        controller.abort();
        await assert.rejects(second, OpenAI.APIUserAbortError);
        assert.equal((await first).data.length, 1);
        assert.equal((await third).data.length, 1);
        assert.equal(await gateway.metric(sentTasks), 2);
      });
    });

    test("a time-out's automatic retry gets the picture that was being drawn", async () => {
      await withGateway({ DEMO_DELAY_MS: "1800" }, async (gateway) => {
        const { client, exchanges } = makeClient(OpenAI, gateway, { timeout: 1200, maxRetries: 2 });
        const answer = await client.images.generate({ prompt, size });
        assert.equal(inspect(fromBase64(answer.data[0].b64_json)).size, size);
        assert.deepEqual(exchanges.map(({ headers }) => headers.get("x-stainless-retry-count")), ["0", "1"]);
        assert.equal(exchanges[1].response.headers.get("x-adopted"), "1");
        assert.equal(await gateway.metric(sentTasks), 1);
      });
    });

    test("all n pictures of a retried request are adopted", async () => {
      await withGateway({ DEMO_DELAY_MS: "1800" }, async (gateway) => {
        const { client, exchanges } = makeClient(OpenAI, gateway, { timeout: 1200, maxRetries: 2 });
        const answer = await client.images.generate({ prompt, size, n: 3 });
        assert.equal(new Set(answer.data.map((item) => inspect(fromBase64(item.b64_json)).digest)).size, 3);
        assert.equal(exchanges[1].response.headers.get("x-adopted"), "1");
        assert.equal(await gateway.metric(sentTasks), 3);
      });
    });

    test("a retry that wants nothing of earlier work is drawn anew", async () => {
      await withGateway({ DEMO_DELAY_MS: "900" }, async (gateway) => {
        const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
        const controller = new AbortController();
        const call = client.images.generate({ prompt, size }, { signal: controller.signal });
        await running(gateway, 1);
        controller.abort();
        await assert.rejects(call, OpenAI.APIUserAbortError);
        await gateway.logged("a request with status 499", (line) => line.status === 499);
        const headers = { "x-stainless-retry-count": "1", "cache-control": "no-cache" };
        const { data, response } = await client.images.generate({ prompt, size }, { headers }).withResponse();
        assert.equal(data.data.length, 1);
        assert.equal(response.headers.get("x-adopted"), null);
        assert.equal(await gateway.metric(sentTasks), 2);
      });
    });

    test("an Idempotency-Key gives the same picture again, and refuses another request", async () => {
      await withGateway({ DEMO_DELAY_MS: "600" }, async (gateway) => {
        const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
        const headers = { "Idempotency-Key": "order-17" };
        const controller = new AbortController();
        const call = client.images.generate({ prompt, size }, { headers, signal: controller.signal });
        await running(gateway, 1);
        controller.abort();
        await assert.rejects(call, OpenAI.APIUserAbortError);
        await assert.rejects(client.images.generate({ prompt: "something else", size }, { headers }), { status: 400 });
        const { response } = await client.images.generate({ prompt, size }, { headers }).withResponse();
        assert.equal(response.headers.get("x-adopted"), "1");
        assert.equal(await gateway.metric(sentTasks), 1);
      });
    });

    test("two equal requests at the same time are two pictures", async () => {
      await withGateway({ DEMO_DELAY_MS: "300" }, async (gateway) => {
        const { client } = makeClient(OpenAI, gateway);
        const answers = await Promise.all([1, 2].map(() => client.images.generate({ prompt, size })));
        const digests = answers.map((answer) => inspect(fromBase64(answer.data[0].b64_json)).digest);
        assert.notEqual(digests[0], digests[1]);
        assert.equal(await gateway.metric(sentTasks), 2);
      });
    });
  });
}
