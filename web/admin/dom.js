// Small helpers to build the page's nodes. What comes from outside (names, reasons, messages) enters as text nodes or
// properties, never as HTML.
import { label, say } from "./words.js";

export const $ = (id) => document.getElementById(id);
export const part = (id) => ({ rows: $(id).querySelector(".rows"), problems: $(id).querySelector(".problems") });

export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

// While its action runs it cannot be pressed again; what goes wrong is shown in `problems`.
export function button(key, problems, action, busyKey = key) {
  const node = label(make("button", { type: "button", className: "quiet" }), key);
  node.addEventListener("click", () => pressed(node, key, busyKey, problems, action));
  return node;
}

export async function pressed(node, key, busyKey, problems, action) {
  node.disabled = true;
  label(node, busyKey);
  await attempt(problems, action);
  label(node, key);
  node.disabled = false;
}

// Whether it went well.
export async function attempt(problems, action) {
  problems.replaceChildren();
  try {
    await action();
    return true;
  } catch (error) {
    if (error.status !== 401) problems.replaceChildren(problemOf(error));
    return false;
  }
}

function problemOf(error) {
  const title = error.isRefusal ? (say("reasons")[error.code] ?? say("failed")) : say("offline");
  const box = make("div", { className: "problem", role: "alert" }, make("strong", { textContent: title }), error.message);
  if (error.retryAfter) box.append(make("small", { textContent: say("retryIn", error.retryAfter) }));
  if (error.request) box.append(make("small", { textContent: say("requestId", error.request) }));
  return box;
}

export const badge = (text, tone = "") => make("span", { className: `badge ${tone}`, textContent: text });

// [["slots", "1 of 2"], …]; what is empty is left out.
export function factsLine(facts) {
  const line = make("p", { className: "facts-line" });
  for (const [name, value] of facts) {
    if (value === "" || value === null || value === undefined) continue;
    line.append(make("span", {}, `${name} `, make("b", { textContent: value })));
  }
  return line;
}

export const item = (...children) => make("li", { className: "item" }, ...children);
export const head = (...children) => make("div", { className: "item-head" }, ...children.filter((child) => child.textContent));
export const hint = (text) => make("span", { className: "hint", textContent: text });
export const emptyRow = (key) => make("li", {}, label(make("p", { className: "hint" }), key));

export function announce(text) {
  $("status").textContent = text;
}
