// The page at "/": takes an API key, draws through /v1, shows the pictures. No framework, no build step.
import { $, forgetToast } from "./dom.js";
import { forgetForm, listenToForm, useCatalog } from "./form.js";
import { call, keyInUse, useKey } from "./gateway.js";
import { draw, followJobs, forgetJobs, listenToJobs, openJobs } from "./jobs.js";
import { forgetLibrary, libraryChanged, listenToLibrary, openLibrary } from "./library.js";
import { applyLanguage, label, switchLanguage } from "./words.js";

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

let attempts = 0;  // to sign in, and out: the newest counts

async function signIn(key, remember) {
  if (!/^[\x21-\x7e]+$/.test(key)) return showSignIn("keyShape");
  label($("sign-in").querySelector("button"), "signingIn");
  const attempt = ++attempts;
  try {
    const [models, styles] = await Promise.all([call("v1/models", { key }), call("v1/styles", { key })]);
    if (attempt !== attempts) return;
    if (key !== (sessionStorage.getItem("key") ?? key)) forgetAll();
    useKey(key);
    keepKey(key, remember);
    useCatalog({ models: models.data, styles: styles.data });
    showApp();
    followJobs(libraryChanged).catch(() => {});
  } catch (error) {
    if (attempt !== attempts) return;
    if (error.status === 401) forgetKey();
    showSignIn(error.status === 401 ? "keyRefused" : error.isRefusal ? "" : "offline", error.message);
  } finally {
    label($("sign-in").querySelector("button"), "signIn");
  }
}

// The next who signs in may be somebody else.
function forgetAll() {
  forgetForm();
  forgetJobs();
  forgetLibrary();
  forgetToast();
}

function forgetKey() {
  attempts += 1;
  useKey("");
  for (const store of [sessionStorage, localStorage]) store.removeItem("key");
  forgetAll();
}

function showSignIn(problem, message) {
  for (const id of ["app", "account", "tabs"]) $(id).hidden = true;
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

function showApp() {
  $("key").value = "";
  $("key-hint").textContent = `…${keyInUse().slice(-4)}`;
  $("sign-in").hidden = $("sign-in-problem").hidden = true;
  for (const id of ["app", "account", "tabs"]) $(id).hidden = false;
  showTab();
  if (!$("studio").hidden) $("prompt").focus({ preventScroll: true });
}

// ---- Tabs: in the address, so that Back, reload and links work

const tabs = { "#draw": ["studio", () => {}], "#library": ["library-view", openLibrary], "#jobs": ["jobs-view", openJobs] };

function showTab() {
  const chosen = location.hash in tabs ? location.hash : "#draw";
  for (const [hash, [id]] of Object.entries(tabs)) {
    $(id).hidden = hash !== chosen;
    const link = document.querySelector(`#tabs a[href="${hash}"]`);
    if (hash === chosen) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  tabs[chosen][1]();
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
  $("language").addEventListener("click", switchLanguage);
  $("viewer").addEventListener("click", () => $("viewer").close());
  addEventListener("hashchange", () => {
    const key = takeKeyFromAddress();
    if (key) signIn(key, false);
    else if (keyInUse()) showTab();
  });
}

async function showDemo() {
  const health = await call("health", { key: "" });
  $("demo").hidden = health.demo !== true;
}

async function start() {
  const key = takeKeyFromAddress() || storedKey();
  listen();
  listenToForm(draw);
  listenToJobs();
  listenToLibrary();
  applyLanguage();
  await Promise.all([
    key ? signIn(key, false) : showSignIn(),
    showDemo().catch(() => $("demo").hidden = true),  // only a notice; signing in reports a gateway that is away
  ]);
}

start();
