// What the page says, in English and Chinese.

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
    tabs: "Sections", tabDraw: "Draw", tabLibrary: "Library", tabJobs: "Jobs",
    statuses: { queued: "Waiting", running: "Drawing", succeeded: "Done", partly_succeeded: "Partly done", failed: "Failed",
      cancelled: "Cancelled", unknown: "Unknown" },
    place: (n, of) => `place ${n} of ${of}`, placeNext: "next in line",
    cancelling: "What is being drawn is finished and kept; the rest is cancelled.",
    unknownJob: "The answer was lost; the picture may have been drawn. Nothing is sent again by itself.",
    retry: "Try again", removeJob: "Remove", noJobs: "No jobs", noJobsHint: "What you draw runs as a job: it goes on when this page is closed.",
    jobOf: (n) => plural(n, "One picture", "# pictures"), jobsTitle: "Jobs", libraryTitle: "Library", moreJobs: "Older jobs",
    search: "Search prompts", searchExample: "Search prompts", kind: "Kind", anyKind: "All kinds",
    kinds: { generation: "Drawn", edit: "Edited", variation: "Variation" }, onlyFavourites: "Favourites",
    favourite: "Favourite", unfavourite: "No longer a favourite", select: "Select", selectEnd: "Done",
    selected: (n) => plural(n, "One selected", "# selected"), zip: "Download as zip", zipping: "Packing…",
    remove: "Delete", removed: (n) => plural(n, "Picture deleted", "# pictures deleted"), undo: "Undo",
    undoFailed: "It is too late to undo", loadMore: "Show more", noPictures: "No pictures yet",
    noPicturesHint: "What is drawn is kept here.", noMatch: "Nothing matches", clearFilters: "Clear filters",
    useAgain: "Use again", previous: "Previous", next: "Next", choose: (n) => `Select picture ${n}`,
    broken: "The picture cannot be shown", unsaved: "Not kept: this gateway stores no pictures (STORE_PICTURES=off).",
    detail: { prompt: "Prompt", revised_prompt: "As sent", negative_prompt: "Left out", model: "Model", style: "Style", size: "Size",
      seed: "Seed", steps: "Steps", quality: "Quality", created_at: "Made", expires_at: "Kept until", user: "For", bytes: "File" },
    forever: "as long as it is a favourite", reconnecting: "Not connected. Trying again…",
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
    tabs: "栏目", tabDraw: "绘制", tabLibrary: "图库", tabJobs: "任务",
    statuses: { queued: "排队中", running: "绘制中", succeeded: "已完成", partly_succeeded: "部分完成", failed: "失败",
      cancelled: "已取消", unknown: "结果未知" },
    place: (n, of) => `第 ${n} 位，共 ${of} 位`, placeNext: "即将开始",
    cancelling: "正在绘制的图片会完成并保留，其余已取消。",
    unknownJob: "未收到答复，图片可能已绘制。系统不会自动重发。",
    retry: "重试", removeJob: "移除", noJobs: "没有任务", noJobsHint: "每次绘制都是一个任务：关闭页面后仍会继续。",
    jobOf: (n) => `${n} 张图片`, jobsTitle: "任务", libraryTitle: "图库", moreJobs: "更早的任务",
    search: "搜索提示词", searchExample: "搜索提示词", kind: "类型", anyKind: "全部类型",
    kinds: { generation: "绘制", edit: "编辑", variation: "变体" }, onlyFavourites: "收藏",
    favourite: "收藏", unfavourite: "取消收藏", select: "选择", selectEnd: "完成",
    selected: (n) => `已选 ${n} 张`, zip: "打包下载", zipping: "正在打包…",
    remove: "删除", removed: (n) => `已删除 ${n} 张图片`, undo: "撤销",
    undoFailed: "已无法撤销", loadMore: "显示更多", noPictures: "还没有图片",
    noPicturesHint: "绘制的图片会保存在这里。", noMatch: "没有匹配的图片", clearFilters: "清除筛选",
    useAgain: "再次使用", previous: "上一张", next: "下一张", choose: (n) => `选择第 ${n} 张图片`,
    broken: "无法显示图片", unsaved: "未保存：本网关不存储图片（STORE_PICTURES=off）。",
    detail: { prompt: "提示词", revised_prompt: "实际发送", negative_prompt: "不要出现", model: "模型", style: "风格", size: "尺寸",
      seed: "种子", steps: "步数", quality: "质量", created_at: "生成时间", expires_at: "保留至", user: "用户", bytes: "文件" },
    forever: "收藏期间一直保留", reconnecting: "连接中断，正在重试…",
    reasons: {
      invalid_api_key: "密钥无效", queue_full: "排队已满", queue_timeout: "等待时间过长",
      upstream_timeout: "绘图服务器超时", upstream_error: "绘图服务器出错", upstream_unavailable: "无法连接绘图服务器",
      rate_limit_exceeded: "请求过于频繁", insufficient_quota: "额度已用完",
      content_policy_violation: "绘图服务器拒绝了此提示词", storage_unavailable: "网关磁盘已满",
    },
  },
};

let language = localStorage.getItem("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
const followers = [];

export const isEnglish = () => language === "en";

export function say(key, ...args) {
  const word = words[language][key];
  return typeof word === "function" ? word(...args) : word;
}

// Words put on a node this way follow the language switch.
export function label(node, key, ...args) {
  node.dataset.t = key;
  node.dataset.args = JSON.stringify(args);
  node.textContent = say(key, ...args);
  return node;
}

// The same for what only a screen reader and a pointer's hint say.
export function name(node, key, ...args) {
  node.dataset.tLabel = key;
  node.dataset.args = JSON.stringify(args);
  node.ariaLabel = say(key, ...args);
  return node;
}

// For what is more than words: told after every switch.
export function onLanguage(follow) {
  followers.push(follow);
}

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("language", language);
  applyLanguage();
}

export function applyLanguage() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = `Dreamifly ${say("studio")}`;
  const args = (node) => JSON.parse(node.dataset.args ?? "[]");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = say(node.dataset.t, ...args(node));
  for (const node of document.querySelectorAll("[data-t-placeholder]")) node.placeholder = say(node.dataset.tPlaceholder);
  for (const node of document.querySelectorAll("[data-t-label]")) node.ariaLabel = say(node.dataset.tLabel, ...args(node));
  document.getElementById("language").lang = isEnglish() ? "zh" : "en";
  for (const follow of followers) follow();
}

export function timeText(seconds) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })
    .format(new Date(seconds * 1000));
}

export function sizeText(bytes) {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 })
    .format(bytes / (bytes < 1e6 ? 1e3 : 1e6));
}
