// Calls to the gateway, and the stream of its jobs' events.

export class Refusal extends Error {
  isRefusal = true;
  constructor(response, answer) {
    const error = answer?.error ?? {};
    super(error.message ?? `${response.status} ${response.statusText}`);
    this.status = response.status;
    this.code = error.code ?? "";
    this.param = error.param ?? "";
    this.request = response.headers.get("x-request-id");
    this.retryAfter = response.headers.get("retry-after");
  }
}

let apiKey = "";
let turn = new AbortController();  // lasts as long as its key is in use
export const keyInUse = () => apiKey;
export function useKey(key) {
  if (key === apiKey) return;
  turn.abort();
  turn = new AbortController();
  apiKey = key;
}

// What was asked for with a key that has gone out of use meanwhile is never answered, well or badly: whoever waits for it
// would show it to the next who signs in.
async function answered(asked, options = {}) {
  const { signal } = turn;
  const result = asked(options.key === undefined ? { ...options, signal: either(signal, options.signal) } : options);
  await Promise.allSettled([result]);
  return options.key === undefined && signal.aborted ? new Promise(() => {}) : result;
}
const either = (one, other) => other ? AbortSignal.any([one, other]) : one;

// Relative to the page, so that a path prefix of a reverse proxy is kept. `no-store` also sends
// `Cache-Control: no-cache`: pressing Draw twice means two pictures, not one shared by both.
async function send(path, { key = apiKey, method, body, signal, headers = {} } = {}) {
  const all = { ...(key && { Authorization: `Bearer ${key}` }), ...(body && { "Content-Type": "application/json" }), ...headers };
  const response = await fetch(new URL(path, document.baseURI), {
    method: method ?? (body ? "POST" : "GET"), headers: all, body: body && JSON.stringify(body), signal, cache: "no-store",
  });
  if (!response.ok) throw new Refusal(response, await jsonOf(response));
  return response;
}

async function jsonOf(response) {
  return response.json().catch((error) => {
    if (response.ok || error.name === "AbortError") throw error;
    return null;  // an error page of something in between; its status still tells enough
  });
}

export function call(path, options) {
  return answered(async (mine) => jsonOf(await send(path, mine)), options);
}

export function fetchBlob(path, options) {
  return answered(async (mine) => (await send(path, mine)).blob(), options);
}

// A link that the gateway gave out, as seen from this page: the same host, and behind the same prefix.
export function local(link) {
  const { pathname, search } = new URL(link, document.baseURI);
  return new URL(pathname.slice(pathname.lastIndexOf("/images/") + 1) + search, document.baseURI).href;
}

// ---- Events

const silence = 30_000;  // ms; the gateway gives a sign of life every ten seconds

// Follows the jobs until `signal` says otherwise: `took` gets each one, `lost` is told when the connection goes, and may
// fetch what is needed meanwhile, and `found` when it is back. EventSource cannot send a key, so the stream is read by hand.
export async function follow({ took, lost, found, signal }) {
  let last = "";
  for (let failures = 0; !signal.aborted; ++failures) {
    try {
      const headers = { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) };
      await read(headers, signal, (event) => {
        failures = 0;
        last = event.id || last;
        if (event.name === "job") took(JSON.parse(event.data));
      }, found);
    } catch (error) {
      if (signal.aborted || error.status === 401) return;
    }
    if (signal.aborted) return;
    await lost();
    await new Promise((resume) => setTimeout(resume, Math.min(500 * 2 ** failures, 5_000)));
  }
}

async function read(headers, signal, took, opened) {
  const stuck = new AbortController();
  let watch = 0;
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => stuck.abort(), silence);
  };
  try {
    alive();
    const response = await send("v1/events", { headers, signal: AbortSignal.any([signal, stuck.signal]) });
    opened();
    let text = "";
    for (const reader = response.body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
      const { value, done } = await reader.read();
      if (done) return;
      alive();
      const blocks = (text + value).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) took(eventOf(block));
    }
  } finally {
    clearTimeout(watch);
  }
}

function eventOf(block) {
  const event = { name: "message", id: "", data: "" };
  for (const line of block.split("\n")) {
    const [, field, value] = /^(\w*): ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.name = value;
    else if (field === "id") event.id = value;
    else if (field === "data") event.data += value;
  }
  return event;
}
