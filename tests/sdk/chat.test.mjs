// POST /v1/chat/completions for models that draw, through both SDK lines.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { withGateway } from "./support/gateway.mjs";
import { fromBase64, inspect } from "./support/pictures.mjs";
import { makeClient } from "./support/sdks.mjs";
import { demo, pairings, withUpstream } from "./support/upstreams.mjs";

const model = "dreamifly-qwen-image";
const prompt = "a lighthouse in the fog";
const size = "256x256";
const say = (content, ...before) => [...before, { role: "user", content }];

function pictureIn(image) {
  assert.equal(image.type, "image_url");
  const [head, data] = image.image_url.url.split(",");
  assert.equal(head, "data:image/png;base64");
  return inspect(fromBase64(data));
}

const linkIn = (text) => /!\[image\]\((http[^)\s]+)\)/.exec(text)?.[1];

async function behind(link) {
  const response = await fetch(link);
  assert.equal(response.status, 200);
  return inspect(Buffer.from(await response.arrayBuffer()));
}

for (const { upstream, title, OpenAI } of pairings) {
  describe(`chats of ${title}`, () => {
    let started;
    let client;
    let exchanges;
    before(async () => {
      started = await upstream.start();
      ({ client, exchanges } = makeClient(OpenAI, started.gateway, { maxRetries: 0 }));
    });
    after(() => started.stop());

    const create = (request = {}) => client.chat.completions.create({ model, messages: say(prompt), size, ...request });
    const lastHeaders = () => exchanges.at(-1).response.headers;

    test("a completion has the picture, and a link to the same picture", async () => {
      const completion = await create();
      assert.match(completion.id, /^chatcmpl-/);
      assert.deepEqual([completion.object, completion.model], ["chat.completion", model]);
      assert.ok(Number.isSafeInteger(completion.created));
      assert.deepEqual(completion.usage, { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 });
      assert.equal(completion.choices.length, 1);
      const [{ index, message, finish_reason: reason }] = completion.choices;
      assert.deepEqual([index, message.role, reason], [0, "assistant", "stop"]);
      const picture = pictureIn(message.images[0]);
      assert.equal(picture.size, size);
      assert.equal((await behind(linkIn(message.content))).digest, picture.digest);
      assert.equal(lastHeaders().get("x-provider"), upstream.provider);
    });

    test("a stream tells the same, picture and text apart", async () => {
      const stream = await create({ stream: true, stream_options: { include_usage: true } });
      const chunks = [];
      for await (const chunk of stream) chunks.push(chunk);
      assert.equal(new Set(chunks.map(({ id, created, model }) => `${id} ${created} ${model}`)).size, 1);
      assert.ok(chunks.every(({ object }) => object === "chat.completion.chunk"));
      const [role, image, text, stop, usage] = chunks;
      assert.equal(chunks.length, 5);
      assert.deepEqual(role.choices[0].delta, { role: "assistant", content: "" });
      assert.equal(image.choices[0].delta.content, "");
      const picture = pictureIn(image.choices[0].delta.images[0]);
      assert.equal(text.choices[0].delta.images, undefined);
      assert.equal((await behind(linkIn(text.choices[0].delta.content))).digest, picture.digest);
      assert.deepEqual([stop.choices[0].delta, stop.choices[0].finish_reason], [{}, "stop"]);
      assert.deepEqual([usage.choices, usage.usage.total_tokens], [[], 0]);
      assert.match(lastHeaders().get("content-type"), /^text\/event-stream\b/);
    });

    test("the streaming helper keeps the picture", async () => {
      const runner = client.chat.completions.stream({ model, messages: say(prompt), size });
      const message = (await runner.finalChatCompletion()).choices[0].message;
      assert.equal(pictureIn(message.images[0]).size, size);
      assert.ok(linkIn(message.content));
    });

    test("hints at the end of the prompt are followed", async () => {
      const completion = await create({ messages: say(`${prompt} --size 64x128 --style 卡通 --seed 7`) });
      assert.equal(pictureIn(completion.choices[0].message.images[0]).size, "64x128");
      assert.equal(lastHeaders().get("x-seed"), "7");
      const again = await create({ size: "64x128", style: "Cartoon", seed: 7 });
      assert.deepEqual(pictureIn(again.choices[0].message.images[0]), pictureIn(completion.choices[0].message.images[0]));
    });

    test("n pictures come in one message", async () => {
      const { message } = (await create({ n: 2 })).choices[0];
      assert.deepEqual(message.images.map((image) => image.index), [0, 1]);
      assert.equal(new Set(message.images.map((image) => pictureIn(image).digest)).size, 2);
    });

    test("what has no effect is named", async () => {
      await create({ temperature: 0.5, top_p: 1, max_tokens: 100, tools: [], response_format: { type: "text" }, user: "u-1" });
      const ignored = lastHeaders().get("x-ignored-params").split(", ");
      assert.deepEqual(ignored.toSorted(), ["max_tokens", "response_format", "temperature", "tools", "top_p", "user"]);
    });

    test("refusals are typed errors, streamed or not", async () => {
      for (const stream of [false, true]) {
        await assert.rejects(create({ stream, model: "no-such-model" }), (error) => {
          assert.ok(error instanceof OpenAI.NotFoundError, error.constructor.name);
          assert.deepEqual([error.code, error.param], ["model_not_found", "model"]);
          return true;
        });
        await assert.rejects(create({ stream, size: "9999x9999" }), { status: 400, param: "size" });
        await assert.rejects(create({ stream, messages: [] }), { status: 400, param: "messages" });
        await assert.rejects(
          create({ stream, messages: say([{ type: "text", text: prompt }, { type: "image_url", image_url: { url: "https://example.com/a.png" } }]) }),
          { status: 400, code: "invalid_image_url", param: "messages[0].content[1].image_url" });
      }
    });
  });
}

for (const { upstream, title, OpenAI } of pairings) {
  test(`a failure after the stream began is raised by ${title}`, async () => {
    await withUpstream(upstream, { failures: "all" }, async ({ gateway }) => {
      const { client } = makeClient(OpenAI, gateway, { maxRetries: 0 });
      const stream = await client.chat.completions.create({ model, messages: say(prompt), size, stream: true });
      await assert.rejects(async () => {
        for await (const chunk of stream) assert.equal(chunk.choices[0].finish_reason, null);
      }, (error) => error instanceof OpenAI.APIError && error.code === "upstream_error");
    });
  });
}

for (const { OpenAI, title } of pairings.filter(({ upstream }) => upstream === demo)) {
  describe(`where ${title} finds pictures`, () => {
    for (const [setting, hasImages, shows] of [["images", true, false], ["markdown", false, true], ["both", true, true]]) {
      test(`CHAT_PICTURES=${setting}`, async () => {
        await withGateway({ CHAT_PICTURES: setting }, async (gateway) => {
          const { client } = makeClient(OpenAI, gateway);
          const { message } = (await client.chat.completions.create({ model, messages: say(prompt), size })).choices[0];
          assert.equal(Array.isArray(message.images), hasImages);
          assert.equal(linkIn(message.content) !== undefined, shows);
          assert.match(message.content, /\(http:\/\/127\.0\.0\.1:\d+\/images\//);
        });
      });
    }
  });

  describe(`pictures that ${title} sends`, () => {
    let gateway;
    let client;
    before(async () => {
      ({ gateway } = await demo.start());
      ({ client } = makeClient(OpenAI, gateway, { maxRetries: 0 }));
    });
    after(() => gateway.stop());

    const edit = "dreamifly-qwen-edit";
    const image = (url) => ({ type: "image_url", image_url: { url } });
    const create = (request) => client.chat.completions.create({ size, seed: 3, ...request });
    const digest = (completion) => pictureIn(completion.choices[0].message.images[0]).digest;

    test("a data URL, the own link and the assistant's last picture are the same reference", async () => {
      const first = (await create({ model, messages: say(prompt) })).choices[0].message;
      const dataUrl = first.images[0].image_url.url;
      const results = [];
      for (const url of [dataUrl, linkIn(first.content)]) {
        results.push(digest(await create({ model: edit, messages: say([{ type: "text", text: "bluer" }, image(url)]) })));
      }
      for (const assistant of [{ content: "", images: first.images }, { content: first.content }, { content: `![x](${dataUrl})` }]) {
        results.push(digest(await create({ model: edit, messages: say("bluer", { role: "user", content: prompt }, { role: "assistant", ...assistant }) })));
      }
      assert.equal(new Set(results).size, 1);
    });

    test("an edit without any picture is refused", async () => {
      await assert.rejects(create({ model: edit, messages: say("bluer") }), { status: 400, param: "model" });
      await assert.rejects(create({ model: edit, messages: say("bluer --edit") }), { status: 400, param: "image_from_history" });
    });

    test("a picture as bare text of image_url is taken", async () => {
      const { images } = (await create({ model, messages: say(prompt) })).choices[0].message;
      const part = { type: "image_url", image_url: images[0].image_url.url };
      assert.ok(digest(await create({ model: edit, messages: say([{ type: "text", text: "bluer" }, part]) })));
    });
  });
}
