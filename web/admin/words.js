// What the admin page says, in English and Chinese. The studio's page remembers the language under the same name.

const words = {
  en: {
    skip: "Skip to content", admin: "admin", other: "中文", signOut: "Sign out", tabs: "Sections", welcome: "Admin",
    signInHint: "Sign in with the admin key of this gateway: its ADMIN_KEY, or the one that the first start printed.",
    adminKey: "Admin key", signIn: "Sign in", signingIn: "Checking…", offline: "The gateway cannot be reached",
    signedOut: "You were signed out. Sign in to go on; what you typed is still there.",
    plainHttp: "This page came over plain http from another machine: whoever is on the way can read the key. Use https for anything but your own network.",
    tabAccounts: "Accounts", tabUpstreams: "Upstreams", tabClearance: "Clearance", tabRoutes: "Routes", tabQueue: "Queue",
    addAccount: "Add account", editAccount: (name) => `Change ${name}`, accountsHint: "Logins at the upstreams. What is set cannot be read here, only replaced.",
    noAccounts: "No accounts: the upstreams are used as nobody, or by the key in the settings.",
    provider: "Upstream", label: "Name", credentials: "Credentials", credentialsHint: "Fill in what this upstream wants.",
    credential: { email: "E-mail", password: "Password", session_cookie: "Session cookie", api_key: "API key" },
    isSet: "set; leave empty to keep", forget: "Forget", weight: "Weight (share of the work)", parallel: "Pictures at a time (0: as the host)",
    onlyModels: "Only these models of the upstream (separated by commas; empty: all)", enabled: "In use", save: "Save", cancel: "Cancel",
    check: "Check", checking: "Checking…", edit: "Change", clear: "Clear", remove: "Remove",
    reallyRemove: (name) => `Remove the account ${name}?`, reallyCancel: (id) => `Cancel task ${id}?`,
    reallyForget: "Forget this clearance?", byConfig: "from the configuration", removed: "Removed", saved: "Saved",
    states: { ready: "Ready", busy: "Busy", cooling: "Cooling", resting: "Resting", needs_sign_in: "Needs sign-in", banned: "Banned",
      needs_clearance: "Needs clearance", off: "Off" },
    until: (time) => `until ${time}`, drawing: "drawing", points: "points", today: "free today", weightIs: "weight", modelsAre: "models",
    credentialsAre: "set", lastUsed: "last used", found: (state) => `Found: ${state}`, allModels: "all",
    slots: "slots", unsure: "unsure", free: "free", queued: "in line", accounts: "accounts ready", trips: "breaker trips",
    doors: { open: "Open", shut: "Shut", ajar: "Ajar" }, reached: "It answers.", notReached: "It does not answer.", offers: "offers",
    nothingOffered: "offers no model as yet",
    clearanceHint: "Where an edge such as Cloudflare stands in front of an upstream and wants a human, you can hand on what your own browser was given.",
    noClearance: "There is no upstream here that an edge could stand in front of.",
    zones: { unneeded: "Not needed", valid: "Valid", probing: "Being tried", needed: "Needed", cooling: "Cooling", blocked: "Blocked" },
    paste: "Paste a clearance", pasteText: "Cookie, as you copied it", pasteTextHint: "The value, cf_clearance=…, a whole Cookie line, Netscape lines, or “copy as cURL”.",
    userAgent: "User-Agent of the same browser", expires: "Valid until (if you know)", tryIt: "Try it", trying: "Trying…",
    tryAgain: "Try again", tryWithout: "Try without", forgetIt: "Forget", ray: "last ray", cookies: "cookies", agent: "User-Agent",
    obtained: "given", expiresAt: "expires", lastProbe: "last try",
    endsSoon: "Clearances usually end about now: have a new one ready.", help: "How do I get one?",
    helpSteps: ["Let a browser leave by the same address as this gateway: give it the same proxy, or an SSH tunnel (ssh -D) to the gateway's machine.",
      "Open the upstream's site there and pass its check.",
      "Copy the cookie cf_clearance, and the User-Agent of that very browser. The developer tools' “copy as cURL” of any request has both.",
      "Paste them here at once. They are tried by one call that costs nothing before they count."],
    helpWhy: "If it is refused at once, the address or the browser differs: a private window, a VPN that was switched, or a browser on IPv6 while the gateway is on IPv4.",
    helpOwner: "Better than any clearance is the site's owner: he can let the gateway's address in, leave the API's path unchallenged, or give you a service token.",
    routesHint: "Which upstream draws which model. A name of your own may have several routes: when the first cannot, the next one does.", model: "Model",
    references: "Reference pictures", size: "Size", ask: "What would be chosen?", isDefault: "default", chosen: (route) => `Chosen now: ${route}`,
    nobody: "Nobody can draw this", insteadOf: "could take its place", unfit: "cannot", priority: "priority", notOffered: "not offered",
    addRoutes: "Add routes", editRoutes: (name) => `Routes of ${name}`, publicName: "Public name", strategy: "Strategy", oneMore: "One more route",
    routeHint: "provider/model; those of priority 1 go first, and the weight counts with \"by weight\".", reallyRemoveRoutes: (name) => `Remove the routes of ${name}?`,
    strategies: { priority: "by priority", weighted: "by weight", least_busy: "the least busy", fastest: "the fastest" },
    counts: (c) => `${c.running} drawing, ${c.queued} in line (${c.queued_jobs} jobs, ${c.parked} parked), ${c.saving} being saved`,
    emptyQueue: "Nothing is drawn, and nobody waits.", more: "There are more than are shown.",
    tasks: { queued: "In line", parked: "Parked", leased: "Starting", sent: "Drawing", saving: "Saving" },
    place: "place", age: "age", attempts: "attempts", account: "account", request: "request", job: "job", cancelTask: "Cancel",
    retryIn: (s) => `Worth another try in ${s} s.`, requestId: (id) => `Request ${id}`, failed: "That did not work",
    reasons: { invalid_admin_key: "This is not the admin key.", admin_sign_in_required: "You are not signed in.",
      rate_limit_exceeded: "Too many wrong keys", csrf_token_wrong: "This page is out of date: reload it.",
      storage_unavailable: "The gateway's disk takes nothing", conflict: "Not now" },
  },
  zh: {
    skip: "跳到内容", admin: "管理", other: "English", signOut: "退出", tabs: "栏目", welcome: "管理",
    signInHint: "请输入本网关的管理密钥：即 ADMIN_KEY，或首次启动时显示的那一个。",
    adminKey: "管理密钥", signIn: "登录", signingIn: "正在验证…", offline: "无法连接网关",
    signedOut: "登录已失效，请重新登录；已填写的内容仍保留。",
    plainHttp: "本页经未加密的 http 从另一台机器打开：途中的任何人都能看到密钥。除自己的内网外请使用 https。",
    tabAccounts: "账号", tabUpstreams: "上游", tabClearance: "验证通行", tabRoutes: "路由", tabQueue: "队列",
    addAccount: "添加账号", editAccount: (name) => `修改 ${name}`, accountsHint: "上游服务器的登录账号。已设置的凭据只能替换，无法查看。",
    noAccounts: "没有账号：以匿名方式或设置中的密钥使用上游。",
    provider: "上游", label: "名称", credentials: "凭据", credentialsHint: "按该上游的要求填写。",
    credential: { email: "邮箱", password: "密码", session_cookie: "会话 Cookie", api_key: "API 密钥" },
    isSet: "已设置；留空则保留", forget: "清除", weight: "权重（工作份额）", parallel: "同时绘制张数（0：随主机）",
    onlyModels: "仅用于这些上游模型（逗号分隔；留空：全部）", enabled: "启用", save: "保存", cancel: "取消",
    check: "检查", checking: "正在检查…", edit: "修改", clear: "清除状态", remove: "移除",
    reallyRemove: (name) => `移除账号 ${name}？`, reallyCancel: (id) => `取消任务 ${id}？`,
    reallyForget: "清除此通行凭据？", byConfig: "来自配置", removed: "已移除", saved: "已保存",
    states: { ready: "可用", busy: "繁忙", cooling: "冷却中", resting: "额度用完", needs_sign_in: "需要登录", banned: "被封禁",
      needs_clearance: "需要验证", off: "已停用" },
    until: (time) => `至 ${time}`, drawing: "绘制中", points: "积分", today: "今日免费", weightIs: "权重", modelsAre: "模型",
    credentialsAre: "已设置", lastUsed: "上次使用", found: (state) => `检查结果：${state}`, allModels: "全部",
    slots: "并发位", unsure: "未定", free: "空闲", queued: "排队", accounts: "可用账号", trips: "熔断次数",
    doors: { open: "开放", shut: "关闭", ajar: "试探" }, reached: "有响应。", notReached: "没有响应。", offers: "提供",
    nothingOffered: "暂无模型",
    clearanceHint: "如果上游前面有 Cloudflare 之类的防护要求真人验证，可以把您自己的浏览器得到的通行凭据交给网关。",
    noClearance: "这里没有前面可能有防护的上游。",
    zones: { unneeded: "无需", valid: "有效", probing: "正在试用", needed: "需要", cooling: "冷却中", blocked: "被拦截" },
    paste: "粘贴通行凭据", pasteText: "复制的 Cookie", pasteTextHint: "值本身、cf_clearance=…、整行 Cookie、Netscape 行，或“复制为 cURL”。",
    userAgent: "同一浏览器的 User-Agent", expires: "有效期至（如果知道）", tryIt: "试用", trying: "正在试用…",
    tryAgain: "再试一次", tryWithout: "不用凭据试试", forgetIt: "清除", ray: "最近的 ray", cookies: "Cookie", agent: "User-Agent",
    obtained: "取得", expiresAt: "到期", lastProbe: "上次试用",
    endsSoon: "通行凭据通常在这时失效：请准备新的。", help: "如何取得？",
    helpSteps: ["让浏览器与本网关使用同一出口地址：给它同一个代理，或用 SSH 隧道（ssh -D）连到网关所在机器。",
      "在那里打开上游网站并通过它的验证。",
      "复制名为 cf_clearance 的 Cookie，以及同一浏览器的 User-Agent。开发者工具中任一请求的“复制为 cURL”两者都有。",
      "立即粘贴到这里。生效之前会先用一次免费的请求试用。"],
    helpWhy: "如果马上被拒绝，说明地址或浏览器不同：隐私窗口、切换过的 VPN，或浏览器走 IPv6 而网关走 IPv4。",
    helpOwner: "比任何通行凭据更好的是网站所有者：他可以放行网关的地址、让 API 路径免于验证，或给您一个服务令牌。",
    routesHint: "哪个模型由哪个上游绘制。自定义名称可以有多条路由：第一条不可用时由下一条绘制。", model: "模型",
    references: "参考图张数", size: "尺寸", ask: "现在会选谁？", isDefault: "默认", chosen: (route) => `现在会选：${route}`,
    nobody: "没有上游能绘制", insteadOf: "可替补", unfit: "不适用", priority: "优先级", notOffered: "未提供",
    addRoutes: "添加路由", editRoutes: (name) => `${name} 的路由`, publicName: "对外名称", strategy: "策略", oneMore: "再加一条路由",
    routeHint: "上游/模型；优先级 1 最先使用，权重只在“按权重”时有效。", reallyRemoveRoutes: (name) => `移除 ${name} 的路由？`,
    strategies: { priority: "按优先级", weighted: "按权重", least_busy: "最空闲", fastest: "最快" },
    counts: (c) => `绘制中 ${c.running}，排队 ${c.queued}（任务 ${c.queued_jobs}，暂离 ${c.parked}），保存中 ${c.saving}`,
    emptyQueue: "没有正在绘制或排队的任务。", more: "还有更多未显示。",
    tasks: { queued: "排队中", parked: "暂离", leased: "准备中", sent: "绘制中", saving: "保存中" },
    place: "位置", age: "已等", attempts: "尝试", account: "账号", request: "请求", job: "任务", cancelTask: "取消",
    retryIn: (s) => `建议 ${s} 秒后再试。`, requestId: (id) => `请求编号 ${id}`, failed: "操作失败",
    reasons: { invalid_admin_key: "管理密钥不正确。", admin_sign_in_required: "尚未登录。",
      rate_limit_exceeded: "错误密钥尝试过多", csrf_token_wrong: "页面已过期，请刷新。",
      storage_unavailable: "网关磁盘无法写入", conflict: "现在不行" },
  },
};

let language = localStorage.getItem("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
const followers = [];

export function say(key, ...args) {
  const word = words[language][key];
  return typeof word === "function" ? word(...args) : word;
}

// A name of the API in the reader's language; one we do not know as it is.
export const sayOf = (table, key) => words[language][table][key] ?? key;

// Words put on a node this way follow the language switch.
export function label(node, key, ...args) {
  node.dataset.t = key;
  node.dataset.args = JSON.stringify(args);
  node.textContent = say(key, ...args);
  return node;
}

// For what is more than words: told after every switch.
export const onLanguage = (follow) => followers.push(follow);

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
  applyLanguage();
}

export function applyLanguage() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = `Dreamifly ${say("admin")}`;
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = say(node.dataset.t, ...JSON.parse(node.dataset.args ?? "[]"));
  for (const node of document.querySelectorAll("[data-t-label]")) node.ariaLabel = say(node.dataset.tLabel);
  document.getElementById("language").lang = language === "zh" ? "en" : "zh";
  for (const follow of followers) follow();
}

export function timeText(seconds) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })
    .format(new Date(seconds * 1000));
}

export function durationText(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  const [value, unit] = seconds < 120 ? [seconds, "second"] : seconds < 7200 ? [Math.round(seconds / 60), "minute"] : [Math.round(seconds / 3600), "hour"];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "short" }).format(value);
}
