// Calls to the admin API. The session is a cookie that scripts cannot read; this page knows only the token that goes with
// every change, and forgets it with the tab.

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

let token = "";
let onSignedOut = () => {};
export const whenSignedOut = (follow) => { onSignedOut = follow; };

// Relative to the page, so that a path prefix of a reverse proxy is kept.
async function send(path, method, body) {
  const changes = method !== "GET";
  const response = await fetch(new URL(`admin/api/${path}`, document.baseURI), {
    method, cache: "no-store", credentials: "same-origin",
    headers: { ...(changes && { "X-CSRF-Token": token }), ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json().catch((error) => {
    if (response.ok) throw error;
    return null;  // an error page of something in between; its status still tells enough
  });
  if (!response.ok) throw new Refusal(response, answer);
  return answer;
}

// A session that has ended is told apart from every other refusal.
async function call(path, method, body) {
  try {
    return await send(path, method, body);
  } catch (error) {
    if (error.status === 401) onSignedOut();
    throw error;
  }
}

export const get = (path) => call(path, "GET");
export const post = (path, body) => call(path, "POST", body);
export const patch = (path, body) => call(path, "PATCH", body);
export const put = (path, body) => call(path, "PUT", body);
export const remove = (path) => call(path, "DELETE");

export async function signIn(key) {
  token = (await send("login", "POST", { key })).csrf_token;
}

// True: the browser still has a session of an earlier visit.
export async function resume() {
  try {
    token = (await send("session", "GET")).csrf_token;
    return true;
  } catch (error) {
    if (error.status === 401) return false;
    throw error;
  }
}

export async function signOut() {
  await send("logout", "POST").catch((error) => {
    if (error.status !== 401) throw error;
  });
  token = "";
}
