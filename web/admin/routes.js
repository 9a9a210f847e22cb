// Which upstream draws which model, and what would be chosen now.
import { $, attempt, badge, factsLine, head, hint, item, make, part } from "./dom.js";
import { get } from "./door.js";
import { say, sayOf } from "./words.js";

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
  const line = item(title);
  for (const one of route.candidates) {
    line.append(factsLine([[one.offered ? nameOf(one) : one.name, one.offered ? "" : say("notOffered")]]
      .map(([name, value]) => ["", value ? `${name} (${value})` : name])
      .concat(route.strategy ? [[say("priority"), one.priority], [say("weightIs"), one.weight]] : [])));
  }
  return line;
}

function choiceNodes() {
  const [first, ...others] = choice.ranked;
  const said = make("p", { className: "said", textContent: first ? say("chosen", nameOf(first)) : `${say("nobody")}: ${choice.reason}` });
  const line = (key, route) => make("p", { className: "hint", textContent: `${nameOf(route)}: ${[say(key), route.reason].filter(Boolean).join(" — ")}` });
  return [said, ...others.map((route) => line("insteadOf", route)), ...choice.unfit.map((route) => line("unfit", route))];
}

export function listenToRoutes() {
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
