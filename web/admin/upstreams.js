// The upstreams: slots, line, door, and whether they answer.
import { announce, attempt, badge, button, factsLine, head, hint, item, make, part } from "./dom.js";
import { get, post } from "./door.js";
import { say, sayOf, timeText } from "./words.js";

const tones = { open: "good", ajar: "wait", shut: "bad" };
const { rows, problems } = part("upstreams");
let upstreams = [];
const said = new Map();

export async function showUpstreams() {
  await attempt(problems, async () => {
    upstreams = (await get("upstreams")).data;
  });
  draw();
}

export function draw() {
  rows.replaceChildren(...upstreams.map(row));
}

function row(upstream) {
  const { door, slots, accounts, clearance } = upstream;
  const line = item(head(make("strong", { textContent: upstream.id }), badge(sayOf("doors", door.state), tones[door.state]),
    hint(door.until ? say("until", timeText(door.until)) : ""), hint(upstream.host)));
  if (door.reason) line.append(make("p", { className: "reason", textContent: door.reason }));
  line.append(factsLine([[say("slots"), `${slots.held} / ${slots.limit}`], [say("free"), slots.free], [say("unsure"), slots.unsure || ""],
    [say("queued"), upstream.queued], [say("accounts"), accounts.total ? `${accounts.ready} / ${accounts.total}` : ""],
    [say("trips"), door.trips || ""], [say("tabClearance"), clearance && sayOf("zones", clearance.state)]]));
  line.append(make("p", { className: "hint", textContent: upstream.models.length ? `${say("offers")} ${upstream.models.join(", ")}` : say("nothingOffered") }));
  if (said.has(upstream.id)) line.append(make("p", { className: "said", textContent: saidText(said.get(upstream.id)) }));
  const trouble = make("div", { className: "problems" });
  line.append(make("div", { className: "tools" }, button("check", trouble, () => check(upstream), "checking")), trouble);
  return line;
}

const saidText = ({ reached, reason }) => [say(reached ? "reached" : "notReached"), reason].join(" ").trim();

async function check(upstream) {
  const answer = await post(`upstreams/${encodeURIComponent(upstream.id)}/check`);
  said.set(upstream.id, answer);
  upstreams = upstreams.map((other) => (other.id === upstream.id ? answer.upstream : other));
  announce(saidText(answer));
  draw();
}

export function forgetUpstreams() {
  upstreams = [];
  said.clear();
  draw();
}
