// What the operator's own browser was given by an edge in front of an upstream.
import { announce, attempt, badge, button, emptyRow, factsLine, head, hint, item, make, part, pressed } from "./dom.js";
import { get, post, remove } from "./door.js";
import { label, say, sayOf, timeText } from "./words.js";

const tones = { unneeded: "good", valid: "good", probing: "busy", cooling: "wait", needed: "bad", blocked: "bad" };
const { rows, problems } = part("clearance");
let edges = [];

export async function showClearance() {
  await attempt(problems, async () => {
    edges = (await get("clearance")).data;
  });
  draw();
}

export function draw() {
  rows.replaceChildren(...edges.map(row));
  if (edges.length === 0) rows.replaceChildren(emptyRow("noClearance"));
}

function took(edge) {
  edges = edges.map((other) => (other.id === edge.id ? edge : other));
  announce(sayOf("zones", edge.state));
  draw();
}

function row(edge) {
  const line = item(head(make("strong", { textContent: edge.zone || edge.id }), badge(sayOf("zones", edge.state), tones[edge.state]),
    hint(edge.until ? say("until", timeText(edge.until)) : ""), hint(edge.id)));
  if (edge.reason) line.append(make("p", { className: "reason", textContent: edge.reason }));
  line.append(factsLine([[say("cookies"), edge.cookies.join(", ")], [say("agent"), edge.user_agent],
    [say("obtained"), edge.obtained_at && timeText(edge.obtained_at)], [say("expiresAt"), edge.expires_at && timeText(edge.expires_at)],
    [say("ray"), edge.ray], [say("lastProbe"), edge.last_probe]]));
  if (edge.ends_soon) line.append(make("p", { className: "hint", textContent: say("endsSoon") }));
  const trouble = make("div", { className: "problems" });
  line.append(tools(edge, trouble), pasteForm(edge, trouble), trouble);
  return line;
}

function tools(edge, trouble) {
  const path = `clearance/${encodeURIComponent(edge.id)}`;
  return make("div", { className: "tools" },
    button("tryAgain", trouble, async () => took(await post(`${path}/try-again`)), "trying"),
    button("tryWithout", trouble, async () => took(await post(`${path}/try-without`))),
    button("forgetIt", trouble, async () => {
      if (confirm(say("reallyForget"))) took(await remove(path));
    }));
}

function field(key, node) {
  return make("label", { className: "field" }, label(make("span"), key), node);
}

function pasteForm(edge, trouble) {
  const text = make("textarea", { rows: 4, required: true, spellcheck: false, autocomplete: "off" });
  const agent = make("input", { maxLength: 512, spellcheck: false, value: edge.user_agent });
  const expires = make("input", { type: "datetime-local" });
  const send = label(make("button", { className: "primary small" }), "tryIt");
  const form = make("form", { className: "paste" }, field("pasteText", text), label(make("p", { className: "hint" }), "pasteTextHint"),
    field("userAgent", agent), field("expires", expires), make("div", { className: "tools" }, send), help());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = { text: text.value, user_agent: agent.value.trim() };
    if (expires.value) body.expires_at = Math.floor(new Date(expires.value).getTime() / 1000);
    pressed(send, "tryIt", "trying", trouble, async () => took(await post(`clearance/${encodeURIComponent(edge.id)}`, body)));
  });
  const details = make("details", { open: edge.state === "needed" }, label(make("summary"), "paste"), form);
  return details;
}

function help() {
  const steps = make("ol");
  for (const step of say("helpSteps")) steps.append(make("li", { textContent: step }));
  return make("details", {}, label(make("summary"), "help"),
    make("div", { className: "help" }, steps, make("p", { textContent: say("helpWhy") }), make("p", { textContent: say("helpOwner") })));
}

export function forgetClearance() {
  edges = [];
  draw();
}
