// Improves pages that work without it: keeps them up to date, counts while you type.
"use strict";

const POLL_MS = 4000;
const COUNT_MS = 250;

/* A page with parts that change asks every few seconds whether any has, and then renews those parts from
   the server's own rendering. */
function keepUpToDate(mark) {
  const gone = document.getElementById("gone");
  let missed = 0;
  let asking = false;
  let timer = setTimeout(ask, POLL_MS);

  async function ask() {
    clearTimeout(timer);
    if (asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch("/api/state", { cache: "no-store", headers: { "If-None-Match": mark } });
      if (answer.status === 401) return location.reload();
      if (answer.ok) mark = (await renew()) || mark;
      missed = answer.ok || answer.status === 304 ? 0 : missed + 1;
    } catch {
      missed += 1;
    } finally {
      asking = false;
    }
    gone.hidden = missed < 2;
    timer = setTimeout(ask, POLL_MS);
  }

  document.addEventListener("visibilitychange", ask);
}

async function renew() {
  const answer = await fetch(location.href, { cache: "no-store" });
  if (!answer.ok) return "";
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(part.id);
    if (!now || now.innerHTML === part.innerHTML) continue;
    const focus = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
    part.replaceChildren(...now.childNodes);
    if (focus) part.querySelector(`[href="${CSS.escape(focus)}"]`)?.focus();
  }
  sendByItself();
  return fresh.body.dataset.mark;
}

/* A form that only notes that its page was seen needs no tap. */
function sendByItself() {
  for (const form of document.querySelectorAll("form[data-send]")) {
    form.hidden = true;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  }
}

/* The server counts; this asks it while the owner types. */
function countIn(form) {
  const box = form.querySelector("textarea");
  let timer = 0;
  let turn = 0;

  async function count() {
    const mine = ++turn;
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.count, { method: "POST", body });
      if (answer.ok && mine === turn) show(form, await answer.json());
    } catch {
      // the box is out of reach: the next letter tries again, and saving counts anyway
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(count, COUNT_MS);
  });
  for (const button of form.querySelectorAll("[data-put]")) {
    button.addEventListener("click", () => {
      box.setRangeText(button.dataset.put, box.selectionStart, box.selectionEnd, "end");
      box.focus();
      box.dispatchEvent(new Event("input"));
    });
  }
}

function show(form, counted) {
  for (const [name, value] of Object.entries(counted)) {
    const out = form.querySelector(`[data-out="${name}"]`);
    const around = form.querySelector(`[data-with="${name}"]`);
    const empty = Array.isArray(value) ? value.length === 0 : !value;
    if (Array.isArray(value)) {
      out?.replaceChildren(...value.map((words) => {
        const item = document.createElement("li");
        item.textContent = words;
        return item;
      }));
    } else if (out) {
      out.textContent = value;
    }
    if (around) around.hidden = empty;
    else if (out && Array.isArray(value)) out.hidden = empty;
  }
}

/* A muddy thumb taps twice. */
function sendOnce(form) {
  form.addEventListener("submit", () => setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }));
}

/* A password typed unseen, with cold hands, is a password typed wrong. */
function showIn(tick) {
  const field = document.getElementById(tick.dataset.show);
  tick.addEventListener("change", () => { field.type = tick.checked ? "text" : "password"; });
}

for (const tick of document.querySelectorAll("[data-show]")) showIn(tick);
for (const form of document.querySelectorAll("form[data-count]")) countIn(form);
for (const form of document.querySelectorAll("form[method=post]:not([data-many])")) sendOnce(form);
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
if (document.body.dataset.mark) keepUpToDate(document.body.dataset.mark);
sendByItself();
