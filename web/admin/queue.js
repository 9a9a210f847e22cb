// What is being drawn, and the line.
import { $, announce, attempt, badge, button, emptyRow, factsLine, head, hint, item, make, part } from "./dom.js";
import { get, post } from "./door.js";
import { durationText, say, sayOf } from "./words.js";

const tones = { sent: "busy", leased: "busy", saving: "busy", parked: "wait" };
const { rows, problems } = part("queue");
let queue = null;

export async function showQueue() {
  await attempt(problems, async () => {
    queue = await get("queue");
  });
  draw();
}

export function draw() {
  $("queue-counts").textContent = queue ? say("counts", queue.counts) : "";
  if (!queue) return rows.replaceChildren();
  rows.replaceChildren(...queue.data.map(row));
  if (queue.data.length === 0) rows.replaceChildren(emptyRow("emptyQueue"));
  if (queue.has_more) rows.append(emptyRow("more"));
}

function row(task) {
  const line = item(head(make("strong", { textContent: `#${task.id}` }), badge(sayOf("tasks", task.state), tones[task.state]),
    hint(task.model ?? ""), hint(task.provider ?? ""), hint(task.job ? say("job") : "")));
  line.append(factsLine([[say("place"), task.place], [say("age"), durationText(task.age_ms)],
    [say("drawing"), task.drawing_ms === null ? "" : durationText(task.drawing_ms)], [say("attempts"), task.attempts || ""],
    [say("account"), task.account], [say("request"), task.request]]));
  if (task.place === null) return line;
  const trouble = make("div", { className: "problems" });
  line.append(make("div", { className: "tools" }, button("cancelTask", trouble, () => cancel(task))), trouble);
  return line;
}

async function cancel(task) {
  if (!confirm(say("reallyCancel", task.id))) return;
  await post(`queue/${encodeURIComponent(task.id)}/cancel`);
  announce(say("removed"));
  await showQueue();
}

export function forgetQueue() {
  queue = null;
  draw();
}
