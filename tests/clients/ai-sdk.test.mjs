// Vercel's AI SDK in two lines, with its two providers for servers like this one.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as ai7 from "ai";
import * as ai6 from "ai6";
import { createOpenAICompatible as compatible2 } from "ai-compatible2";
import { createOpenAICompatible as compatible3 } from "ai-compatible3";
import { createOpenAI as openai3 } from "ai-openai3";
import { createOpenAI as openai4 } from "ai-openai4";
import { apiKey, Gateway, withGateway } from "../sdk/support/gateway.mjs";
import { behind, fromBase64, inspect, linksIn } from "./support/pictures.mjs";

const model = "dreamifly-qwen-image";
const edit = "dreamifly-qwen-edit";
const prompt = "a lighthouse in the fog";
const size = "256x256";

const compatible = (create) => (baseURL) => create({ name: "gateway", baseURL, apiKey });
const openai = (create) => (baseURL) => create({ baseURL, apiKey });

const clients = [
  { name: "ai 6 with openai-compatible 2", ai: ai6, provider: compatible(compatible2), chat: (p, id) => p.chatModel(id) },
  { name: "ai 7 with openai-compatible 3", ai: ai7, provider: compatible(compatible3), chat: (p, id) => p.chatModel(id) },
  { name: "ai 6 with openai 3", ai: ai6, provider: openai(openai3), chat: (p, id) => p.chat(id) },
  { name: "ai 7 with openai 4", ai: ai7, provider: openai(openai4), chat: (p, id) => p.chat(id) },
];

for (const { name, ai, provider: make, chat } of clients) {
  describe(name, () => {
    let gateway;
    let provider;
    before(async () => {
      gateway = await Gateway.start();
      provider = make(gateway.url("/v1"));
    });
    after(() => gateway.stop());

    const generate = (options) => ai.generateImage({ prompt, size, maxRetries: 0, ...options });
    const pictureOf = (image) => inspect(fromBase64(image.base64));

    for (const id of [model, "gpt-image-1", "dall-e-3"]) {
      test(`generateImage of ${id}`, async () => {
        const { images } = await generate({ model: provider.imageModel(id) });
        assert.equal(images.length, 1);
        assert.deepEqual([pictureOf(images[0]).format, pictureOf(images[0]).size], ["png", size]);
        assert.equal(images[0].mediaType, "image/png");
      });
    }

    test("generateImage of several", async () => {
      const { images } = await generate({ model: provider.imageModel(model), n: 3 });
      assert.equal(new Set(images.map((image) => pictureOf(image).digest)).size, 3);
    });

    test("generateImage is told why not", async () => {
      await assert.rejects(generate({ model: provider.imageModel("no-such-model") }), (error) => {
        assert.ok(ai.APICallError.isInstance(error), error.name);
        assert.equal(error.statusCode, 404);
        assert.match(error.message, /no-such-model|model/);
        return true;
      });
    });

    test("generateText gets a text that shows the picture", async () => {
      const { text, finishReason } = await ai.generateText({ model: chat(provider, model), prompt: `${prompt} --size ${size}` });
      assert.equal(finishReason, "stop");
      const links = linksIn(text);
      assert.equal(links.length, 1);
      assert.equal((await behind(links[0], { authorization: `Bearer ${apiKey}` })).size, size);
    });

    test("streamText gets the same", async () => {
      const result = ai.streamText({ model: chat(provider, model), prompt: `${prompt} --size ${size}` });
      let text = "";
      for await (const piece of result.textStream) text += piece;
      assert.equal((await behind(linksIn(text)[0])).size, size);
      assert.equal(await result.finishReason, "stop");
    });

    test("a picture in a message is drawn from", async () => {
      const { images } = await generate({ model: provider.imageModel(model) });
      const content = [{ type: "text", text: `bluer --size ${size}` },
        ai === ai6 ? { type: "image", image: images[0].uint8Array } : { type: "file", data: images[0].uint8Array, mediaType: "image/png" }];
      const { text } = await ai.generateText({ model: chat(provider, edit), messages: [{ role: "user", content }] });
      assert.equal((await behind(linksIn(text)[0])).size, size);
    });

    test("a chat is told why not", async () => {
      await assert.rejects(ai.generateText({ model: chat(provider, "no-such-model"), prompt, maxRetries: 0 }), (error) => {
        assert.ok(ai.APICallError.isInstance(error), error.name);
        assert.equal(error.statusCode, 404);
        return true;
      });
    });

    test("a failure in the middle of a stream is an error part", async () => {
      await withGateway({ DEMO_FAILURE_RATE: "1" }, async (failing) => {
        const result = ai.streamText({ model: chat(make(failing.url("/v1")), model), prompt, maxRetries: 0, onError() {} });
        const parts = [];
        for await (const part of result.fullStream ?? result.stream) parts.push(part);
        const told = parts.find(({ type }) => type === "error");
        assert.ok(told, parts.map(({ type }) => type).join());
        assert.match(JSON.stringify(told.error?.message ?? told.error), /DEMO_FAILURE_RATE/);
      });
    });
  });
}
