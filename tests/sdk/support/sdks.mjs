// Both lines of the official client, each with a fetch that remembers what went over the wire.
import OpenAI6 from "openai6";
import OpenAI7 from "openai7";
import { apiKey } from "./gateway.mjs";

export const sdks = [
  { name: "openai 6", OpenAI: OpenAI6 },
  { name: "openai 7", OpenAI: OpenAI7 },
];

// `exchanges` grows by one for each try, with `response` or `error` once it is over.
export function makeClient(OpenAI, gateway, options = {}) {
  const exchanges = [];
  const recordingFetch = async (url, init) => {
    const exchange = { url: String(url), method: init.method, headers: new Headers(init.headers), body: init.body };
    exchanges.push(exchange);
    try {
      exchange.response = await fetch(url, init);
      return exchange.response;
    } catch (error) {
      exchange.error = error;
      throw error;
    }
  };
  const client = new OpenAI({ apiKey, baseURL: gateway.url("/v1"), fetch: recordingFetch, ...options });
  return { client, exchanges };
}
