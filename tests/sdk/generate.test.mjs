// POST /v1/images/generations: what works, through both SDK lines.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { apiKey } from "./support/gateway.mjs";
import { fromBase64, inspect } from "./support/pictures.mjs";
import { makeClient } from "./support/sdks.mjs";
import { pairings } from "./support/upstreams.mjs";

const prompt = "a lighthouse in the fog";
const small = "256x256";

for (const { upstream, title, OpenAI } of pairings) {
  describe(`generations of ${title}`, () => {
    let started;
    let gateway;
    let client;
    let exchanges;
    before(async () => {
      started = await upstream.start();
      ({ gateway } = started);
      ({ client, exchanges } = makeClient(OpenAI, gateway, { maxRetries: 0 }));
    });
    after(() => started.stop());

    const draw = (request = {}, options = {}) => client.images.generate({ prompt, size: small, ...request }, options);
    const lastHeaders = () => exchanges.at(-1).response.headers;
    const pictureOf = (item) => inspect(fromBase64(item.b64_json));

    test("b64_json is a picture of the size asked for", async () => {
      const before = Math.floor(Date.now() / 1000);
      const answer = await draw({ model: "dreamifly-qwen-image", size: "512x384", response_format: "b64_json" });
      assert.equal(answer.data.length, 1);
      assert.deepEqual(Object.keys(answer.data[0]).sort(), ["b64_json", "seed"]);
      const { format, size } = pictureOf(answer.data[0]);
      assert.deepEqual([format, size], ["png", "512x384"]);
      assert.deepEqual([answer.output_format, answer.size], ["png", "512x384"]);
      assert.ok(Number.isSafeInteger(answer.created));
      assert.ok(answer.created >= before && answer.created <= before + 60);
    });

    test("the answer's headers say who drew it and under which request id", async () => {
      const answer = await draw();
      assert.equal(lastHeaders().get("x-request-id"), answer._request_id);
      assert.match(answer._request_id, /^\S{8,}$/);
      assert.equal(lastHeaders().get("x-provider"), upstream.provider);
      assert.match(lastHeaders().get("content-type"), /^application\/json\b/);
      for (const header of ["x-queue-ms", "x-upstream-ms", "x-overhead-ms"]) assert.match(lastHeaders().get(header), /^\d+$/);
      assert.equal(lastHeaders().get("x-adopted"), null);
    });

    test("two calls have two request ids", async () => {
      assert.notEqual((await draw())._request_id, (await draw())._request_id);
    });

    test("a url is absolute, ends in the format's extension and serves the picture to everyone", async () => {
      const answer = await draw({ response_format: "url", seed: 11 });
      assert.equal(answer.data[0].b64_json, undefined);
      const url = new URL(answer.data[0].url);
      assert.equal(url.origin, gateway.origin);
      assert.match(url.pathname, /^\/images\/[a-z0-9]+\.png$/);
      assert.ok(url.searchParams.has("expires") && url.searchParams.has("signature"));

      const inline = pictureOf((await draw({ response_format: "b64_json", seed: 11 })).data[0]);
      for (const headers of [{}, { authorization: `Bearer ${apiKey}` }, { authorization: "Bearer sk-test-of-someone-else" }]) {
        const response = await fetch(url, { headers });
        assert.equal(response.status, 200);
        assert.equal(response.headers.get("content-type"), "image/png");
        assert.equal(response.headers.get("access-control-allow-origin"), "*");
        assert.equal(inspect(Buffer.from(await response.arrayBuffer())).digest, inline.digest);
      }
    });

    test("a url with another id, time or signature opens nothing", async () => {
      const url = new URL((await draw({ response_format: "url" })).data[0].url);
      const change = (text) => (text.endsWith("0") ? "1" : "0");
      for (const name of ["expires", "signature"]) {
        const forged = new URL(url);
        const value = forged.searchParams.get(name);
        forged.searchParams.set(name, value.slice(0, -1) + change(value));
        assert.equal((await fetch(forged)).status, 403, name);
      }
      const bare = new URL(url);
      bare.search = "";
      assert.equal((await fetch(bare)).status, 403, "no signature");
    });

    test("a picture's url takes ranges and revalidation", async () => {
      const { url } = (await draw({ response_format: "url" })).data[0];
      const whole = await fetch(url);
      const bytes = Buffer.from(await whole.arrayBuffer());
      const part = await fetch(url, { headers: { range: "bytes=10-19" } });
      assert.equal(part.status, 206);
      assert.equal(part.headers.get("content-range"), `bytes 10-19/${bytes.length}`);
      assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20));
      const again = await fetch(url, { headers: { "if-none-match": whole.headers.get("etag") } });
      assert.equal(again.status, 304);
    });

    for (const [model, form] of [["dall-e-3", "url"], ["dall-e-2", "url"], ["gpt-image-1", "b64_json"],
      ["dreamifly-flux-dev", "b64_json"], [undefined, "b64_json"]]) {
      test(`without response_format ${model ?? "no model"} answers ${form}`, async () => {
        const [item] = (await draw({ model })).data;
        assert.deepEqual(["url", "b64_json"].filter((key) => key in item), [form]);
      });
    }

    test("an explicit response_format wins over the model's habit", async () => {
      assert.equal(typeof (await draw({ model: "dall-e-3", response_format: "b64_json" })).data[0].b64_json, "string");
      assert.equal(typeof (await draw({ model: "gpt-image-1", response_format: "url" })).data[0].url, "string");
    });

    test("n pictures are n different pictures with different seeds", async () => {
      const { data } = await draw({ n: 3 });
      assert.equal(data.length, 3);
      assert.equal(new Set(data.map((item) => pictureOf(item).digest)).size, 3);
      assert.equal(new Set(data.map((item) => item.seed)).size, 3);
    });

    test("n pictures of one seed are different, and the same again", async () => {
      const digests = async () => (await draw({ n: 3, seed: 99 })).data.map((item) => pictureOf(item).digest);
      const first = await digests();
      assert.equal(new Set(first).size, 3);
      assert.deepEqual(await digests(), first);
    });

    test("the same seed gives the same bytes, another seed others", async () => {
      const digest = async (seed) => pictureOf((await draw({ seed })).data[0]).digest;
      const first = await digest(4711);
      assert.equal(await digest(4711), first);
      assert.notEqual(await digest(4712), first);
    });

    test("a reported seed draws the same picture again", async () => {
      const [item] = (await draw()).data;
      assert.ok(Number.isSafeInteger(item.seed) && item.seed > 0);
      assert.equal(pictureOf((await draw({ seed: item.seed })).data[0]).digest, pictureOf(item).digest);
    });

    test("without a seed two calls are two pictures", async () => {
      assert.notEqual(pictureOf((await draw()).data[0]).digest, pictureOf((await draw()).data[0]).digest);
    });

    test("null stands for absent in every optional field", async () => {
      const answer = await draw({
        model: null, n: null, quality: null, response_format: null, output_format: null, output_compression: null,
        background: null, moderation: null, stream: null, partial_images: null, style: null, user: null,
        safety_identifier: null, seed: null, negative_prompt: null, steps: null,
      });
      assert.equal(answer.data.length, 1);
      assert.equal(pictureOf(answer.data[0]).size, small);
      assert.equal(lastHeaders().get("x-ignored-params"), null);
    });

    test("size null and auto are 1024x1024", async () => {
      assert.equal((await draw({ size: null })).size, "1024x1024");
      assert.equal((await draw({ size: "auto" })).size, "1024x1024");
    });

    for (const size of ["1792x1024", "1024x1792", "1536x1024", "64x64"]) {
      test(`${size} is drawn as asked`, async () => {
        const answer = await draw({ size });
        assert.equal(answer.size, size);
        assert.equal(pictureOf(answer.data[0]).size, size);
      });
    }

    test("every quality word of the three generations of models is taken", async () => {
      for (const quality of ["auto", "standard", "hd", "low", "medium", "high", "xhigh", "max"]) {
        const answer = await draw({ quality });
        const effective = ["hd", "high", "xhigh", "max"].includes(quality) ? "high" : "low";
        assert.equal(answer.quality, effective, quality);
      }
    });

    test("steps other than the model's two are refused by name", async () => {
      const { capabilities } = await client.models.retrieve("dreamifly-qwen-image");
      const [low, high] = capabilities.steps;
      assert.equal((await draw({ steps: low })).quality, "low");
      assert.equal((await draw({ steps: high })).quality, "high");
      await assert.rejects(draw({ steps: high + 1 }), (error) => {
        assert.deepEqual([error.status, error.code, error.param], [400, "invalid_value", "steps"]);
        assert.match(error.message, new RegExp(`\\b${low}\\b.*\\b${high}\\b`));
        return true;
      });
    });

    for (const style of ["油画", "Oil Painting", "oil painting"]) {
      test(`style ${style} changes the prompt and says so`, async () => {
        const [item] = (await draw({ style })).data;
        assert.equal(item.revised_prompt, `oil painting style, ${prompt}`);
      });
    }

    for (const style of ["vivid", "natural"]) {
      test(`style ${style} is taken without effect, which a header says`, async () => {
        const [item] = (await draw({ style })).data;
        assert.equal(item.revised_prompt, undefined);
        assert.equal(lastHeaders().get("x-ignored-params"), "style");
      });
    }

    test("style 无 changes nothing", async () => {
      const [item] = (await draw({ style: "无" })).data;
      assert.equal(item.revised_prompt, undefined);
    });

    test("extensions go beside the known fields", async () => {
      const answer = await draw({ model: "dreamifly-sdxl", negative_prompt: "blurry", seed: 5, style: "卡通" });
      assert.equal(answer.data[0].seed, 5);
      assert.equal(answer.data[0].revised_prompt, `cartoon style, ${prompt}`);
    });

    for (const output_format of ["png", "jpeg", "webp"]) {
      test(`output_format ${output_format} is what the bytes are`, async () => {
        const answer = await draw({ output_format });
        const { format, size } = pictureOf(answer.data[0]);
        assert.deepEqual([format, size], [output_format, small]);
        assert.equal(answer.output_format, output_format);
      });

      test(`a url of ${output_format} has its type and extension`, async () => {
        const { url } = (await draw({ output_format, response_format: "url" })).data[0];
        assert.match(new URL(url).pathname, new RegExp(`\\.${output_format === "jpeg" ? "jpe?g" : output_format}$`));
        const response = await fetch(url);
        assert.equal(response.headers.get("content-type"), `image/${output_format}`);
        assert.equal(inspect(Buffer.from(await response.arrayBuffer())).format, output_format);
      });
    }

    test("output_compression makes a smaller file", async () => {
      const length = async (output_compression) =>
        (await draw({ output_format: "jpeg", output_compression, seed: 3, size: "512x512" })).data[0].b64_json.length;
      assert.ok((await length(20)) < (await length(95)));
    });

    test("background is reported as opaque when it was asked to be", async () => {
      assert.equal((await draw({ background: "opaque" })).background, "opaque");
    });

    test("what is accepted without effect is listed", async () => {
      await draw({ user: "someone", moderation: "low", complexity: "high", wibble: 1 });
      const listed = lastHeaders().get("x-ignored-params").split(", ").sort();
      assert.deepEqual(listed, ["complexity", "moderation", "user", "wibble"]);
    });

    test("safety_identifier comes back", async () => {
      assert.equal((await draw({ safety_identifier: "end-user-1" })).safety_identifier, "end-user-1");
    });

    test("a Chinese prompt, emoji and 32,000 characters are taken", async () => {
      for (const text of ["一只猫在读书", "🦊🏮", "画".repeat(32_000)]) {
        assert.equal((await draw({ prompt: text })).data.length, 1);
      }
    });

    test("a base URL with a trailing slash or without /v1 works", async () => {
      for (const base of ["/v1/", "/", "//v1"]) {
        const { client: other } = makeClient(OpenAI, gateway, { baseURL: gateway.url(base), maxRetries: 0 });
        assert.equal((await other.images.generate({ prompt, size: small })).data.length, 1, base);
      }
    });

    test("an Azure-style key and query are understood", async () => {
      const { client: other } = makeClient(OpenAI, gateway, {
        apiKey: "sk-test-unused", defaultHeaders: { "api-key": apiKey, authorization: null },
        defaultQuery: { "api-version": "2026-01-01" },
      });
      assert.equal((await other.images.generate({ prompt, size: small })).data.length, 1);
    });
  });
}
