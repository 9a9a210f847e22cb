// The page at "/admin": signs in with the admin key, shows and changes what the gateway works with. No framework, no build step.
import { draw as drawAccounts, forgetAccounts, listenToAccounts, showAccounts } from "./accounts.js";
import { draw as drawClearance, forgetClearance, showClearance } from "./clearance.js";
import { $ } from "./dom.js";
import { resume, signIn, signOut, whenSignedOut } from "./door.js";
import { draw as drawQueue, forgetQueue, showQueue } from "./queue.js";
import { draw as drawRoutes, forgetRoutes, listenToRoutes, showRoutes } from "./routes.js";
import { draw as drawUpstreams, forgetUpstreams, showUpstreams } from "./upstreams.js";
import { applyLanguage, label, onLanguage, say, switchLanguage } from "./words.js";

const everySome = 5_000;  // ms, between two looks at what changes by itself

const parts = {
  accounts: { show: showAccounts, draw: drawAccounts, forget: forgetAccounts },
  upstreams: { show: showUpstreams, draw: drawUpstreams, forget: forgetUpstreams },
  clearance: { show: showClearance, draw: drawClearance, forget: forgetClearance },
  routes: { show: showRoutes, draw: drawRoutes, forget: forgetRoutes },
  queue: { show: showQueue, draw: drawQueue, forget: forgetQueue, live: true },
};

// ---- Tabs: in the address, so that Back, reload and links work

const shown = () => (location.hash.slice(1) in parts ? location.hash.slice(1) : "accounts");

function showPart() {
  for (const name of Object.keys(parts)) $(name).hidden = name !== shown();
  for (const link of $("tabs").querySelectorAll("a")) {
    if (link.hash === `#${shown()}`) link.ariaCurrent = "page";
    else link.removeAttribute("aria-current");
  }
  parts[shown()].show();
}

// What somebody is about to press does not change under his hands.
function lookAgain() {
  const inUse = $(shown()).querySelector(".rows").contains(document.activeElement);
  if (!$("app").hidden && !document.hidden && !inUse && parts[shown()].live) parts[shown()].show();
}

// ---- Signing in and out

let waits = false;  // the account form, for its reader to sign in again

function showApp() {
  $("key").value = "";
  $("sign-in").hidden = $("sign-in-problem").hidden = true;
  for (const id of ["app", "tabs", "sign-out"]) $(id).hidden = false;
  showPart();
  if (waits) $("account").showModal();
  waits = false;
}

function showSignIn(problem = "") {
  waits ||= $("account").open;
  $("account").close();
  for (const id of ["app", "tabs", "sign-out"]) $(id).hidden = true;
  $("sign-in").hidden = false;
  $("sign-in-problem").hidden = !problem;
  $("sign-in-problem").textContent = problem;
  $("key").focus();
}

const wordsOf = (error) => {
  if (!error.isRefusal) return say("offline");
  const told = say("reasons")[error.code] ?? error.message;
  return error.retryAfter ? `${told} ${say("retryIn", error.retryAfter)}` : told;
};

async function submitKey() {
  const button = $("sign-in").querySelector("button");
  label(button, "signingIn");
  try {
    await signIn($("key").value.trim());
    showApp();
  } catch (error) {
    showSignIn(wordsOf(error));
  } finally {
    label(button, "signIn");
  }
}

async function leave() {
  try {
    await signOut();
  } catch (error) {
    return showSignIn(wordsOf(error));
  }
  for (const { forget } of Object.values(parts)) forget();
  showSignIn();
}

// ---- Start

$("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  submitKey();
});
$("sign-out").addEventListener("click", leave);
$("language").addEventListener("click", switchLanguage);
addEventListener("hashchange", () => $("app").hidden || showPart());
document.addEventListener("visibilitychange", lookAgain);
setInterval(lookAgain, everySome);
whenSignedOut(() => showSignIn(say("signedOut")));
onLanguage(() => Object.values(parts).forEach(({ draw }) => draw()));
listenToAccounts();
listenToRoutes();
applyLanguage();
$("plain").hidden = isSecureContext;
resume().then((isIn) => (isIn ? showApp() : showSignIn()), (error) => showSignIn(wordsOf(error)));
