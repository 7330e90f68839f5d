// What a real shop's own scripts do around a chat: navigation without loading pages, and a consent tool.
"use strict";

const CHOICE = "shop_consent";

// ---- Turbo-like navigation. A document is fetched and its body takes the place of the present one.
// XMLHttpRequest parses by itself, so this works where Trusted Types forbid a page to parse text.
const fetched = (address) => new Promise((done, failed) => {
  const request = new XMLHttpRequest();
  request.open("GET", address);
  request.responseType = "document";
  request.onload = () => (request.response ? done(request.response) : failed(new Error("no page")));
  request.onerror = () => failed(new Error("no network"));
  request.send();
});

const visit = async (address, keep) => {
  const page = await fetched(address);
  if (keep) history.pushState({}, "", address);
  document.title = page.title;
  const body = document.adoptNode(page.body);
  document.documentElement.replaceChild(body, document.body);
  if (body.dataset.turbo === "none") run(body);
  scrollTo(0, 0);
  ask();
};

// As Turbo: scripts of the new body run. (Not where Trusted Types are enforced, because no script may be made there.)
const run = (body) => {
  for (const old of body.querySelectorAll("script")) {
    const script = document.createElement("script");
    for (const { name, value } of old.attributes) script.setAttribute(name, value);
    old.replaceWith(script);
  }
};

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || !("turbo" in document.body.dataset) || "loads" in link.dataset || event.defaultPrevented) return;
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.origin !== location.origin) return;
  event.preventDefault();
  visit(link.href, true);
});
addEventListener("popstate", () => "turbo" in document.body.dataset && visit(location.href, false));

// ---- The consent tool: asks once, keeps the choice in a cookie of its own, tells the chat whenever it may be new.
const chosen = () => {
  try {
    return document.cookie.split("; ").find((one) => one.startsWith(`${CHOICE}=`))?.split("=")[1];
  } catch {
    return undefined;
  }
};
const tell = () => chosen() && window.fbtoolChat?.consent(chosen() === "yes");
const ask = () => {
  const banner = document.getElementById("consent");
  if (banner) banner.hidden = Boolean(chosen());
  tell();
};
document.addEventListener("click", (event) => {
  const answer = event.target.closest?.("[data-consent-answer]");
  if (!answer) return;
  document.cookie = `${CHOICE}=${answer.dataset.consentAnswer}; path=/; samesite=lax`;
  ask();
});
// A script's load is heard on its way down only.
document.addEventListener("load", (event) => event.target.tagName === "SCRIPT" && tell(), true);
ask();
