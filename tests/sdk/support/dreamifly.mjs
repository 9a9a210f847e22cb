// A fake Dreamifly server, told over HTTP how to behave (tests/support/fake_dreamifly_main.cpp), and a
// gateway in front of it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import readline from "node:readline";
import { Gateway } from "./gateway.mjs";

const startTime = 20_000; // ms

// GW_FAKE_DREAMIFLY, or the one that was built beside the program under test.
function binary() {
  const { GW_BINARY: program, GW_FAKE_DREAMIFLY: given } = process.env;
  assert.ok(given || program, "set GW_FAKE_DREAMIFLY or GW_BINARY");
  return path.resolve(given || path.join(path.dirname(program), "bin", "support", "fake_dreamifly"));
}

export class Dreamifly {
  static siteKey = "sk-test-site-key";
  #child;
  #exited;
  origin;

  // `options` are the program's, { "tz-minutes": 480 }; a list is an option given several times.
  static async start(options = {}) {
    const server = new Dreamifly();
    const given = Object.entries({ key: Dreamifly.siteKey, ...options }).flatMap(([name, values]) => [values].flat().map((value) => `--${name}=${value}`));
    server.#child = spawn(binary(), given, { stdio: ["ignore", "pipe", "inherit"] });
    server.#exited = once(server.#child, "exit");
    server.#exited.catch(() => {}); // told by the wait for its first line
    const lines = readline.createInterface({ input: server.#child.stdout });
    const [line] = await Promise.race([
      once(lines, "line", { signal: AbortSignal.timeout(startTime) }),
      once(server.#child, "error").then(([error]) => { throw error; }),
      server.#exited.then(([code]) => { throw new Error(`the fake server ended with ${code}`); }),
    ]);
    server.origin = line;
    return server;
  }

  async stop() {
    this.#child.kill("SIGTERM");
    await this.#exited;
  }

  async #tell(what, body) {
    const response = await fetch(`${this.origin}/fake/${what}`, { method: body ? "POST" : "GET", body: body && JSON.stringify(body) });
    assert.equal(response.status, 200, `/fake/${what}`);
    return response.json();
  }

  // { status, body, content_type } or { fault } in place of the next picture; `count` of them.
  next(trick) {
    return this.#tell("next", trick);
  }
  hold() {
    return this.#tell("hold", {});
  }
  release() {
    return this.#tell("release", {});
  }
  dropSessions() {
    return this.#tell("drop-sessions", {});
  }
  state() {
    return this.#tell("state");
  }
  // What was asked of it, refused or not: [{ account, order }].
  calls() {
    return this.#tell("calls");
  }
  async drawn() {
    return (await this.calls()).length;
  }
}

// `fake` are the fake's options, `env` the gateway's further settings.
export async function startBehindDreamifly({ fake = {}, env = {} } = {}) {
  const dreamifly = await Dreamifly.start(fake);
  try {
    const gateway = await Gateway.start({ DREAMIFLY_BASE_URL: dreamifly.origin, DREAMIFLY_SITE_KEY: Dreamifly.siteKey, ...env });
    return { gateway, dreamifly };
  } catch (error) {
    await dreamifly.stop();
    throw error;
  }
}

export async function stopBehindDreamifly({ gateway, dreamifly }) {
  try {
    await dreamifly.release();
    await gateway.stop();
  } finally {
    await dreamifly.stop();
  }
}

// For a test that needs a server and settings of its own.
export async function withDreamifly(options, use) {
  const both = await startBehindDreamifly(options);
  try {
    await use(both);
  } catch (error) {
    await stopBehindDreamifly(both).catch(() => {}); // the first failure is the one to report
    throw error;
  }
  await stopBehindDreamifly(both);
}
