// Small helpers to build the page's nodes. What comes from outside (prompts, names, messages) enters as text nodes or
// properties, never as HTML.
import { label, name, say } from "./words.js";

export const $ = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

export function button(key, action, className = "quiet") {
  const node = label(make("button", { type: "button", className }), key);
  node.addEventListener("click", action);
  return node;
}

// Its place is there before the picture is, so nothing jumps.
export function frame(tag, size, properties = {}) {
  const node = make(tag, { className: "frame", ...properties });
  if (size) node.style.aspectRatio = size.replace("x", " / ");
  return node;
}

export const times = (size) => size.replace("x", " × ");

// A heart that says whether it is on.
export function heart(isOn, action) {
  const node = make("button", { type: "button", className: "heart" });
  const show = (on) => {
    node.ariaPressed = String(on);
    node.textContent = on ? "♥" : "♡";
    name(node, on ? "unfavourite" : "favourite");
  };
  show(isOn);
  node.addEventListener("click", async () => {
    const wanted = node.ariaPressed !== "true";
    show(wanted);
    if (!await action(wanted)) show(!wanted);
  });
  return node;
}

export function problemOf(error) {
  if (!error.isRefusal) return problemBox("", error.message, "offline");
  const box = problemBox(error.code, error.message);
  if (error.retryAfter) box.append(label(make("small"), "retryIn", error.retryAfter));
  if (error.request) box.append(label(make("small"), "request", error.request));
  return box;
}

export function problemBox(code, message, title = "failed") {
  const heading = make("strong", { textContent: say("reasons")[code] ?? say(title) });
  return make("div", { className: "problem" }, heading, message ?? "");
}

// ---- The notice at the bottom, which may offer to take something back

let hiding = 0;

export function toast(text, action) {
  clearTimeout(hiding);
  const node = $("toast");
  node.replaceChildren(make("span", { textContent: text }));
  if (action) node.append(button("undo", () => {
    node.hidden = true;
    action();
  }));
  node.hidden = false;
  hiding = setTimeout(forgetToast, 10_000);
}

export function forgetToast() {
  $("toast").hidden = true;
  $("toast").replaceChildren();
}
