// LangChain's OpenAI package in two versions: its picture tool and its chat model.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as langchain15 from "langchain-openai15";
import * as langchain16 from "langchain-openai16";
import { apiKey, Gateway } from "../sdk/support/gateway.mjs";
import { behind, fromBase64, inspect, linksIn } from "./support/pictures.mjs";

const model = "dreamifly-qwen-image";
const prompt = "a lighthouse in the fog";
const size = "256x256";

for (const [name, { ChatOpenAI, DallEAPIWrapper }] of [["@langchain/openai 1.5", langchain15], ["@langchain/openai 1.6", langchain16]]) {
  describe(name, () => {
    let gateway;
    before(async () => {
      gateway = await Gateway.start();
    });
    after(() => gateway.stop());

    const draw = (options = {}) => new DallEAPIWrapper({ apiKey, baseUrl: gateway.url("/v1"), maxRetries: 0, ...options });
    const chat = (options = {}) =>
      new ChatOpenAI({ apiKey, model, maxRetries: 0, configuration: { baseURL: gateway.url("/v1") }, ...options });

    test("the picture tool gets a link", async () => {
      assert.equal((await behind(await draw().invoke(prompt))).size, "1024x1024");
    });

    test("the picture tool gets bytes", async () => {
      const text = await draw({ responseFormat: "b64_json", dallEResponseFormat: "b64_json", model }).invoke(prompt);
      assert.equal(inspect(fromBase64(text)).size, "1024x1024");
    });

    test("the picture tool gets several", async () => {
      const parts = await draw({ n: 2 }).invoke(prompt);
      assert.equal(parts.length, 2);
      for (const part of parts) assert.equal((await behind(part.image_url?.url ?? part.image_url)).size, "1024x1024");
    });

    test("a chat shows the picture", async () => {
      const message = await chat().invoke(`${prompt} --size ${size}`);
      const text = typeof message.content === "string" ? message.content : message.content.filter(({ type }) => type === "text").map((block) => block.text).join("");
      assert.equal((await behind(linksIn(text)[0])).size, size);
    });

    test("a streamed chat shows it too", async () => {
      let text = "";
      for await (const chunk of await chat().stream(`${prompt} --size ${size}`)) text += chunk.text;
      assert.equal((await behind(linksIn(text)[0])).size, size);
    });

    test("a refusal is an error with its status", async () => {
      await assert.rejects(chat({ model: "no-such-model" }).invoke(prompt), { status: 404 });
    });
  });
}
