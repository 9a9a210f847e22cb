// Streamed generations and edits, and JSON behind spaces, as the official client reads them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { withDreamifly } from "./support/dreamifly.mjs";
import { Gateway } from "./support/gateway.mjs";
import { fromBase64, inspect } from "./support/pictures.mjs";
import { makeClient, sdks } from "./support/sdks.mjs";

const prompt = "a lighthouse in the fog";
const size = "256x256";
const hasty = { HEARTBEAT_TIME: "50ms" };
const pictureOf = (event) => inspect(fromBase64(event.b64_json));
const typesOf = (events) => events.map(({ type }) => type);

async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

for (const { name, OpenAI } of sdks) {
  const stream = (client, request = {}, options = {}) => client.images.generate({ prompt, size, stream: true, ...request }, options);

  describe(`streams of the demo with ${name}`, () => {
    let gateway;
    let client;
    let exchanges;
    before(async () => {
      gateway = await Gateway.start({ DEMO_DELAY_MS: "800", ...hasty });
      ({ client, exchanges } = makeClient(OpenAI, gateway, { maxRetries: 0 }));
    });
    after(() => gateway.stop());

    test("one picture is one completed event", async () => {
      const events = await collect(await stream(client));
      assert.deepEqual(typesOf(events), ["image_generation.completed"]);
      const [completed] = events;
      assert.deepEqual(pictureOf(completed).size, size);
      assert.equal(completed.size, size);
      assert.equal(completed.output_format, "png");
      assert.equal(completed.background, "auto");
      assert.ok(["low", "medium", "high", "auto"].includes(completed.quality));
      assert.ok(Number.isSafeInteger(completed.created_at));
      assert.match(exchanges.at(-1).response.headers.get("content-type"), /^text\/event-stream/);
      assert.equal(completed.seed, Number(exchanges.at(-1).response.headers.get("x-seed")));
    });

    test("previews come in their order, before the picture, and look different from it", async () => {
      const events = await collect(await stream(client, { partial_images: 3, output_format: "webp" }));
      const previews = events.slice(0, -1);
      assert.ok(previews.length >= 1 && previews.length <= 3);
      previews.forEach((event, index) => {
        assert.equal(event.type, "image_generation.partial_image");
        assert.equal(event.partial_image_index, index);
        assert.deepEqual([event.size, event.output_format, pictureOf(event).format], [size, "webp", "webp"]);
      });
      assert.equal(events.at(-1).type, "image_generation.completed");
      assert.equal(new Set(events.map((event) => pictureOf(event).digest)).size, events.length);
    });

    test("the stream's picture is the plain call's", async () => {
      const [completed] = await collect(await stream(client, { seed: 7 }));
      const plain = await client.images.generate({ prompt, size, seed: 7 });
      assert.equal(pictureOf(completed).digest, inspect(fromBase64(plain.data[0].b64_json)).digest);
    });

    test("n pictures are n completed events", async () => {
      const events = await collect(await stream(client, { n: 2 }));
      assert.deepEqual(typesOf(events), ["image_generation.completed", "image_generation.completed"]);
      assert.equal(new Set(events.map((event) => pictureOf(event).digest)).size, 2);
    });

    test("edits have events of their own", async () => {
      const drawn = await client.images.generate({ prompt, size });
      const image = new File([fromBase64(drawn.data[0].b64_json)], "drawn.png", { type: "image/png" });
      const events = await collect(await client.images.edit({ image, prompt, size, model: "gpt-image-1", stream: true, partial_images: 1 }));
      assert.equal(events.at(-1).type, "image_edit.completed");
      for (const event of events.slice(0, -1)) assert.equal(event.type, "image_edit.partial_image");
      assert.equal(pictureOf(events.at(-1)).size, size);
    });

    test("comments pass unseen, and say how it goes", async () => {
      const response = await gateway.fetch("/v1/images/generations", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prompt, size, stream: true }),
      });
      const comments = (await response.text()).split("\n").filter((line) => line.startsWith(":"));
      assert.ok(comments.length >= 2, "one at the start, and heartbeats");
      for (const comment of comments) assert.match(comment, /^: (?:queued \d+\/\d+|drawing \d+\.\ds)$/);
    });

    test("what is wrong with the request is an error as ever", async () => {
      await assert.rejects(stream(client, { size: "1x1" }), (error) => error instanceof OpenAI.BadRequestError && error.param === "size");
      await assert.rejects(stream(client, { partial_images: 4 }), (error) => error instanceof OpenAI.BadRequestError && error.param === "partial_images");
      await assert.rejects(stream(client, { model: "none" }), OpenAI.NotFoundError);
    });

    test("spaces ahead of JSON pass unseen", async () => {
      const answer = await client.images.generate({ prompt, size, seed: 3 }, { headers: { "x-heartbeat": "whitespace" } });
      assert.equal(inspect(fromBase64(answer.data[0].b64_json)).size, size);
      assert.equal(answer.data[0].seed, 3);
    });
  });

  describe(`streams that end badly with ${name}`, () => {
    const failure = { status: 500, body: { error: "Prediction failed: CUDA out of memory" }, count: 1 };

    test("an error after the first byte is raised", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        await dreamifly.next(failure);
        const { client, exchanges } = makeClient(OpenAI, gateway);
        await assert.rejects(async () => collect(await stream(client)), (error) => {
          assert.ok(error instanceof OpenAI.APIError);
          assert.deepEqual([error.code, error.type], ["upstream_error", "server_error"]);
          return true;
        });
        assert.equal(exchanges[0].response.status, 200);
        assert.equal(exchanges.length, 1);
      });
    });

    test("one failure of two leaves the other picture", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        await dreamifly.next(failure);
        const events = await collect(await stream(makeClient(OpenAI, gateway).client, { n: 2 }));
        assert.deepEqual(typesOf(events), ["image_generation.completed"]);
      });
    });

    test("an error behind spaces is returned, not raised", async () => {
      await withDreamifly({}, async ({ gateway, dreamifly }) => {
        await dreamifly.next(failure);
        const { client } = makeClient(OpenAI, gateway);
        const answer = await client.images.generate({ prompt, size }, { headers: { "x-heartbeat": "whitespace" } });
        assert.equal(answer.error.code, "upstream_error");
      });
    });

    test("an aborted stream's repeat gets the picture", async () => {
      await withDreamifly({ env: hasty }, async ({ gateway, dreamifly }) => {
        await dreamifly.hold();
        const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
        const events = await stream(client);
        events.controller.abort();
        await gateway.logged("a request with status 499", (line) => line.status === 499);
        const again = stream(client, {}, { headers: { "x-stainless-retry-count": "1" } }).withResponse();
        const { data, response } = await again;
        assert.equal(response.headers.get("x-adopted"), "1");
        await dreamifly.release();
        assert.deepEqual(typesOf(await collect(data)), ["image_generation.completed"]);
        assert.equal(await dreamifly.drawn(), 1);
      });
    });
  });
}
