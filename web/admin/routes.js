// Which upstream draws which model, what would be chosen now, and the form for routes of one's own.
import { $, announce, attempt, badge, button, factsLine, head, hint, item, make, part } from "./dom.js";
import { get, put, remove } from "./door.js";
import { label, say, sayOf } from "./words.js";

const { rows, problems } = part("routes");
let routes = [];
let choice = null;

export async function showRoutes() {
  await attempt(problems, async () => {
    routes = (await get("routes")).data;
  });
  const chosen = $("question-model").value;
  $("question-model").replaceChildren(...routes.map(({ id }) => make("option", { value: id, textContent: id })));
  if (routes.some(({ id }) => id === chosen)) $("question-model").value = chosen;
  draw();
}

export function draw() {
  rows.replaceChildren(...routes.map(row));
  $("choice").replaceChildren(...(choice ? choiceNodes() : []));
}

const nameOf = ({ provider, model }) => [provider, model].filter(Boolean).join(" / ");

function row(route) {
  const title = head(make("strong", { textContent: route.id }));
  if (route.default) title.append(badge(say("isDefault"), "busy"));
  if (route.strategy) title.append(hint(sayOf("strategies", route.strategy)));
  if (route.origin === "config") title.append(hint(say("byConfig")));
  const line = item(title);
  for (const one of route.candidates) {
    line.append(factsLine([[one.offered ? nameOf(one) : one.name, one.offered ? "" : say("notOffered")]]
      .map(([name, value]) => ["", value ? `${name} (${value})` : name])
      .concat(route.strategy ? [[say("priority"), one.priority], [say("weightIs"), one.weight]] : [])));
  }
  if (route.origin === "admin") line.append(...tools(route));
  return line;
}

const pathOf = (name) => `routes/${encodeURIComponent(name)}`;

function tools(route) {
  const trouble = make("div", { className: "problems" });
  const box = make("div", { className: "tools" }, button("edit", trouble, () => openForm(route)), button("remove", trouble, async () => {
    if (!confirm(say("reallyRemoveRoutes", route.id))) return;
    await remove(pathOf(route.id));
    announce(say("removed"));
    await showRoutes();
  }));
  return [box, trouble];
}

function choiceNodes() {
  const [first, ...others] = choice.ranked;
  const said = make("p", { className: "said", textContent: first ? say("chosen", nameOf(first)) : `${say("nobody")}: ${choice.reason}` });
  const line = (key, route) => make("p", { className: "hint", textContent: `${nameOf(route)}: ${[say(key), route.reason].filter(Boolean).join(" — ")}` });
  return [said, ...others.map((route) => line("insteadOf", route)), ...choice.unfit.map((route) => line("unfit", route))];
}

// ---- The form

const formProblems = () => $("route").querySelector(".problems");

async function openForm(route) {
  const upstreams = (await get("upstreams")).data;
  const models = upstreams.flatMap(({ id, models }) => models.map((model) => `${id}/${model}`));
  $("route-models").replaceChildren(...models.map((value) => make("option", { value })));
  $("route-strategy").replaceChildren(...Object.entries(say("strategies")).map(([value, textContent]) => make("option", { value, textContent })));
  label($("route-title"), route ? "editRoutes" : "addRoutes", route?.id);
  $("route-name").value = route?.id ?? "";
  $("route-name").readOnly = Boolean(route);
  $("route-strategy").value = route?.strategy ?? "priority";
  const rows = route?.candidates ?? [{ name: "", priority: 1, weight: 1 }, { name: "", priority: 2, weight: 1 }];
  $("route-rows").replaceChildren(...rows.map(routeRow));
  formProblems().replaceChildren();
  $("route").showModal();
}

function routeRow({ name, priority, weight }) {
  const field = (key, properties) => {
    const input = make("input", { required: true, ...properties });
    input.setAttribute("aria-label", say(key));
    input.title = say(key);
    input.dataset.field = key;
    return input;
  };
  const model = field("model", { value: name, spellcheck: false, autocomplete: "off", placeholder: "dreamifly/…" });
  model.setAttribute("list", "route-models");
  const number = (key, value) => field(key, { type: "number", min: 1, max: 1000, value, inputMode: "numeric" });
  const row = make("div", { className: "route-row" }, model, number("priority", priority), number("weight", weight));
  row.append(button("remove", formProblems(), () => row.remove()));
  return row;
}

async function save() {
  const value = (row, key) => row.querySelector(`[data-field=${key}]`).value;
  const written = [...$("route-rows").children].map((row) => ({ model: value(row, "model").trim(),
    priority: Number(value(row, "priority")), weight: Number(value(row, "weight")) }));
  await put(pathOf($("route-name").value.trim()), { strategy: $("route-strategy").value, routes: written });
  $("route").close();
  announce(say("saved"));
  await showRoutes();
}

export function listenToRoutes() {
  $("add-routes").addEventListener("click", () => attempt(problems, () => openForm(null)));
  $("route-more").addEventListener("click", () => $("route-rows").append(routeRow({ name: "", priority: 1, weight: 1 })));
  $("route-cancel").addEventListener("click", () => $("route").close());
  $("route-fields").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(formProblems(), save);
  });
  $("question").addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new URLSearchParams({ model: $("question-model").value, references: $("question-references").value || "0",
      size: $("question-size").value.trim() || "auto" });
    attempt(problems, async () => {
      ({ choice } = await get(`routes?${query.toString().replaceAll("+", "%20")}`));
      draw();
    });
  });
}

export function forgetRoutes() {
  routes = [];
  choice = null;
  draw();
}
