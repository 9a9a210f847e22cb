// Jobs: one for each press of Draw. They live on the gateway, so a reload loses none; this page only follows them.
import { $, button, frame, heart, make, problemBox, problemOf, times } from "./dom.js";
import { reuseOrder, reuseSeed, styleText } from "./form.js";
import { call, follow, local } from "./gateway.js";
import { label, name, onLanguage, say, timeText } from "./words.js";

const jobs = new Map();   // id → the newest that the gateway said of it
const cards = new Map();  // id → its card under the form
let following = null;     // AbortController
let whenMade = () => {};  // told when pictures came
let older = "";           // where the list goes on
const blobs = [];         // the URLs of pictures that came as bytes

const isOver = (job) => !["queued", "running"].includes(job.status);

// What was asked for is known of this tab's own jobs; the job itself says the rest.
const remembered = () => JSON.parse(sessionStorage.getItem("orders") ?? "{}");
function remember(id, order) {
  const kept = Object.entries(remembered()).slice(-49);
  sessionStorage.setItem("orders", JSON.stringify({ ...Object.fromEntries(kept), [id]: order }));
}
const orderOf = (job) => remembered()[job.id] ?? { prompt: job.prompt ?? "", model: job.model, n: job.n, size: job.size };

// ---- Following

export async function followJobs(made) {
  whenMade = made;
  const mine = remembered();
  await refresh().catch(() => {});  // following tells of a gateway that is away
  for (const job of jobs.values()) if (job.id in mine || !isOver(job)) cardOf(job);
  following?.abort();
  following = new AbortController();
  const state = (isLost) => $("offline").hidden = !isLost;
  follow({
    took: take, signal: following.signal, found: () => state(false),
    lost: () => refresh().then(() => state(false), () => state(true)),
  });
}

export function forgetJobs() {
  following?.abort();
  following = null;
  older = "";
  jobs.clear();
  cards.clear();
  for (const source of blobs.splice(0)) URL.revokeObjectURL(source);
  for (const id of ["jobs", "job-list", "status"]) $(id).replaceChildren();
  delete $("status").dataset.t;
  $("viewer-picture").removeAttribute("src");
  $("viewer-picture").alt = "";
  $("viewer").close();
  $("offline").hidden = true;
  $("empty").hidden = false;
  sessionStorage.removeItem("orders");
  showList();
}

async function refresh() {
  const page = await call("v1/jobs?limit=50");
  for (const job of page.data.reverse()) take(job, { isList: true });
  older ||= page.next ?? "";
  showList();
}

// A list may have been written before the event that was faster: what is over stays over.
function take(job, { isList = false } = {}) {
  const before = jobs.get(job.id);
  if (isList && before && isOver(before) && !isOver(job)) return;
  if (job.deleted) return drop(job.id);
  jobs.set(job.id, job);
  if (before && !isOver(before) && isOver(job)) told(job);
  if (cards.has(job.id)) showCard(cards.get(job.id), job);
  showList();
}

function told(job) {
  const made = job.result?.data?.length ?? 0;
  const lost = job.n - made;
  if (made && lost) label($("status"), "partly", made, lost);
  else if (made) label($("status"), "done", made);
  else label($("status"), job.status === "cancelled" ? "stopped" : "failed");
  if (document.hidden) document.title = `✓ ${document.title.replace("✓ ", "")}`;
  whenMade();
}

function drop(id) {
  jobs.delete(id);
  cards.get(id)?.node.remove();
  cards.delete(id);
  showList();
}

// A place in line changes without an event.
function watchPlaces() {
  const waits = [...jobs.values()].some((job) => job.status === "queued");
  if (waits && following && !document.hidden) refresh().catch(() => {});
}

// ---- Drawing

export async function draw(order) {
  label($("status"), "drawing", order.n);
  try {
    const job = await call("v1/images/generations", { body: order, headers: { Prefer: "respond-async" } });
    remember(job.id, order);
    take(job);
    cardOf(jobs.get(job.id));
    bringIntoView(cards.get(job.id));
  } catch (error) {
    // Where nothing is kept there can be no job: the picture comes on this very connection.
    if (error.param === "store") return drawHere(order);
    refused(order, error);
  }
}

function bringIntoView(card) {
  if (card.node.getBoundingClientRect().top > innerHeight * 0.8) card.node.scrollIntoView({ block: "start" });
}

function refused(order, error) {
  const card = newCard({ id: `refused-${performance.now()}`, status: "failed", n: order.n, created_at: Date.now() / 1000 }, order);
  card.body.replaceChildren(problemOf(error), button("again", () => {
    card.node.remove();
    draw(order);
  }, "quiet again"));
  card.tools.replaceChildren();
  bringIntoView(card);
  label($("status"), "failed");
}

async function drawHere(order) {
  const job = { id: `here-${performance.now()}`, status: "running", n: order.n, created_at: Date.now() / 1000, pictures: [] };
  const gone = new AbortController();
  const card = newCard(job, order);
  showCard(card, job);
  card.tools.replaceChildren(button("cancel", () => gone.abort()));
  try {
    const result = await call("v1/images/generations", { body: order, signal: gone.signal });
    const made = { ...job, status: "succeeded", finished_at: Date.now() / 1000, result };
    showCard(card, made);
    told(made);
  } catch (error) {
    card.node.remove();
    if (error.name !== "AbortError") refused(order, error);
  }
}

async function change(job, path, options) {
  try {
    const changed = await call(`v1/jobs/${job.id}${path}`, options);
    if (changed.deleted) return drop(job.id);
    take(changed);
  } catch (error) {
    cards.get(job.id)?.body.append(problemOf(error));
  }
}

const canRetry = (job) =>
  isOver(job) && (job.pictures ?? []).some((picture) => ["failed", "unknown"].includes(picture.status));

function toolsOf(job) {
  const tools = [];
  if (!isOver(job) && !job.cancel_requested) tools.push(button("cancel", () => change(job, "/cancel", { method: "POST" })));
  if (canRetry(job)) tools.push(button("retry", () => change(job, "/retry", { method: "POST" })));
  if (isOver(job)) tools.push(button("removeJob", () => change(job, "", { method: "DELETE" })));
  return tools;
}

// ---- Cards under the form

function cardOf(job) {
  if (!cards.has(job.id)) cards.set(job.id, newCard(job, orderOf(job)));
  showCard(cards.get(job.id), job);
}

function newCard(job, order) {
  const card = { order, shown: "" };
  card.state = make("span", { className: "state" });
  card.time = make("span", { className: "job-time" });
  card.tools = make("span", { className: "tools" });
  card.body = make("div");
  const facts = [order.model ?? job.model, order.style && styleText(order.style), order.size && times(order.size)];
  const head = make("header", { className: "job-head" },
    make("div", {}, make("p", { className: "job-prompt", textContent: order.prompt || job.id }),
      make("p", { className: "hint" }, card.state, ["", ...facts.filter(Boolean)].join(" · "))),
    card.time, card.tools);
  card.node = make("article", { className: "job" }, head, card.body);
  $("empty").hidden = true;
  $("jobs").prepend(card.node);
  if (card.node.getBoundingClientRect().top > innerHeight * 0.8) card.node.scrollIntoView({ block: "start" });
  return card;
}

function showState(node, job) {
  node.className = `state ${job.status}`;
  node.textContent = say("statuses")[job.status];
  if (job.status !== "queued" || !job.position) return;
  node.textContent += ` · ${job.position === 1 ? say("placeNext") : say("place", job.position, job.queue_length)}`;
}

// Nothing is built anew that looks the same: pictures would flicker, and buttons slip away under the pointer.
function showCard(card, job) {
  card.job = job;
  showState(card.state, job);
  showElapsed(card);
  const looks = JSON.stringify([job.status, job.cancel_requested, job.pictures?.map((picture) => picture.status)]);
  if (card.shown === looks) return;
  card.shown = looks;
  card.tools.replaceChildren(...toolsOf(job));
  if (!isOver(job)) return showWaiting(card, job);
  const notes = [];
  if (job.status === "unknown") notes.push(label(make("p", { className: "note" }), "unknownJob"));
  if (job.status === "cancelled") notes.push(label(make("p", { className: "note" }), "stopped"));
  if (job.status === "failed") notes.push(problemOf({ isRefusal: true, ...job.error }));
  const tiles = job.result?.data ? [tilesOf(job, finishedTiles(card, job))] : [];
  const again = tiles.length || canRetry(job) ? [] : [button("again", () => draw(card.order), "quiet again")];
  card.body.replaceChildren(...notes, ...tiles, ...(card.order.prompt ? again : []));
}

function showWaiting(card, job) {
  const size = card.order.size ?? "1024x1024";
  const waiting = Array.from({ length: job.n }, () => make("figure", { className: `tile ${job.status}` }, frame("div", size)));
  const note = job.cancel_requested ? [label(make("p", { className: "note" }), "cancelling")] : [];
  card.body.replaceChildren(...note, tilesOf(job, waiting));
}

function tilesOf(job, tiles) {
  return make("div", { className: job.n === 1 ? "tiles one" : "tiles" }, ...tiles);
}

// Pictures take their places in order; the places named in `errors` say what went wrong there.
function finishedTiles(card, { n, result }) {
  const lost = new Map((result.errors ?? []).map((item) => [item.index, item]));
  const made = [...result.data];
  return Array.from({ length: Math.max(n, made.length + lost.size) }, (_, index) =>
    lost.has(index) || !made.length ? lostTile(card.order.size, lost.get(index)) : pictureTile(card, result, made.shift(), index));
}

function lostTile(size, error) {
  const node = frame("div", size);
  node.append(problemBox(error?.code, error?.message));
  return make("figure", { className: "tile" }, node);
}

function sourceOf(item, type) {
  if (item.url) return local(item.url);
  const bytes = Uint8Array.from(atob(item.b64_json), (letter) => letter.charCodeAt(0));
  blobs.push(URL.createObjectURL(new Blob([bytes], { type: `image/${type}` })));
  return blobs.at(-1);
}

function pictureTile(card, result, item, index) {
  const type = result.output_format ?? "png";
  const source = sourceOf(item, type);
  const size = result.size ?? card.order.size;
  const picture = make("img", { src: source, alt: card.order.prompt });
  const open = name(frame("button", size, { type: "button" }), "open", index + 1);
  open.append(picture);
  open.addEventListener("click", () => showLarge(picture));
  const facts = make("span", { className: "facts" });
  const save = label(make("a", { className: "quiet", href: source }), "download");
  save.download = item.url ? "" : `dreamifly-${item.seed ?? result.created}-${index + 1}.${type}`;
  const caption = make("figcaption", {}, facts, save);
  if (item.seed !== undefined) {
    facts.append(label(make("span"), "seedIs", item.seed), " · ");
    caption.append(button("useSeed", () => reuseSeed(item.seed)));
  }
  if (size) facts.append(times(size));
  caption.append(button("usePrompt", () => reuseOrder(card.order)));
  if (item.url) caption.append(heart(false, (on) => markById(idOf(item.url), on)));
  return make("figure", { className: "tile" }, open, caption);
}

const idOf = (url) => /\/images\/(\w+)\./.exec(url)?.[1];

async function markById(id, on) {
  try {
    await call(`v1/library/${id}`, { method: "PATCH", body: { favourite: on } });
    whenMade();
    return true;
  } catch {
    return false;
  }
}

export function showLarge(picture) {
  $("viewer-picture").src = picture.src;
  $("viewer-picture").alt = picture.alt;
  $("viewer").showModal();
}

function showElapsed(card) {
  const { job } = card;
  const seconds = Math.max(0, (job.finished_at ?? Date.now() / 1000) - job.created_at);
  const whole = Math.floor(seconds);
  card.time.textContent = seconds < 60 ? `${whole} s` : `${Math.trunc(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// ---- The list of all jobs

function showList() {
  const all = [...jobs.values()].sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1));
  const open = all.filter((job) => !isOver(job)).length;
  $("job-count").textContent = open || "";
  $("job-count").hidden = !open;
  $("no-jobs").hidden = all.length > 0;
  $("older-jobs").hidden = !older;
  if ($("jobs-view").hidden) return;
  $("job-list").replaceChildren(...all.map(rowOf));
}

function rowOf(job) {
  const state = make("span");
  showState(state, job);
  const pictures = (job.result?.data ?? []).filter((item) => item.url).slice(0, 4).map((item) =>
    make("img", { src: local(item.url), alt: "", loading: "lazy" }));
  const facts = [say("jobOf", job.n), job.model, timeText(job.created_at)];
  const problem = isOver(job) && job.error?.message ? [make("p", { className: "hint", textContent: job.error.message })] : [];
  return make("li", { className: "row" }, make("div", { className: "strip" }, ...pictures),
    make("div", { className: "row-text" }, make("p", { className: "job-prompt", textContent: orderOf(job).prompt || job.id }),
      make("p", { className: "hint" }, state, ["", ...facts].join(" · ")), ...problem),
    make("span", { className: "tools" }, ...toolsOf(job)));
}

export const openJobs = showList;

async function showOlder() {
  const page = await call(`v1/jobs?limit=50&after=${encodeURIComponent(older)}`);
  older = page.next ?? "";
  for (const job of page.data) take(job, { isList: true });
  showList();
}

export function listenToJobs() {
  setInterval(() => {
    for (const card of cards.values()) if (!isOver(card.job)) showElapsed(card);
  }, 1_000);
  setInterval(watchPlaces, 3_000);
  document.addEventListener("visibilitychange", () => {
    document.title = document.title.replace("✓ ", "");
    if (!document.hidden && following) refresh().catch(() => {});
  });
  $("older-jobs").addEventListener("click", () => showOlder().catch(() => {}));
  onLanguage(() => {
    showList();
    for (const card of cards.values()) showState(card.state, card.job);
  });
}
