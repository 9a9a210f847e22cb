// OpenRouter's provider for the AI SDK: it reads `images` of messages, and draws at /images.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { generateImage, generateText, streamText } from "ai";
import { createOpenRouter } from "openrouter";
import { apiKey, Gateway } from "../sdk/support/gateway.mjs";
import { fromBase64, inspect } from "./support/pictures.mjs";

const model = "dreamifly-qwen-image";
const prompt = "a lighthouse in the fog";
const size = "256x256";

describe("OpenRouter's provider", () => {
  let gateway;
  let openrouter;
  before(async () => {
    gateway = await Gateway.start();
    openrouter = createOpenRouter({ baseURL: gateway.url("/v1"), apiKey });
  });
  after(() => gateway.stop());

  const extras = { extraBody: { modalities: ["image", "text"], image_config: { aspect_ratio: "1:1" } } };
  const sizeOf = (file) => inspect(fromBase64(file.base64)).size;

  test("generateText has the picture as a file", async () => {
    const { files, text } = await generateText({ model: openrouter.chat(model, extras), prompt });
    assert.equal(files.length, 1);
    assert.equal(files[0].mediaType, "image/png");
    assert.equal(sizeOf(files[0]), "1024x1024");
    assert.match(text, /!\[image\]\(http/);
  });

  test("streamText has it too", async () => {
    const result = streamText({ model: openrouter.chat(model), prompt: `${prompt} --size ${size}` });
    await result.consumeStream();
    const files = await result.files;
    assert.equal(files.length, 1);
    assert.equal(sizeOf(files[0]), size);
  });

  test("generateImage draws at /images", async () => {
    const { images } = await generateImage({ model: openrouter.imageModel(model), prompt });
    assert.equal(images.length, 1);
    assert.equal(sizeOf(images[0]), "1024x1024");
  });
});
