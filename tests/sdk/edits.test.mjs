// POST /v1/images/edits and /variations through both SDK lines, pixels included.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fromBase64, inspect } from "./support/pictures.mjs";
import { decodePng, encodePng } from "./support/png.mjs";
import { makeClient } from "./support/sdks.mjs";
import { pairings } from "./support/upstreams.mjs";

const prompt = "put a red hat on it";
const width = 120;
const height = 80;

// Every pixel another colour, so that a shift by one shows.
const original = encodePng(width, height, (x, y) => [(x * 7) % 256, (y * 11) % 256, (x * y) % 256, 255]);
// What is transparent is to be painted: the right half.
const mask = encodePng(width, height, (x) => [0, 0, 0, x < width / 2 ? 255 : 0]);
const named = (bytes, name = "x.png", type = "image/png") => new File([bytes], name, { type });

for (const { upstream, title, OpenAI } of pairings.filter(({ upstream }) => upstream.provider === "demo")) {
  describe(`edits of ${title}`, () => {
    let started;
    let client;
    before(async () => {
      started = await upstream.start();
      ({ client } = makeClient(OpenAI, started.gateway, { maxRetries: 0 }));
    });
    after(() => started.stop());

    const edit = (request) => client.images.edit({ prompt, model: "gpt-image-1", image: named(original), ...request });

    test("one picture, and its shape is kept", async () => {
      const answer = await edit();
      const { size } = inspect(fromBase64(answer.data[0].b64_json));
      assert.equal(size, "1256x840");
      assert.equal(answer.size, "1256x840");
    });

    test("several pictures, without a useful type or name, and n", async () => {
      const image = [named(original, "blob", "application/octet-stream"), named(original, "blob", "")];
      const answer = await edit({ image, n: 2, size: "512x512" });
      assert.equal(answer.data.length, 2);
      assert.equal(inspect(fromBase64(answer.data[1].b64_json)).size, "512x512");
    });

    test("outside the mask's hole every pixel is the original's", async () => {
      const answer = await edit({ mask: named(mask) });
      const made = decodePng(fromBase64(answer.data[0].b64_json));
      const before = decodePng(original);
      assert.deepEqual([made.width, made.height], [width, height]);
      let changed = 0;
      for (let y = 0; y < height; ++y) {
        for (let x = 0; x < width; ++x) {
          const same = before.at(x, y).slice(0, 3).join() === made.at(x, y).slice(0, 3).join();
          if (x < width / 2) assert.ok(same, `${x},${y}`);
          else if (!same) ++changed;
        }
      }
      assert.ok(changed > (width * height) / 4, "the hole was painted");
    });

    for (const [model, form] of [["dall-e-2", "url"], ["gpt-image-1", "b64_json"], ["dreamifly-qwen-edit", "b64_json"]]) {
      test(`without response_format ${model} answers ${form}`, async () => {
        const square = encodePng(80, 80, (x, y) => [x, y, 99, 255]);
        const [item] = (await edit({ model, image: named(square), size: "256x256" })).data;
        assert.deepEqual(["url", "b64_json"].filter((key) => key in item), [form]);
      });
    }

    test("a variation needs no prompt", async () => {
      const answer = await client.images.createVariation({ image: named(original), model: "dall-e-2", response_format: "b64_json" });
      assert.equal(inspect(fromBase64(answer.data[0].b64_json)).format, "png");
    });

    test("a mask of another size is a BadRequestError that names it", async () => {
      const small = encodePng(10, 10, () => [0, 0, 0, 0]);
      await assert.rejects(edit({ mask: named(small) }), (error) => error instanceof OpenAI.BadRequestError && error.param === "mask");
    });

    test("text that poses as a picture is a BadRequestError that names the field", async () => {
      await assert.rejects(edit({ image: named(Buffer.from("not a picture")) }), (error) => error instanceof OpenAI.BadRequestError && error.param === "image");
    });

    test("a stream of an edit ends with image_edit.completed", async () => {
      const events = [];
      for await (const event of await edit({ stream: true, size: "256x256" })) events.push(event);
      assert.equal(events.at(-1).type, "image_edit.completed");
      assert.equal(inspect(fromBase64(events.at(-1).b64_json)).size, "256x256");
    });
  });
}
