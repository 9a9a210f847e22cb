// The order form: what is to be drawn.
import { $, make, times } from "./dom.js";
import { isEnglish, onLanguage, say } from "./words.js";

// Ratio → normal and high resolution: multiples of 8, at most 2,020,000 pixels.
const sizes = {
  "1:1": ["1024x1024", "1416x1416"], "5:4": ["1144x912", "1584x1264"], "3:2": ["1256x840", "1736x1160"],
  "16:9": ["1368x768", "1888x1064"], "4:5": ["912x1144", "1264x1584"], "2:3": ["840x1264", "1160x1744"],
  "9:16": ["768x1368", "1064x1888"],
};

let catalog = { models: [], styles: [] };

export function useCatalog(offered) {
  catalog = offered;
  showCatalog();
  restoreChoices();
}

function showCatalog() {
  const option = (model) => {
    const editsOnly = model.capabilities?.text_to_image === false;
    const name = (model.name ?? model.id) + (editsOnly ? ` (${say("needsPicture")})` : "");
    return make("option", { value: model.id, textContent: name, disabled: editsOnly });
  };
  const group = (key, models) => models.length ? [make("optgroup", { label: say(key) }, ...models.map(option))] : [];
  const own = catalog.models.filter((model) => !model.alias_of);
  fillSelect($("model"), ...own.filter((model) => !model.demo).map(option),
    ...group("demoModels", own.filter((model) => model.demo)),
    ...group("otherNames", catalog.models.filter((model) => model.alias_of)));
  fillSelect($("style"), ...catalog.styles.map((style) =>
    make("option", { value: style.id, textContent: styleName(style), title: style.prefix })));
}

function styleName(style) {
  return (isEnglish() && style.name) || style.id;
}

export function styleText(id) {
  const style = catalog.styles.find((item) => item.id === id);
  return style ? styleName(style) : id;
}

function fillSelect(select, ...nodes) {
  const chosen = select.value;
  select.replaceChildren(...nodes);
  choose(select, chosen);
}

// What is no longer offered leaves the first choice standing.
function choose(select, value) {
  const known = [...select.options].some((option) => option.value === value);
  select.value = known ? value : select.options[0]?.value;
}

function showRatios() {
  for (const [ratio, [normal]] of Object.entries(sizes)) {
    const [width, height] = normal.split("x");
    const shape = make("span", { className: "shape" });
    shape.style.width = `${Math.round(26 * Math.sqrt(width / height) * 0.8)}px`;
    shape.style.aspectRatio = `${width} / ${height}`;
    const radio = make("input", { type: "radio", name: "ratio", value: ratio, defaultChecked: ratio === "1:1" });
    $("ratios").append(make("label", {}, radio, shape, ratio));
  }
}

function chosenSize() {
  return sizes[$("order").elements.ratio.value][$("large").checked ? 1 : 0];
}

function showPixels() {
  $("pixels").textContent = times(chosenSize());
}

function chooseSize(size) {
  for (const [ratio, pair] of Object.entries(sizes)) {
    if (!pair.includes(size)) continue;
    $("order").elements.ratio.value = ratio;
    $("large").checked = pair[1] === size;
  }
}

export function readOrder() {
  const order = {
    model: $("model").value, prompt: $("prompt").value.trim(), size: chosenSize(), n: Number($("count").value),
    response_format: "b64_json",
  };
  const style = catalog.styles.find((item) => item.id === $("style").value);
  if (style?.prefix) order.style = style.id;
  if ($("negative").value.trim()) order.negative_prompt = $("negative").value.trim();
  if ($("seed").value) order.seed = Number($("seed").value);
  return order;
}

// Fills the form as it was for an order, except for the seed, which would draw the same picture again.
export function reuseOrder(order) {
  $("prompt").value = order.prompt;
  choose($("model"), order.model);
  choose($("style"), order.style ?? "");
  $("negative").value = order.negative_prompt ?? "";
  $("seed").value = "";
  chooseSize(order.size);
  formChanged();
  goTo("prompt");
}

export function reuseSeed(seed) {
  $("more").open = true;
  $("seed").value = seed;
  formChanged();
  goTo("seed");
}

// The field can take the focus when the form is shown.
function goTo(field) {
  if ($("studio").hidden) {
    addEventListener("hashchange", () => $(field).focus(), { once: true });
    location.hash = "#draw";
  } else {
    $(field).focus();
  }
}

const remembered = ["prompt", "model", "style", "negative", "seed", "count"];

// For this tab only: prompts do not belong in a browser's long memory.
function formChanged() {
  const choices = Object.fromEntries(remembered.map((id) => [id, $(id).value]));
  sessionStorage.setItem("choices", JSON.stringify({ ...choices, size: chosenSize() }));
  showPixels();
}

function restoreChoices() {
  const choices = JSON.parse(sessionStorage.getItem("choices") ?? "{}");
  for (const id of remembered) {
    if ($(id).options) choose($(id), choices[id]);
    else $(id).value = choices[id] ?? $(id).defaultValue;
  }
  chooseSize(choices.size);
  $("more").open ||= Boolean(choices.negative || choices.seed);
  showPixels();
}

export function forgetForm() {
  sessionStorage.removeItem("choices");
  $("order").reset();
  $("more").open = false;
  catalog = { models: [], styles: [] };
  showCatalog();
  showPixels();
}

function stepCount(by) {
  const count = Math.trunc(Number($("count").value)) + by;
  $("count").value = Math.min(10, Math.max(1, count || 1));
  formChanged();
}

function showIdeas() {
  $("ideas").replaceChildren(...say("ideas").map((idea) => {
    const node = make("button", { type: "button", textContent: idea });
    node.addEventListener("click", () => reuseOrder({ ...readOrder(), prompt: idea }));
    return make("li", {}, node);
  }));
}

export function listenToForm(draw) {
  showRatios();
  showPixels();
  onLanguage(showCatalog);
  onLanguage(showIdeas);
  $("order").addEventListener("submit", (event) => {
    event.preventDefault();
    draw(readOrder());
  });
  $("order").addEventListener("input", formChanged);
  $("prompt").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) $("order").requestSubmit();
  });
  $("fewer").addEventListener("click", () => stepCount(-1));
  $("another").addEventListener("click", () => stepCount(1));
}
