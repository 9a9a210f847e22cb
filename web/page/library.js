// The library: what was made with this key, to look for, mark, delete, have back and carry away.
import { $, button, heart, make, problemOf, times, toast } from "./dom.js";
import { reuseOrder, reuseSeed, styleText } from "./form.js";
import { call, fetchBlob, local } from "./gateway.js";
import { label, name, onLanguage, say, sizeText, timeText } from "./words.js";

let shown = [];            // as listed, newest first
let next = "";             // where the list goes on
let asked = 0;             // the newest question; older answers are dropped
const chosen = new Set();  // ids
let isChoosing = false;
let isStale = true;
let looking = -1;          // index of the picture in the details
let typing = 0;            // the timer of a search

// ---- Listing

function query(after) {
  const parts = { q: $("search").value.trim(), kind: $("kind").value, favourite: $("favourites").checked ? "true" : "", after };
  const given = Object.entries(parts).filter(([, value]) => value);
  return ["limit=48", ...given.map(([key, value]) => `${key}=${encodeURIComponent(value)}`)].join("&");
}

async function load({ more = false } = {}) {
  const question = ++asked;
  try {
    const page = await call(`v1/library?${query(more ? next : "")}`);
    if (question !== asked) return;
    isStale = false;
    shown = more ? [...shown, ...page.data] : page.data;
    next = page.next ?? "";
    show();
  } catch (error) {
    if (question === asked) $("library-problem").replaceChildren(problemOf(error));
  }
}

export function openLibrary() {
  if (isStale) load();
}

export function libraryChanged() {
  isStale = true;
  if (!$("library-view").hidden) load();
}

export function forgetLibrary() {
  asked += 1;
  shown = [];
  next = "";
  isStale = true;
  looking = -1;
  clearTimeout(typing);
  $("filters").reset();
  $("details").close();
  $("details-picture").removeAttribute("src");
  $("details-picture").alt = "";
  for (const id of ["details-facts", "details-tools", "details-heart"]) $(id).replaceChildren();
  choose(false);
}

function show() {
  $("library-problem").replaceChildren();
  $("pictures").replaceChildren(...shown.map(tileOf));
  $("more-pictures").hidden = !next;
  const isFiltered = query("") !== "limit=48";
  $("no-pictures").hidden = shown.length > 0 || Boolean(next);
  label($("no-pictures").querySelector("h2"), isFiltered ? "noMatch" : "noPictures");
  $("no-pictures").querySelector(".hint").hidden = isFiltered;
  $("clear-filters").hidden = !isFiltered;
}

function tileOf(item, index) {
  const picture = make("img", { src: local(item.thumbnail_url), alt: item.prompt, loading: "lazy" });
  const open = name(make("button", { type: "button", className: "thumb" }, picture), isChoosing ? "choose" : "open", index + 1);
  picture.addEventListener("error", () => open.replaceChildren(label(make("span", { className: "hint" }), "broken")));
  const tile = make("li", { className: "card-tile" }, open, heart(item.favourite, (on) => mark(item, on)));
  const showChosen = () => {
    tile.classList.toggle("chosen", chosen.has(item.id));
    if (isChoosing) open.ariaPressed = String(chosen.has(item.id));
  };
  open.addEventListener("click", () => {
    if (!isChoosing) return look(shown.indexOf(item));
    if (!chosen.delete(item.id)) chosen.add(item.id);
    showChosen();
    showChoice();
  });
  showChosen();
  return tile;
}

// ---- Changing

async function mark(item, on) {
  try {
    Object.assign(item, await call(`v1/library/${item.id}`, { method: "PATCH", body: { favourite: on } }));
    if (on) delete item.expires_at;
    return true;
  } catch (error) {
    toast(error.message);
    return false;
  }
}

// The tiles go at once; what could not be deleted comes back.
async function remove(items) {
  shown = shown.filter((item) => !items.includes(item));
  show();
  const results = await Promise.allSettled(items.map((item) => call(`v1/library/${item.id}`, { method: "DELETE" })));
  const gone = items.filter((item, index) => results[index].status === "fulfilled");
  const failed = results.find((result) => result.status === "rejected");
  if (failed) {
    toast(failed.reason.message);
    return load();
  }
  toast(say("removed", gone.length), () => restore(gone));
}

async function restore(items) {
  const results = await Promise.allSettled(items.map((item) => call(`v1/library/${item.id}/restore`, { method: "POST" })));
  if (results.some((result) => result.status === "rejected")) toast(say("undoFailed"));
  load();
}

// ---- Choosing several

function choose(on) {
  isChoosing = on;
  chosen.clear();
  label($("choose"), on ? "selectEnd" : "select");
  $("library-view").classList.toggle("choosing", on);
  $("choice").hidden = !on;
  show();
  showChoice();
}

function showChoice() {
  label($("chosen-count"), "selected", chosen.size);
  $("zip").disabled = $("remove-chosen").disabled = !chosen.size;
}

async function zip() {
  label($("zip"), "zipping");
  try {
    const blob = await fetchBlob("v1/library/zip", { body: { ids: [...chosen] } });
    const link = make("a", { href: URL.createObjectURL(blob), download: "pictures.zip" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    choose(false);
  } catch (error) {
    toast(error.message);
  } finally {
    label($("zip"), "zip");
  }
}

// ---- One picture and how it was made

const valueOf = {
  created_at: timeText, expires_at: timeText, bytes: (bytes, item) => `${item.output_format.toUpperCase()} · ${sizeText(bytes)}`,
  size: times, style: styleText,
};

function look(index) {
  looking = index;
  const item = shown[index];
  if (!item) return $("details").close();
  const words = say("detail");
  const rows = Object.keys(words).filter((key) => item[key] !== undefined || key === "expires_at").flatMap((key) => [
    make("dt", { textContent: words[key] }),
    make("dd", { textContent: item[key] === undefined ? say("forever") : (valueOf[key]?.(item[key], item) ?? String(item[key])) })]);
  const save = label(make("a", { className: "quiet", href: local(item.url) }), "download");
  save.download = "";
  const again = (act) => () => {
    $("details").close();
    act();
  };
  $("details-picture").src = local(item.url);
  $("details-picture").alt = item.prompt;
  $("details-facts").replaceChildren(...rows);
  $("details-tools").replaceChildren(button("useAgain", again(() => reuseOrder(item)), "primary small"),
    button("useSeed", again(() => reuseSeed(item.seed))), save, button("remove", again(() => remove([item]))));
  $("details-heart").replaceChildren(heart(item.favourite, async (on) => {
    const done = await mark(item, on);
    show();
    look(shown.indexOf(item));
    return done;
  }));
  $("previous").disabled = index === 0;
  $("next").disabled = index === shown.length - 1;
  if (!$("details").open) $("details").showModal();
}

// ---- Start

export function listenToLibrary() {
  $("search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(load, 250);
  });
  $("filters").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["kind", "favourites"]) $(id).addEventListener("change", () => load());
  $("clear-filters").addEventListener("click", () => {
    $("filters").reset();
    load();
  });
  $("more-pictures").addEventListener("click", () => load({ more: true }));
  $("choose").addEventListener("click", () => choose(!isChoosing));
  $("zip").addEventListener("click", zip);
  $("remove-chosen").addEventListener("click", () => {
    const items = shown.filter((item) => chosen.has(item.id));
    choose(false);
    remove(items);
  });
  $("close-details").addEventListener("click", () => $("details").close());
  $("previous").addEventListener("click", () => look(looking - 1));
  $("next").addEventListener("click", () => look(looking + 1));
  $("details").addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft" && looking > 0) look(looking - 1);
    if (event.key === "ArrowRight" && looking < shown.length - 1) look(looking + 1);
  });
  onLanguage(() => {
    const kinds = Object.entries(say("kinds")).map(([value, textContent]) => make("option", { value, textContent }));
    const kind = $("kind").value;
    $("kind").replaceChildren(make("option", { value: "", textContent: say("anyKind") }), ...kinds);
    $("kind").value = kind;
    if (shown.length) show();
  });
}
