// The accounts: list, form, check, clear, remove.
import { $, announce, attempt, badge, button, emptyRow, factsLine, head, hint, item, make, part } from "./dom.js";
import { get, patch, post, remove } from "./door.js";
import { label, say, sayOf, timeText } from "./words.js";

const usual = ["email", "password", "session_cookie", "api_key"];
const tones = { ready: "good", busy: "busy", cooling: "wait", resting: "wait", needs_sign_in: "bad", banned: "bad", needs_clearance: "bad" };
const { rows, problems } = part("accounts");
let accounts = [];
const said = new Map();  // what the last check found, by account

export async function showAccounts() {
  await attempt(problems, async () => {
    accounts = (await get("accounts")).data;
  });
  draw();
}

export function draw() {
  rows.replaceChildren(...accounts.map(row));
  if (accounts.length === 0) rows.replaceChildren(emptyRow("noAccounts"));
}

function took(account) {
  accounts = accounts.map((other) => (other.id === account.id ? account : other));
  draw();
}

function row(account) {
  const title = head(make("strong", { textContent: account.label }), badge(sayOf("states", account.state), tones[account.state]),
    hint(account.until ? say("until", timeText(account.until)) : ""), hint(account.provider),
    hint(account.origin === "config" ? say("byConfig") : ""));
  const line = item(title);
  if (account.reason) line.append(make("p", { className: "reason", textContent: account.reason }));
  line.append(facts(account));
  if (said.has(account.id)) line.append(make("p", { className: "said", textContent: foundText(said.get(account.id)) }));
  const trouble = make("div", { className: "problems" });
  line.append(tools(account, trouble), trouble);
  return line;
}

function facts(account) {
  const a = account.allowance ?? {};
  return factsLine([[say("drawing"), account.leases], [say("points"), a.points],
    [say("today"), a.daily_limit === null || a.daily_limit === undefined ? "" : `${a.drawn_today ?? "?"} / ${a.daily_limit}`],
    [say("weightIs"), account.weight], [say("modelsAre"), account.models.join(", ") || say("allModels")],
    [say("credentialsAre"), account.credentials.map((name) => sayOf("credential", name)).join(", ")],
    [say("lastUsed"), account.last_used_at && timeText(account.last_used_at)]]);
}

function foundText({ state, reason }) {
  return say("found", sayOf("states", state)) + (reason ? ` — ${reason}` : "");
}

function tools(account, trouble) {
  const path = `accounts/${encodeURIComponent(account.id)}`;
  const box = make("div", { className: "tools" });
  box.append(button("check", trouble, async () => {
    const { finding, account: now } = await post(`${path}/check`);
    said.set(account.id, finding);
    announce(foundText(finding));
    took(now);
  }, "checking"), button("clear", trouble, async () => took(await post(`${path}/clear`))));
  if (account.origin === "config") return box;
  box.append(button("edit", trouble, () => openForm(account)), button("remove", trouble, async () => {
    if (!confirm(say("reallyRemove", account.label))) return;
    await remove(path);
    accounts = accounts.filter((other) => other.id !== account.id);
    announce(say("removed"));
    draw();
  }));
  return box;
}

// ---- The form

let edited = null;  // null: a new one

async function openForm(account) {
  edited = account;
  const names = (await get("upstreams")).data.map((upstream) => upstream.id);
  $("account-provider").replaceChildren(...names.map((name) => make("option", { value: name, textContent: name })));
  const values = account ?? { provider: names[0], label: "", weight: 1, parallel: 0, models: [], enabled: true, credentials: [] };
  label($("account-title"), account ? "editAccount" : "addAccount", account?.label);
  $("account-provider").value = values.provider;
  $("account-provider").disabled = Boolean(account);
  $("account-label").value = values.label;
  $("account-weight").value = values.weight;
  $("account-parallel").value = values.parallel;
  $("account-models").value = values.models.join(", ");
  $("account-enabled").checked = values.enabled;
  const others = values.credentials.filter((name) => !usual.includes(name));
  $("account-credentials").replaceChildren(...[...usual, ...others].map((name) => credential(name, values.credentials.includes(name))));
  formProblems().replaceChildren();
  $("account").showModal();
}

const formProblems = () => $("account").querySelector(".problems");

function credential(name, isSet) {
  const input = make("input", { id: `credential-${name}`, autocomplete: "off", spellcheck: false, type: name === "email" ? "text" : "password" });
  if (name !== "email") input.autocomplete = "new-password";
  input.dataset.credential = name;
  const line = make("div", { className: "credential" }, make("label", { htmlFor: input.id, textContent: sayOf("credential", name) }), input);
  if (!isSet) return line;
  input.placeholder = say("isSet");
  const forget = make("input", { type: "checkbox" });
  forget.dataset.forget = name;
  line.append(make("label", { className: "check" }, forget, label(make("span"), "forget")));
  return line;
}

function written() {
  const credentials = {};
  for (const input of $("account-credentials").querySelectorAll("[data-credential]"))
    if (input.value) credentials[input.dataset.credential] = input.value;
  for (const box of $("account-credentials").querySelectorAll("[data-forget]"))
    if (box.checked) credentials[box.dataset.forget] = null;
  return {
    label: $("account-label").value.trim(), credentials, weight: Number($("account-weight").value),
    parallel: Number($("account-parallel").value), enabled: $("account-enabled").checked,
    models: $("account-models").value.split(",").map((name) => name.trim()).filter(Boolean),
  };
}

async function save() {
  if (edited) took(await patch(`accounts/${encodeURIComponent(edited.id)}`, written()));
  else await post("accounts", { provider: $("account-provider").value, ...written() });
  close();
  announce(say("saved"));
  await showAccounts();
}

// What was typed does not stay in the page.
function close() {
  $("account-credentials").replaceChildren();
  $("account").close();
}

export function listenToAccounts() {
  $("add-account").addEventListener("click", () => attempt(problems, () => openForm(null)));
  $("account-fields").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(formProblems(), save);
  });
  $("account-cancel").addEventListener("click", close);
}

export function forgetAccounts() {
  accounts = [];
  said.clear();
  draw();
}
