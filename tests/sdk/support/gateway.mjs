// Starts the real program for a test file and stops it the way a supervisor would.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

export const apiKey = "sk-test-black-box";

const readyAttempts = 400;
const attemptPause = 25; // ms
const stopTime = 20_000; // ms; the demo's longest delay in these tests is far shorter
const logTime = 10_000; // ms

function binary() {
  const file = process.env.GW_BINARY;
  assert.ok(file, "set GW_BINARY to the program under test");
  return path.resolve(file);
}

async function freePort() {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}

// Asks again, a bounded number of times, until `question` answers with something true.
export async function eventually(what, question, attempts = readyAttempts) {
  for (let attempt = 0; attempt < attempts; ++attempt) {
    const answer = await question();
    if (answer) return answer;
    await pause(attemptPause);
  }
  throw new assert.AssertionError({ message: `${what}: not seen after ${attempts} attempts` });
}

export class Gateway {
  #child;
  #exited;
  #dataDir;
  #lines = [];
  #listeners = new Set();
  origin;

  // `env` is the whole configuration; nothing of the caller's environment or working directory leaks in.
  static async start(env = {}) {
    const gateway = new Gateway();
    gateway.#dataDir = await mkdtemp(path.join(os.tmpdir(), "gateway-test-"));
    const port = await freePort();
    gateway.origin = `http://127.0.0.1:${port}`;
    gateway.#spawn(port, env);
    try {
      await eventually("a ready gateway", () => gateway.#isReady());
    } catch (error) {
      await gateway.#kill();
      throw new Error(`the gateway did not start: ${error.message}\n${gateway.#lines.join("\n")}`);
    }
    return gateway;
  }

  #spawn(port, env) {
    const args = ["serve", "--host", "127.0.0.1", "--port", String(port), "--data-dir", path.join(this.#dataDir, "data")];
    this.#child = spawn(binary(), args, {
      cwd: this.#dataDir,
      env: { PATH: process.env.PATH, LANG: "C.UTF-8", API_MASTER_KEY: apiKey, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#exited = once(this.#child, "exit");
    readline.createInterface({ input: this.#child.stderr }).on("line", (line) => this.#take(line));
  }

  #take(line) {
    this.#lines.push(line);
    for (const listener of this.#listeners) listener(line);
  }

  async #isReady() {
    if (this.#child.exitCode !== null) throw new Error(`exit code ${this.#child.exitCode}`);
    const response = await fetch(`${this.origin}/health/ready`).catch(() => null);
    return response?.status === 200;
  }

  async #kill() {
    this.#child.kill("SIGKILL");
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.#exited;
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  // SIGTERM must end it with code 0, whatever the test has left behind.
  async stop() {
    const watchdog = setTimeout(() => this.#child.kill("SIGKILL"), stopTime);
    this.#child.kill("SIGTERM");
    const [code, signal] = this.#child.exitCode === null ? await this.#exited : [this.#child.exitCode, null];
    clearTimeout(watchdog);
    await rm(this.#dataDir, { recursive: true, force: true });
    assert.deepEqual({ code, signal }, { code: 0, signal: null }, this.#lines.slice(-5).join("\n"));
  }

  url(target) {
    return this.origin + target;
  }

  // A raw call, with the key unless `headers` say otherwise.
  fetch(target, { headers = {}, ...rest } = {}) {
    return fetch(this.url(target), { headers: { authorization: `Bearer ${apiKey}`, ...headers }, ...rest });
  }

  async health() {
    return (await fetch(this.url("/health"))).json();
  }

  // The sum of all samples of one metric, over its labels.
  async metric(name) {
    const response = await fetch(this.url("/metrics"));
    assert.equal(response.status, 200);
    const samples = (await response.text()).split("\n").filter((line) => new RegExp(`^${name}[{ ]`).test(line));
    assert.notEqual(samples.length, 0, `no metric ${name}`);
    return samples.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  }

  // The first log line, written already or yet to come, of which `matches` says yes.
  logged(what, matches) {
    return new Promise((resolve, reject) => {
      const watchdog = setTimeout(() => {
        this.#listeners.delete(listener);
        reject(new assert.AssertionError({ message: `not logged: ${what}\n${this.#lines.slice(-20).join("\n")}` }));
      }, logTime);
      const listener = (line) => {
        if (!line.startsWith("{")) return;
        const entry = JSON.parse(line);
        if (!matches(entry)) return;
        clearTimeout(watchdog);
        this.#listeners.delete(listener);
        resolve(entry);
      };
      this.#listeners.add(listener);
      this.#lines.forEach(listener);
    });
  }
}

// For a test that needs settings of its own.
export async function withGateway(env, use) {
  const gateway = await Gateway.start(env);
  try {
    await use(gateway);
  } catch (error) {
    await gateway.stop().catch(() => {}); // the first failure is the one to report
    throw error;
  }
  await gateway.stop();
}
