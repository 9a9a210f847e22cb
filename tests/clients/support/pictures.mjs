// Pictures where these clients find them: data URLs, markdown links, files.
import assert from "node:assert/strict";
import { fromBase64, inspect } from "../../sdk/support/pictures.mjs";

export { fromBase64, inspect };

export function fromDataUrl(url) {
  const [head, data] = url.split(",");
  assert.match(head, /^data:image\/png;base64$/);
  return inspect(fromBase64(data));
}

// The links of a text that are shown as pictures.
export const linksIn = (text) => [...text.matchAll(/!\[[^\]]*\]\((http[^)\s]+)\)/g)].map(([, link]) => link);

export async function behind(link, headers = {}) {
  const response = await fetch(link, { headers });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type"), /^image\//);
  return inspect(Buffer.from(await response.arrayBuffer()));
}
