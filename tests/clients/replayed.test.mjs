// Requests of programs that cannot be started here, as their sources build them, and what they read from the
// answer. Only what they really look at is looked at.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { apiKey, Gateway } from "../sdk/support/gateway.mjs";
import { encodePng } from "../sdk/support/png.mjs";
import { behind, fromBase64, fromDataUrl, inspect, linksIn } from "./support/pictures.mjs";

const model = "dreamifly-qwen-image";
const prompt = "a lighthouse in the fog";
const bearer = { authorization: `Bearer ${apiKey}` };
const agent = "OpenAI/JS 6.49.0";
const sdkHeaders = { ...bearer, accept: "application/json", "user-agent": agent, "x-stainless-lang": "js", "x-stainless-retry-count": "0" };
const pythonHeaders = { ...bearer, accept: "application/json", "user-agent": "OpenAI/Python 3.3.1", "x-stainless-lang": "python", "x-stainless-retry-count": "0" };
const editor = "dreamifly-qwen-edit";
const original = encodePng(120, 80, (x, y) => [x, y, 99, 255]);
const mask = encodePng(120, 80, (x) => [0, 0, 0, x < 60 ? 255 : 0]);
const pictureOf = (b64) => inspect(fromBase64(b64));

let gateway;
before(async () => {
  gateway = await Gateway.start();
});
after(() => gateway.stop());

async function post(target, body, headers = bearer) {
  const response = await fetch(gateway.origin + target, {
    method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return response;
}

// Multipart: the parts in this order; a picture is [name, bytes, file name, type].
async function postForm(target, parts, headers = bearer) {
  const form = new FormData();
  for (const [name, value, file, type] of parts) {
    if (file) form.append(name, new File([value], file, { type }));
    else form.append(name, value);
  }
  const response = await fetch(gateway.origin + target, { method: "POST", headers, body: form });
  assert.equal(response.status, 200, await response.clone().text());
  return response;
}

const png = (name, bytes = original, file = "image.png", type = "image/png") => [name, bytes, file, type];

// A hand-written reader of chat streams: lines of data up to [DONE].
async function chunksOf(response) {
  const lines = (await response.text()).split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
  assert.equal(lines.pop(), "[DONE]");
  return lines.map((line) => JSON.parse(line));
}

const deltas = (chunks) => chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
const textOf = (chunks) => deltas(chunks).map(({ content }) => content ?? "").join("");
const imagesOf = (chunks) => deltas(chunks).flatMap(({ images }) => images ?? []);

describe("Open WebUI", () => {
  const user = { "x-openwebui-user-name": "Ada", "x-openwebui-user-id": "u-1", "x-openwebui-user-email": "ada@example.com", "x-openwebui-user-role": "user" };

  test("draws with its default model and size", async () => {
    // The base URL ends in a slash, and is put in front of the path as it is.
    const response = await post("/v1//images/generations", { model: "dall-e-2", prompt, n: 1, size: "512x512", response_format: "b64_json" }, { ...bearer, ...user });
    const { data } = await response.json();
    assert.equal(data[0].url, undefined);
    assert.equal(pictureOf(data[0].b64_json).size, "512x512");
  });

  test("draws with a gpt-image model, and an api-version", async () => {
    const { data } = await (await post("/v1/images/generations?api-version=2025-04-01-preview", { model: "gpt-image-1", prompt, n: 1, size: "auto" }, { "api-key": apiKey })).json();
    assert.equal(pictureOf(data[0].b64_json).size, "1024x1024");
  });

  test("fetches a url with its key", async () => {
    const { data } = await (await post("/v1/images/generations", { model, prompt, n: 1, response_format: "url" })).json();
    assert.equal((await behind(data[0].url, bearer)).size, "1024x1024");
  });

  test("sends whatever else its administrator has set", async () => {
    const body = { model, prompt, n: 1, size: "512x512", response_format: "b64_json", steps: null, guidance: 3.5, extra: { nested: [1] } };
    const response = await post("/v1/images/generations", body, { ...bearer, ...user });
    assert.match(response.headers.get("x-ignored-params"), /guidance/);
    assert.equal(pictureOf((await response.json()).data[0].b64_json).size, "512x512");
  });

  test("edits one picture as image, several as image[]", async () => {
    const text = [["model", "gpt-image-1"], ["prompt", prompt], ["n", "1"], ["size", "512x512"], ["background", "auto"]];
    for (const pictures of [[png("image")], [png("image[]"), png("image[]")]]) {
      const { data } = await (await postForm("/v1/images/edits", [...text, ...pictures], { ...bearer, ...user })).json();
      assert.equal(pictureOf(data[0].b64_json).size, "512x512");
    }
  });

  test("edits with a model that is asked for base64", async () => {
    const parts = [["model", editor], ["prompt", prompt], ["n", "1"], ["response_format", "b64_json"], png("image", original, "image.png", "application/octet-stream")];
    const { data } = await (await postForm("/v1/images/edits", parts, { ...bearer, ...user })).json();
    assert.ok(pictureOf(data[0].b64_json));
  });

  // It shows nothing of a refusal but the reason phrase, which fetch() hands on.
  test("reads a refusal from the status line", async () => {
    const response = await fetch(gateway.url("/v1/images/generations"), { method: "POST", headers: { ...bearer, "content-type": "application/json" }, body: JSON.stringify({ model, prompt, n: 0 }) });
    assert.deepEqual([response.status, response.statusText], [400, "Bad Request"]);
  });

  test("finds the picture in a chat's stream", async () => {
    const body = { stream: true, model, messages: [{ role: "system", content: "You are helpful." }, { role: "user", content: prompt }], params: {}, features: {} };
    const images = imagesOf(await chunksOf(await post("/v1/chat/completions", body, { ...bearer, ...user })));
    assert.equal(fromDataUrl(images[0].image_url.url).size, "1024x1024");
  });

  test("checks its connection by the list, and shows names", async () => {
    const { data } = await (await fetch(gateway.url("/v1/models"), { headers: bearer })).json();
    assert.ok(data.some(({ id }) => id === model));
  });
});

describe("LobeChat", () => {
  test("draws through the SDK", async () => {
    const { data } = await (await post("/v1/images/generations", { model, n: 1, prompt, size: "1024x768", seed: 7 }, sdkHeaders)).json();
    assert.equal(pictureOf(data[0].b64_json).size, "1024x768");
  });

  test("asks dall-e models for base64", async () => {
    const { data } = await (await post("/v1/images/generations", { model: "dall-e-3", n: 1, prompt, response_format: "b64_json" }, sdkHeaders)).json();
    assert.ok(pictureOf(data[0].b64_json));
  });

  test("edits through the SDK, one picture or several", async () => {
    const text = [["model", "gpt-image-1"], ["n", "1"], ["prompt", prompt], ["input_fidelity", "high"]];
    for (const pictures of [[png("image", original, "image.png")], [png("image[]"), png("image[]")]]) {
      const { created, data } = await (await postForm("/v1/images/edits", [...pictures, ...text], sdkHeaders)).json();
      assert.ok(Number.isInteger(created));
      assert.ok(pictureOf(data[0].b64_json));
    }
  });

  test("reads the picture of a whole chat answer", async () => {
    const body = { model, messages: [{ role: "user", content: prompt }], stream: false };
    const { choices } = await (await post("/v1/chat/completions", body, sdkHeaders)).json();
    assert.equal(fromDataUrl(choices[0].message.images[0].image_url.url).size, "1024x1024");
  });

  test("reads either images or text of one chunk, and numbers of the list", async () => {
    const body = { messages: [{ role: "user", content: prompt }], model, stream: true, stream_options: { include_usage: true }, temperature: 1, top_p: 1, presence_penalty: 0, frequency_penalty: 0 };
    const chunks = await chunksOf(await post("/v1/chat/completions", body, { ...sdkHeaders, accept: "*/*" }));
    for (const delta of deltas(chunks)) assert.ok(!delta.images || !delta.content, "a chunk with both would lose its text");
    assert.equal(imagesOf(chunks).length, 1);
    assert.equal(linksIn(textOf(chunks)).length, 1);
    assert.equal(typeof chunks.at(-1).usage.total_tokens, "number");
    const { data } = await (await fetch(gateway.url("/v1/models"), { headers: bearer })).json();
    assert.ok(data.every(({ created }) => Number.isInteger(created)));
    const hidden = ["embedding", "davinci", "curie", "moderation", "ada", "babbage", "tts", "whisper", "dall-e"];
    const seen = data.map(({ id }) => id).filter((id) => !hidden.some((word) => id.includes(word)));
    assert.deepEqual(data.map(({ id }) => id).filter((id) => id.startsWith("dreamifly-") && !seen.includes(id)), []);
    assert.ok(seen.includes("gpt-image-1"));
  });
});

describe("Cherry Studio", () => {
  const key = { ...bearer, "x-api-key": apiKey };

  test("paints", async () => {
    const body = { prompt, model: "gpt-image-1", n: 1, size: "1536x1024", quality: "high", background: "opaque", moderation: "low" };
    const { data } = await (await post("/v1/images/generations", body, key)).json();
    assert.equal(pictureOf(data[0].b64_json).size, "1536x1024");
  });

  test("paints as its older versions did", async () => {
    const body = { model, prompt, negative_prompt: "dogs", image_size: "1024x1024", batch_size: 1, num_inference_steps: 20, guidance_scale: 4.5, seed: "", prompt_enhancement: true };
    delete body.seed; // empty ones are left out
    const response = await post("/v1/images/generations", body, key);
    assert.match(response.headers.get("x-ignored-params"), /batch_size/);
    assert.ok(pictureOf((await response.json()).data[0].b64_json));
  });

  test("leaves out whatever is auto", async () => {
    const { data } = await (await post("/v1/images/generations", { prompt, model: "gpt-image-1", n: 1 }, key)).json();
    assert.ok(pictureOf(data[0].b64_json));
  });

  test("edits with image repeated, and no n", async () => {
    const parts = [["prompt", prompt], ["model", "gpt-image-1"], ["size", "512x512"], ["quality", "high"], ["background", "opaque"], ["moderation", "low"], png("image"), png("image", original, "second.png")];
    const response = await postForm("/v1/images/edits", parts, key);
    assert.match(response.headers.get("x-ignored-params"), /moderation/);
    assert.equal(pictureOf((await response.json()).data[0].b64_json).size, "512x512");
  });

  test("draws from an assistant through the AI SDK's shape", async () => {
    const { data } = await (await post("/v1/images/generations", { model, prompt, n: 1, size: "1024x1024", response_format: "b64_json" }, key)).json();
    assert.equal(pictureOf(data[0].b64_json).size, "1024x1024");
  });

  test("chats, and nothing but usage follows the end", async () => {
    const body = { model, messages: [{ role: "user", content: prompt }], stream: true, stream_options: { include_usage: true } };
    const chunks = await chunksOf(await post("/v1/chat/completions", body, { ...key, origin: "https://app.example.com" }));
    const end = chunks.findIndex(({ choices }) => choices[0]?.finish_reason);
    assert.deepEqual(chunks.slice(end + 1).map(({ choices }) => choices.length), [0]);
    assert.equal(fromDataUrl(imagesOf(chunks)[0].image_url.url).size, "1024x1024");
  });

  test("reads a strict error", async () => {
    const response = await fetch(gateway.url("/v1/models"), { headers: { authorization: "Bearer sk-test-wrong" } });
    const { error } = await response.json();
    assert.deepEqual([typeof error.message, typeof error.type, typeof error.code], ["string", "string", "string"]);
  });
});

describe("LibreChat", () => {
  test("draws with its picture tool", async () => {
    const body = { model: "gpt-image-1", prompt, n: 1, background: "auto", output_format: "png", quality: "auto", size: "auto" };
    const { data } = await (await post("/v1/images/generations", body, sdkHeaders)).json();
    assert.ok(pictureOf(data[0].b64_json));
  });

  test("draws with its DALL-E tool, which names a file by the url's path", async () => {
    const body = { model: "dall-e-3", quality: "standard", style: "vivid", size: "1792x1024", prompt, n: 1 };
    const { data } = await (await post("/v1/images/generations", body, sdkHeaders)).json();
    assert.match(new URL(data[0].url).pathname, /\.png$/);
    assert.equal((await behind(data[0].url)).size, "1792x1024");
  });

  test("edits with image[], even one, sent by axios", async () => {
    const text = [["model", "gpt-image-1"], ["prompt", prompt], ["quality", "auto"], ["size", "auto"]];
    for (const count of [1, 2]) {
      const pictures = Array.from({ length: count }, (_, index) => png("image[]", original, `image_${index}.png`));
      const { data } = await (await postForm("/v1/images/edits", [...text, ...pictures], { ...bearer, accept: "application/json, text/plain, */*", "user-agent": "axios/1.8.2" })).json();
      assert.ok(pictureOf(data[0].b64_json));
    }
  });

  test("draws with its picture tool on Azure's terms", async () => {
    const body = { model: "gpt-image-1", prompt, n: 1, background: "auto", output_format: "webp", output_compression: 80, quality: "auto", size: "auto" };
    const { data } = await (await post("/v1/images/generations?api-version=2025-04-01-preview", body, { "api-key": apiKey })).json();
    assert.equal(pictureOf(data[0].b64_json).format, "webp");
  });

  test("chats, and takes the ids of the list", async () => {
    const chunks = await chunksOf(await post("/v1/chat/completions", { model, messages: [{ role: "user", content: prompt }], stream: true, user: "64f0c0ffee" }, sdkHeaders));
    assert.ok(await behind(linksIn(textOf(chunks))[0]));
    const { data } = await (await fetch(gateway.url("/v1/models"), { headers: bearer })).json();
    assert.ok(data.map(({ id }) => id).includes(model));
  });

  test("draws with its OpenRouter tool", async () => {
    const body = { model, messages: [{ role: "user", content: prompt }], modalities: ["image", "text"], image_config: { aspect_ratio: "16:9" } };
    const { choices } = await (await post("/v1/chat/completions", body)).json();
    assert.equal(fromDataUrl(choices[0].message.images[0].image_url.url).size, "1368x768");
  });
});

describe("SillyTavern", () => {
  test("draws through a relay", async () => {
    const body = { prompt, model: "dall-e-3", size: "1024x1024", n: 1, quality: "standard", style: "vivid", response_format: "b64_json" };
    assert.ok(pictureOf((await (await post("/v1/images/generations", body)).json()).data[0].b64_json));
  });

  test("chats with a custom source, and shows markdown", async () => {
    const body = {
      messages: [{ role: "system", content: "Write the next reply." }, { role: "user", content: "hello" }, { role: "assistant", content: "hi" }, { role: "user", content: prompt }],
      model, temperature: 1, max_tokens: 300, stream: true, presence_penalty: 0, frequency_penalty: 0, top_p: 1, stop: ["User:"], logit_bias: {}, n: 1,
    };
    const chunks = await chunksOf(await post("/v1/chat/completions", body));
    assert.ok(await behind(linksIn(textOf(chunks))[0]));
  });

  test("sends a picture that is looked at", async () => {
    const drawn = await (await post("/v1/images/generations", { prompt, model, size: "64x64" })).json();
    const content = [{ type: "text", text: "bluer" }, { type: "image_url", image_url: { url: `data:image/png;base64,${drawn.data[0].b64_json}`, detail: "low" } }];
    const { choices } = await (await post("/v1/chat/completions", { model: "dreamifly-qwen-edit", messages: [{ role: "user", content }] })).json();
    assert.ok(await behind(linksIn(choices[0].message.content)[0]));
  });
});

describe("NextChat", () => {
  test("draws with dall-e-3 only", async () => {
    const body = { model: "dall-e-3", prompt, response_format: "b64_json", n: 1, size: "1024x1024", quality: "standard", style: "vivid" };
    const { data } = await (await post("/v1/images/generations", body)).json();
    assert.ok(pictureOf(data[0].b64_json));
  });

  test("chats with everything else, from a browser", async () => {
    const body = { messages: [{ role: "user", content: prompt }], stream: true, model, temperature: 0.5, presence_penalty: 0, frequency_penalty: 0, top_p: 1 };
    const response = await post("/v1/chat/completions", body, { ...bearer, origin: "https://app.example.com" });
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.ok(await behind(linksIn(textOf(await chunksOf(response)))[0]));
  });

  test("sends a picture with its question", async () => {
    const content = [{ type: "text", text: "bluer" }, { type: "image_url", image_url: { url: `data:image/png;base64,${original.toString("base64")}` } }];
    const body = { messages: [{ role: "user", content }], stream: true, model: editor, temperature: 0.5, presence_penalty: 0, frequency_penalty: 0, top_p: 1, max_tokens: 4000 };
    assert.ok(await behind(linksIn(textOf(await chunksOf(await post("/v1/chat/completions", body))))[0]));
  });

  // It also asks how much money is left; nothing here is paid.
  for (const what of ["usage?start_date=2026-01-01&end_date=2026-01-02", "subscription"]) {
    test(`is told that there is no ${what}`, async () => {
      const response = await fetch(`${gateway.origin}/dashboard/billing/${what}`, { headers: bearer });
      assert.equal(response.status, 404);
      assert.equal(typeof (await response.json()).error.message, "string");
    });
  }

  test("may ask from a browser", async () => {
    const headers = { origin: "https://app.example.com", "access-control-request-method": "POST", "access-control-request-headers": "authorization,content-type,x-requested-with" };
    const response = await fetch(gateway.url("/v1/chat/completions"), { method: "OPTIONS", headers });
    assert.equal(response.status, 204);
  });
});

describe("Dify", () => {
  test("checks its key by the list", async () => {
    const response = await fetch(gateway.url("/v1/models"), { headers: pythonHeaders });
    assert.equal((await response.json()).object, "list");
  });

  for (const body of [{ model: "gpt-image-2", prompt, n: 1 }, { model: "dall-e-3", prompt, n: 1, size: "1024x1024", quality: "standard", style: "vivid", response_format: "b64_json" }]) {
    test(`draws with ${body.model}`, async () => {
      const { data } = await (await post("/v1/images/generations", body, pythonHeaders)).json();
      assert.ok(data.every((item) => pictureOf(item.b64_json)));
    });
  }

  test("edits one file, several, and one with a mask", async () => {
    const text = [["model", "gpt-image-2"], ["prompt", prompt], ["n", "1"]];
    for (const pictures of [[png("image")], [png("image[]"), png("image[]", original, "second.png")], [png("mask", mask, "mask.png"), png("image")]]) {
      const { data } = await (await postForm("/v1/images/edits", [...pictures, ...text], pythonHeaders)).json();
      assert.ok(data.length === 1 && data.every((item) => pictureOf(item.b64_json)), "what has no bytes is left out silently");
    }
  });
});

describe("n8n", () => {
  test("draws with a dall-e model as bytes or links", async () => {
    const bytes = await (await post("/v1/images/generations", { prompt, model: "dall-e-3", response_format: "b64_json" })).json();
    assert.ok(pictureOf(bytes.data[0].b64_json));
    const links = await (await post("/v1/images/generations", { prompt, model: "dall-e-3", response_format: "url", quality: "hd", size: "1024x1024", style: "natural" })).json();
    assert.ok(await behind(links.data[0].url));
  });

  test("draws with a gpt-image model without naming a form", async () => {
    const { data } = await (await post("/v1/images/generations", { prompt, model: "gpt-image-1", quality: "medium", size: "1024x1024" })).json();
    assert.ok(pictureOf(data[0].b64_json));
  });

  test("edits with a gpt-image model: image[], and a header of its own", async () => {
    const parts = [png("image[]"), png("image[]", original, "second.png"), ["prompt", prompt], ["model", "gpt-image-1"], ["n", "1"], ["size", "1024x1024"], ["quality", "auto"]];
    const { data } = await (await postForm("/v1/images/edits", parts, { ...bearer, "x-custom": "value" })).json();
    assert.equal(pictureOf(data[0].b64_json).size, "1024x1024");
  });

  test("edits with dall-e-2: one image, a mask, and links expected", async () => {
    const square = [80, 80]; // dall-e-2 takes no other shape
    const picture = encodePng(...square, (x, y) => [x, y, 99, 255]);
    const hole = encodePng(...square, (x) => [0, 0, 0, x < 40 ? 255 : 0]);
    const parts = [png("image", picture, "image"), ["prompt", prompt], ["model", "dall-e-2"], ["n", "1"], ["size", "256x256"], png("mask", hole, "mask.png")];
    const { data } = await (await postForm("/v1/images/edits", parts)).json();
    assert.ok(await behind(data[0].url));
  });

  test("edits with any other model as it does with dall-e-2", async () => {
    for (const form of ["url", "b64_json"]) {
      const parts = [png("image"), ["prompt", prompt], ["model", editor], ["n", "1"], ["size", "512x512"], ["response_format", form]];
      const [made] = (await (await postForm("/v1/images/edits", parts)).json()).data;
      assert.equal((form === "url" ? await behind(made.url) : pictureOf(made.b64_json)).size, "512x512");
    }
  });

  test("lists models to choose from", async () => {
    const { data } = await (await fetch(gateway.url("/v1/models"), { headers: bearer })).json();
    assert.ok(data.some(({ id }) => id.startsWith("gpt-image")) && data.some(({ id }) => id.startsWith("dall-e")));
  });
});
