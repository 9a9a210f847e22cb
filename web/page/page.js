// The page at "/": takes an API key, draws through /v1, shows the pictures. No framework, no build step.
// What comes from outside (prompts, names, messages) enters as text nodes or properties, never as HTML.

// ---- Words

const plural = (n, one, many) => (n === 1 ? one : many.replace("#", n));

const words = {
  en: {
    skip: "Skip to content", studio: "studio", other: "中文", signOut: "Sign out", welcome: "Welcome",
    signInHint: "Sign in with the API key of this gateway. It was printed when the gateway first started.",
    apiKey: "API key", remember: "Remember on this device", signIn: "Sign in", signingIn: "Checking…",
    keyRefused: "This key was not accepted.", keyShape: "A key has no spaces and no special characters.",
    demoBanner: "Demo: no image server is connected yet, so a built-in painter makes the pictures.",
    prompt: "What should be drawn?", promptExample: "A fox reading under a paper lantern, light rain",
    model: "Model", style: "Style", size: "Size", large: "High resolution", more: "More", demoModels: "Demo", otherNames: "Other names",
    needsPicture: "needs a picture to edit", negative: "Leave out", negativeExample: "blurry, text, watermark",
    seed: "Seed", seedExample: "random", count: "How many pictures", fewer: "Fewer", another: "More pictures",
    draw: "Draw", results: "Results", viewer: "Picture", close: "Close", cancel: "Cancel",
    emptyTitle: "Nothing drawn yet", emptyHint: "Describe a picture, or start from one of these:",
    drawing: (n) => plural(n, "Drawing a picture", "Drawing # pictures"),
    done: (n) => plural(n, "One picture is ready", "# pictures are ready"),
    partly: (made, lost) => `${plural(made, "One picture is", "# pictures are")} ready, ${lost} failed`,
    stopped: "Cancelled", again: "Try again", open: (n) => `Open picture ${n}`, seedIs: (seed) => `seed ${seed}`,
    download: "Download", useSeed: "Reuse seed", usePrompt: "Reuse prompt", retryIn: (s) => `Worth another try in ${s} s.`,
    request: (id) => `Request ${id}`, failed: "The picture could not be drawn", offline: "The gateway cannot be reached",
    ideas: ["A lighthouse keeper's desk at dawn, gouache", "A tiny dragon asleep in a teacup, macro photo",
      "A night market on the moon, isometric"],
    reasons: {
      invalid_api_key: "The key was not accepted", queue_full: "The queue is full", queue_timeout: "The wait was too long",
      upstream_timeout: "The image server took too long", upstream_error: "The image server failed",
      upstream_unavailable: "The image server cannot be reached", rate_limit_exceeded: "Too many requests at once",
      insufficient_quota: "The allowance is used up", content_policy_violation: "The image server refused this prompt",
      storage_unavailable: "The gateway's disk is full",
    },
  },
  zh: {
    skip: "跳到内容", studio: "画室", other: "English", signOut: "退出", welcome: "欢迎",
    signInHint: "请输入本网关的 API 密钥。网关首次启动时会显示它。",
    apiKey: "API 密钥", remember: "在此设备上记住", signIn: "登录", signingIn: "正在验证…",
    keyRefused: "此密钥无效。", keyShape: "密钥不含空格或特殊字符。",
    demoBanner: "演示模式：尚未连接绘图服务器，图片由内置画师生成。",
    prompt: "想画什么？", promptExample: "细雨中，一只狐狸在纸灯笼下读书",
    model: "模型", style: "风格", size: "尺寸", large: "高分辨率", more: "更多", demoModels: "演示", otherNames: "别名",
    needsPicture: "需要参考图", negative: "不要出现", negativeExample: "模糊、文字、水印",
    seed: "种子", seedExample: "随机", count: "张数", fewer: "减少", another: "增加",
    draw: "开始绘制", results: "结果", viewer: "图片", close: "关闭", cancel: "取消",
    emptyTitle: "还没有作品", emptyHint: "描述一幅画面，或从这里开始：",
    drawing: (n) => `正在绘制 ${n} 张图片`,
    done: (n) => `${n} 张图片已完成`,
    partly: (made, lost) => `${made} 张已完成，${lost} 张失败`,
    stopped: "已取消", again: "重试", open: (n) => `打开第 ${n} 张图片`, seedIs: (seed) => `种子 ${seed}`,
    download: "下载", useSeed: "复用种子", usePrompt: "复用提示词", retryIn: (s) => `建议 ${s} 秒后再试。`,
    request: (id) => `请求编号 ${id}`, failed: "图片绘制失败", offline: "无法连接网关",
    ideas: ["黎明时分灯塔看守人的书桌，水粉画", "茶杯里熟睡的小龙，微距摄影", "月球上的夜市，等距视角"],
    reasons: {
      invalid_api_key: "密钥无效", queue_full: "排队已满", queue_timeout: "等待时间过长",
      upstream_timeout: "绘图服务器超时", upstream_error: "绘图服务器出错", upstream_unavailable: "无法连接绘图服务器",
      rate_limit_exceeded: "请求过于频繁", insufficient_quota: "额度已用完",
      content_policy_violation: "绘图服务器拒绝了此提示词", storage_unavailable: "网关磁盘已满",
    },
  },
};

let language = localStorage.getItem("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");

function say(key, ...args) {
  const word = words[language][key];
  return typeof word === "function" ? word(...args) : word;
}

// Words put on a node this way follow the language switch.
function label(node, key, ...args) {
  node.dataset.t = key;
  node.dataset.args = JSON.stringify(args);
  node.textContent = say(key, ...args);
  return node;
}

function applyLanguage() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = `Dreamifly ${say("studio")}`;
  for (const node of document.querySelectorAll("[data-t]"))
    node.textContent = say(node.dataset.t, ...JSON.parse(node.dataset.args ?? "[]"));
  for (const node of document.querySelectorAll("[data-t-placeholder]"))
    node.placeholder = say(node.dataset.tPlaceholder);
  for (const node of document.querySelectorAll("[data-t-label]"))
    node.ariaLabel = say(node.dataset.tLabel, ...JSON.parse(node.dataset.args ?? "[]"));
  $("language").textContent = say("other");
  $("language").lang = language === "zh" ? "en" : "zh";
  showCatalog();
  showIdeas();
}

// ---- Small helpers

const $ = (id) => document.getElementById(id);

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function button(key, action, className = "quiet") {
  const node = label(make("button", { type: "button", className }), key);
  node.addEventListener("click", action);
  return node;
}

// ---- The gateway

class Refusal extends Error {
  constructor(response, answer) {
    const error = answer?.error ?? {};
    super(error.message ?? `${response.status} ${response.statusText}`);
    this.status = response.status;
    this.code = error.code ?? "";
    this.request = response.headers.get("x-request-id");
    this.retryAfter = response.headers.get("retry-after");
  }
}

let apiKey = "";

// Relative to the page, so that a path prefix of a reverse proxy is kept. `no-store` also sends
// `Cache-Control: no-cache`: pressing Draw twice means two pictures, not one shared by both.
async function call(path, { key = apiKey, body, signal } = {}) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  if (body) headers["Content-Type"] = "application/json";
  const response = await fetch(new URL(path, document.baseURI), {
    method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal, cache: "no-store",
  });
  const answer = await response.json().catch((error) => {
    if (response.ok || error.name === "AbortError") throw error;
    return null;  // an error page of something in between; its status still tells enough
  });
  if (!response.ok) throw new Refusal(response, answer);
  return answer;
}

// ---- Signing in

// `/#key=…` signs in. The fragment reaches no server, and leaves the address bar before anything else happens.
function takeKeyFromAddress() {
  const found = /[#&]key=([^&]*)/.exec(location.hash);
  if (!found) return "";
  history.replaceState(null, "", location.pathname + location.search);
  return /%(?![\da-f]{2})/i.test(found[1]) ? found[1] : decodeURIComponent(found[1]);
}

function storedKey() {
  return sessionStorage.getItem("key") ?? localStorage.getItem("key") ?? "";
}

function keepKey(key, remember) {
  sessionStorage.setItem("key", key);
  if (remember) localStorage.setItem("key", key);
}

async function signIn(key, remember) {
  if (!/^[\x21-\x7e]+$/.test(key)) return showSignIn("keyShape");
  label($("sign-in").querySelector("button"), "signingIn");
  try {
    const [models, styles] = await Promise.all([call("v1/models", { key }), call("v1/styles", { key })]);
    apiKey = key;
    keepKey(key, remember);
    catalog = { models: models.data, styles: styles.data };
    showStudio();
  } catch (error) {
    if (error.status === 401) forgetKey();
    showSignIn(error.status === 401 ? "keyRefused" : error instanceof Refusal ? "" : "offline", error.message);
  } finally {
    label($("sign-in").querySelector("button"), "signIn");
  }
}

function forgetKey() {
  apiKey = "";
  sessionStorage.removeItem("key");
  localStorage.removeItem("key");
}

function showSignIn(problem, message) {
  $("studio").hidden = $("account").hidden = true;
  $("sign-in").hidden = false;
  const node = $("sign-in-problem");
  node.hidden = problem === undefined;
  if (problem) label(node, problem);
  else if (message) {
    delete node.dataset.t;
    node.textContent = message;
  }
  $("key").focus();
}

function showStudio() {
  $("key").value = "";
  $("key-hint").textContent = `…${apiKey.slice(-4)}`;
  $("sign-in").hidden = $("sign-in-problem").hidden = true;
  $("studio").hidden = $("account").hidden = false;
  showCatalog();
  restoreChoices();
  $("prompt").focus({ preventScroll: true });
}

// ---- The order form

// Ratio → normal and high resolution: multiples of 8, at most 2,020,000 pixels.
const sizes = {
  "1:1": ["1024x1024", "1416x1416"], "5:4": ["1144x912", "1584x1264"], "3:2": ["1256x840", "1736x1160"],
  "16:9": ["1368x768", "1888x1064"], "4:5": ["912x1144", "1264x1584"], "2:3": ["840x1264", "1160x1744"],
  "9:16": ["768x1368", "1064x1888"],
};

let catalog = { models: [], styles: [] };

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
  return (language === "en" && style.name) || style.id;
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
  $("pixels").textContent = chosenSize().replace("x", " × ");
}

function chooseSize(size) {
  for (const [ratio, pair] of Object.entries(sizes)) {
    if (!pair.includes(size)) continue;
    $("order").elements.ratio.value = ratio;
    $("large").checked = pair[1] === size;
  }
}

function readOrder() {
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
function reuseOrder(order) {
  $("prompt").value = order.prompt;
  choose($("model"), order.model);
  choose($("style"), order.style);
  $("negative").value = order.negative_prompt ?? "";
  $("seed").value = "";
  chooseSize(order.size);
  formChanged();
  $("prompt").focus();
}

function reuseSeed(seed) {
  $("more").open = true;
  $("seed").value = seed;
  formChanged();
  $("seed").focus();
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

// ---- Jobs: one for each press of Draw, newest first

async function draw(order) {
  const job = showJob(order);
  label($("status"), "drawing", order.n);
  const clock = setInterval(() => showElapsed(job), 100);
  try {
    const answer = await call("v1/images/generations", { body: order, signal: job.controller.signal });
    showPictures(job, answer);
  } catch (error) {
    if (error.status === 401) {
      forgetKey();
      showSignIn("keyRefused");
    }
    showFailure(job, error);
  } finally {
    clearInterval(clock);
    showElapsed(job);
    job.cancel.remove();
    if (document.hidden) document.title = `✓ ${document.title.replace("✓ ", "")}`;
  }
}

function showJob(order) {
  const job = { order, started: performance.now(), controller: new AbortController() };
  job.cancel = button("cancel", () => job.controller.abort());
  job.time = make("span", { className: "job-time" });
  job.tiles = make("div", { className: order.n === 1 ? "tiles one" : "tiles" });
  job.tiles.append(...Array.from({ length: order.n }, () => waitingTile(order.size)));
  const style = order.style && catalog.styles.find((item) => item.id === order.style);
  const facts = [order.model, style && styleName(style), order.size.replace("x", " × ")];
  const head = make("header", { className: "job-head" },
    make("div", {}, make("p", { className: "job-prompt", textContent: order.prompt }),
      make("p", { className: "hint", textContent: facts.filter(Boolean).join(" · ") })),
    job.time, job.cancel);
  job.node = make("article", { className: "job" }, head, job.tiles);
  $("empty").hidden = true;
  $("jobs").prepend(job.node);
  if (job.node.getBoundingClientRect().top > innerHeight * 0.8) job.node.scrollIntoView({ block: "start" });
  return job;
}

function showElapsed(job) {
  const seconds = (performance.now() - job.started) / 1000;
  const whole = Math.floor(seconds);
  job.time.textContent = seconds < 60 ? `${seconds.toFixed(1)} s`
    : `${Math.trunc(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function frame(tag, size, properties = {}) {
  const node = make(tag, { className: "frame", ...properties });
  node.style.aspectRatio = size.replace("x", " / ");
  return node;
}

function waitingTile(size) {
  return make("figure", { className: "tile waiting" }, frame("div", size));
}

// Pictures take their places in order; the places named in `errors` say what went wrong there.
function showPictures(job, answer) {
  const lost = new Map((answer.errors ?? []).map((item) => [item.index, item]));
  const made = [...answer.data];
  const total = Math.max(job.order.n, made.length + lost.size);
  const tiles = Array.from({ length: total }, (_, index) => {
    if (lost.has(index) || made.length === 0) return lostTile(job.order.size, lost.get(index));
    return pictureTile(job, answer, made.shift(), index);
  });
  job.tiles.replaceChildren(...tiles);
  if (lost.size) label($("status"), "partly", answer.data.length, lost.size);
  else label($("status"), "done", answer.data.length);
}

function lostTile(size, error) {
  const node = frame("div", size);
  node.append(problemBox(error?.code, error?.message));
  return make("figure", { className: "tile" }, node);
}

function pictureTile(job, answer, item, index) {
  const type = answer.output_format ?? "png";
  const bytes = Uint8Array.from(atob(item.b64_json), (letter) => letter.charCodeAt(0));
  const source = URL.createObjectURL(new Blob([bytes], { type: `image/${type}` }));
  const picture = make("img", { src: source, alt: job.order.prompt });
  const open = frame("button", answer.size ?? job.order.size, { type: "button" });
  open.dataset.tLabel = "open";
  open.dataset.args = JSON.stringify([index + 1]);
  open.ariaLabel = say("open", index + 1);
  open.append(picture);
  open.addEventListener("click", () => showLarge(picture));

  const facts = make("span", { className: "facts" });
  const save = label(make("a", { className: "quiet", href: source }), "download");
  save.download = `dreamifly-${item.seed ?? answer.created}-${index + 1}.${type}`;
  const caption = make("figcaption", {}, facts, save);
  if (item.seed !== undefined) {
    facts.append(label(make("span"), "seedIs", item.seed), " · ");
    caption.append(button("useSeed", () => reuseSeed(item.seed)));
  }
  facts.append((answer.size ?? job.order.size).replace("x", " × "));
  caption.append(button("usePrompt", () => reuseOrder(job.order)));
  return make("figure", { className: "tile" }, open, caption);
}

function showFailure(job, error) {
  const stopped = error.name === "AbortError";
  const box = stopped ? label(make("p", { className: "note" }), "stopped") : problemOf(error);
  job.tiles.replaceWith(make("div", {}, box, button("again", () => {
    job.node.remove();
    draw(job.order);
  }, "quiet again")));
  label($("status"), stopped ? "stopped" : "failed");
}

function problemOf(error) {
  if (!(error instanceof Refusal)) return problemBox("", error.message, "offline");
  const box = problemBox(error.code, error.message);
  if (error.retryAfter) box.append(label(make("small"), "retryIn", error.retryAfter));
  if (error.request) box.append(label(make("small"), "request", error.request));
  return box;
}

function problemBox(code, message, title = "failed") {
  const heading = make("strong", { textContent: words[language].reasons[code] ?? say(title) });
  return make("div", { className: "problem" }, heading, message ?? "");
}

function showLarge(picture) {
  $("viewer-picture").src = picture.src;
  $("viewer-picture").alt = picture.alt;
  $("viewer").showModal();
}

// ---- Start

function listen() {
  $("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    signIn($("key").value.trim(), $("remember").checked);
  });
  $("sign-out").addEventListener("click", () => {
    forgetKey();
    showSignIn();
  });
  $("language").addEventListener("click", () => {
    language = language === "zh" ? "en" : "zh";
    localStorage.setItem("language", language);
    applyLanguage();
  });
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
  $("viewer").addEventListener("click", () => $("viewer").close());
  document.addEventListener("visibilitychange", () => document.title = document.title.replace("✓ ", ""));
  addEventListener("hashchange", () => {
    const key = takeKeyFromAddress();
    if (key) signIn(key, false);
  });
}

async function showDemo() {
  const health = await call("health", { key: "" });
  $("demo").hidden = health.demo !== true;
}

async function start() {
  const key = takeKeyFromAddress() || storedKey();
  listen();
  showRatios();
  showPixels();
  applyLanguage();
  await Promise.all([
    key ? signIn(key, false) : showSignIn(),
    showDemo().catch(() => $("demo").hidden = true),  // only a notice; signing in reports a gateway that is away
  ]);
}

start();
