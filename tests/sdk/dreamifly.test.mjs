// What is special about a Dreamifly server, through both SDK lines: its clock, its accounts, its models, its limits.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { withDreamifly } from "./support/dreamifly.mjs";
import { eventually } from "./support/gateway.mjs";
import { fromBase64, inspect } from "./support/pictures.mjs";
import { makeClient, sdks } from "./support/sdks.mjs";

const prompt = "a lighthouse in the fog";
const size = "64x64";

const account = "painter@example.com";
const password = "correct horse";
const signedIn = (more = {}) => ({
  fake: { account: `${account}:${password}`, ...more },
  env: { DREAMIFLY_EMAIL: account, DREAMIFLY_PASSWORD: password },
});

for (const { name, OpenAI } of sdks) {
  describe(`a Dreamifly server with ${name}`, () => {
    test("the seeds that were drawn with are told", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        const { client } = makeClient(OpenAI, gateway);
        const { data: one, response } = await client.images.generate({ prompt, size }).withResponse();
        const three = await client.images.generate({ prompt, size, n: 3 });
        const told = [...one.data, ...three.data].map((item) => item.seed);
        const asked = (await dreamifly.calls()).map(({ order }) => order.seed);
        assert.deepEqual(told.toSorted(), asked.toSorted());
        assert.equal(new Set(told).size, 4);
        assert.ok(told.every((seed) => Number.isSafeInteger(seed) && seed > 0));
        assert.equal(response.headers.get("x-seed"), String(told[0]));
      });
    });

    test("a drawing is asked for as the server wants it", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        const { client } = makeClient(OpenAI, gateway);
        await client.images.generate({ prompt, model: "dall-e-3", size: "1792x1024", quality: "hd", seed: 7, response_format: "b64_json" });
        const [{ order }] = await dreamifly.calls();
        assert.deepEqual(order, { prompt, width: 1792, height: 1024, steps: 20, seed: 7, batch_size: 1, model: "Qwen-Image" });
      });
    });

    for (const [where, options] of [["in +08:00", { "tz-minutes": 480 }], ["in -03:30", { "tz-minutes": -210 }],
      ["in +08:00 and two minutes ahead", { "tz-minutes": 480, "skew-seconds": 125 }], ["an hour behind", { "skew-seconds": -3600 }]]) {
      test(`a server ${where} takes every token`, async () => {
        await withDreamifly({ fake: options }, async ({ gateway, dreamifly }) => {
          const { client } = makeClient(OpenAI, gateway);
          for (const seed of [1, 2, 3]) assert.equal((await client.images.generate({ prompt, size, seed })).data[0].seed, seed);
          const state = await dreamifly.state();
          assert.deepEqual([state.calls, state.time_calls], [3, 1]);
        });
      });
    }

    test("an old server takes its static token", async () => {
      const fake = { "static-token": "sk-test-old-token" };
      const env = { DREAMIFLY_SITE_KEY: "", DREAMIFLY_AUTH_TOKEN: "Bearer sk-test-old-token" };
      await withDreamifly({ fake, env }, async ({ gateway, dreamifly }) => {
        const { client } = makeClient(OpenAI, gateway);
        assert.equal((await client.images.generate({ prompt, size })).data.length, 1);
        assert.equal((await dreamifly.state()).time_calls, 0);
      });
    });

    test("an account draws what is drawn for accounts only", async () => {
      await withDreamifly(signedIn(), async ({ gateway, dreamifly }) => {
        const { client } = makeClient(OpenAI, gateway);
        const answer = await client.images.generate({ prompt, size: "1024x1024", model: "dreamifly-grok-imagine" });
        assert.equal(inspect(fromBase64(answer.data[0].b64_json)).size, "1024x1024");
        const [{ account: caller, order }] = await dreamifly.calls();
        assert.deepEqual([caller, order.model], [account, "grok-imagine-1.0"]);
        assert.equal((await dreamifly.state()).sign_ins, 1);
      });
    });

    test("without an account that is said before anything is asked for", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        const { client, exchanges } = makeClient(OpenAI, gateway);
        await assert.rejects(client.images.generate({ prompt, size: "1024x1024", model: "dreamifly-grok-imagine" }),
          { status: 503, code: "no_account_available" });
        assert.equal(exchanges.length, 1);
        assert.equal(await dreamifly.drawn(), 0);
      });
    });

    test("a banned account draws nothing, and its address is told to nobody", async () => {
      await withDreamifly({ ...signedIn(), fake: { account: `${account}:${password}:banned` } }, async ({ gateway, dreamifly }) => {
        const { client, exchanges } = makeClient(OpenAI, gateway);
        await assert.rejects(client.images.generate({ prompt, size }), (error) => {
          assert.ok(error instanceof OpenAI.InternalServerError);
          assert.deepEqual([error.status, error.code], [503, "no_account_available"]);
          assert.doesNotMatch(error.message, /painter|horse/);
          return true;
        });
        assert.equal(exchanges.length, 1);
        assert.equal(await dreamifly.drawn(), 0);
      });
    });

    test("a session that dies is renewed", async () => {
      await withDreamifly(signedIn(), async ({ gateway, dreamifly }) => {
        const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
        const draw = () => client.images.generate({ prompt, size: "1024x1024", model: "dreamifly-grok-imagine" });
        await draw();
        await dreamifly.dropSessions();
        await draw();
        const callers = (await dreamifly.calls()).map((call) => call.account);
        assert.deepEqual(callers, [account, "", account]);
        assert.equal((await dreamifly.state()).sign_ins, 2);
      });
    });

    test("a model that the server has just begun to offer is listed and drawn", async () => {
      await withDreamifly({ fake: { model: ["Qwen-Image", "Tomorrow-1"] } }, async ({ gateway, dreamifly }) => {
        const { client } = makeClient(OpenAI, gateway);
        const listed = async () => (await client.models.list()).data.find(({ id }) => id === "Tomorrow-1");
        assert.ok(await eventually("the new model", listed));
        assert.equal((await client.images.generate({ prompt, size, model: "Tomorrow-1" })).data.length, 1);
        assert.equal((await dreamifly.calls())[0].order.model, "Tomorrow-1");
      });
    });

    for (const [who, most, options] of [["nobody", 1, { fake: { "site-limits": "true" } }], ["an account", 2, signedIn({ "site-limits": "true" })]]) {
      test(`the site's limits for ${who} are kept without a refusal`, async () => {
        await withDreamifly(options, async ({ gateway, dreamifly }) => {
          const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
          const answers = await Promise.all([10, 20, 30, 40, 50].map((seed) => client.images.generate({ prompt, size, seed, n: 2 })));
          assert.ok(answers.every((answer) => answer.data.length === 2));
          const state = await dreamifly.state();
          assert.equal(state.calls, 10);
          assert.ok(state.most_running <= most, `${state.most_running} at a time`);
        });
      });
    }
  });
}
