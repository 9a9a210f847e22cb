// GET /v1/models and /v1/models/{id}, through both SDK lines.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { makeClient } from "./support/sdks.mjs";
import { demo, pairings } from "./support/upstreams.mjs";

const defaultModel = "dreamifly-qwen-image";
const aliases = ["dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini", "gpt-image-1.5", "gpt-image-2", "chatgpt-image-latest"];

for (const { upstream, title, OpenAI } of pairings) {
  describe(`models of ${title}`, () => {
    let started;
    let gateway;
    before(async () => {
      started = await upstream.start({ env: { MODEL_MAPPING: JSON.stringify({ "studio/fast:1": "dreamifly-sdxl" }) } });
      ({ gateway } = started);
    });
    after(() => started.stop());

    test("the list begins with the default and holds every alias", async () => {
      const { client } = makeClient(OpenAI, gateway);
      const page = await client.models.list();
      const ids = page.data.map((model) => model.id);
      assert.equal(ids[0], defaultModel);
      for (const alias of [...aliases, "studio/fast:1"]) assert.ok(ids.includes(alias), alias);
      assert.equal(new Set(ids).size, ids.length);
      assert.equal(page.hasNextPage(), false);
    });

    test("every entry is what strict clients expect", async () => {
      const { client } = makeClient(OpenAI, gateway);
      for (const model of (await client.models.list()).data) {
        assert.equal(model.object, "model");
        assert.ok(Number.isSafeInteger(model.created), `${model.id}: created`);
        assert.ok(model.created > 1_000_000_000 && model.created < 10_000_000_000, `${model.id}: seconds`);
        assert.equal(typeof model.owned_by, "string");
        assert.equal(typeof model.name, "string");
        assert.equal(model.demo ?? false, upstream === demo);
        assert.deepEqual(model.architecture.output_modalities, ["image"]);
      }
    });

    test("iterating the list ends", async () => {
      const { client, exchanges } = makeClient(OpenAI, gateway);
      let count = 0;
      for await (const model of client.models.list()) count += model.id ? 1 : 0;
      assert.ok(count > aliases.length);
      assert.equal(exchanges.length, 1);
    });

    test("a model is found by its id", async () => {
      const { client } = makeClient(OpenAI, gateway);
      const model = await client.models.retrieve(defaultModel);
      assert.equal(model.id, defaultModel);
      assert.equal(model.capabilities.text_to_image, true);
      assert.match(model._request_id, /\S/);
    });

    test("an alias answers under the name that was asked for", async () => {
      const { client } = makeClient(OpenAI, gateway);
      const model = await client.models.retrieve("dall-e-3");
      assert.equal(model.id, "dall-e-3");
      assert.equal(model.alias_of, defaultModel);
    });

    test("an id with a slash is found in its encoded form", async () => {
      const { client, exchanges } = makeClient(OpenAI, gateway);
      const model = await client.models.retrieve("studio/fast:1");
      assert.equal(model.id, "studio/fast:1");
      assert.match(exchanges[0].url, /\/models\/studio%2Ffast:1$/);
    });

    test("an id with a slash is found in its raw form", async () => {
      const response = await gateway.fetch("/v1/models/studio/fast:1");
      assert.equal(response.status, 200);
      assert.equal((await response.json()).id, "studio/fast:1");
    });

    for (const unknown of ["no-such-model", "no/such/model", "模型", "../models"]) {
      test(`${unknown} is a NotFoundError that names the parameter`, async () => {
        const { client } = makeClient(OpenAI, gateway);
        await assert.rejects(client.models.retrieve(unknown), (error) => {
          assert.ok(error instanceof OpenAI.NotFoundError, error.constructor.name);
          assert.equal(error.status, 404);
          assert.equal(error.code, "model_not_found");
          assert.equal(error.param, "model");
          assert.equal(error.type, "invalid_request_error");
          assert.match(error.requestID, /\S/);
          return true;
        });
      });
    }

    test("models cannot be deleted", async () => {
      const { client, exchanges } = makeClient(OpenAI, gateway);
      await assert.rejects(client.models.delete(defaultModel), { status: 405, code: "method_not_supported" });
      assert.match(exchanges[0].response.headers.get("allow"), /\bGET\b/);
    });
  });
}
