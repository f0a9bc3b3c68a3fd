// Sends the forms marked data-live without leaving the page, and keeps what was typed. All works without it.
// A live form needs an id or an action of its own: by it the same form is found again in the answer.
(() => {
  "use strict";
  const line = document.getElementById("live");
  const store = window.sessionStorage;
  let sending = Promise.resolve();
  let waiting = 0;

  const say = (text) => { line.textContent = text; };
  const forms = () => [...document.querySelectorAll("form[data-live]")];
  const keyOf = (form) => form.id || form.getAttribute("action") || location.pathname;
  const formOf = (key) => forms().find((form) => keyOf(form) === key);
  const texts = (form) => [...form.elements].filter((field) =>
    field.name && (field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && /^(text|url|email|search)$/.test(field.type))));
  const place = (form, field) => `unsent ${location.pathname} ${keyOf(form)} ${field.name}`;
  const changed = (field) => field.value !== (field.sentValue ?? field.defaultValue);

  // What is typed and not yet taken stays in the tab, over a lost connection and a reload.
  const remember = (field) => {
    const form = field.form;
    if (!form || !form.matches("form[data-live]") || !texts(form).includes(field)) return;
    try {
      if (changed(field)) store.setItem(place(form, field), field.value);
      else store.removeItem(place(form, field));
    } catch { /* the tab's storage is full or closed: the field still holds the text */ }
  };
  const putBack = () => {
    let found = 0;
    for (const form of forms()) {
      for (const field of texts(form)) {
        const kept = store.getItem(place(form, field));
        if (kept === null) continue;
        if (kept === field.value) { store.removeItem(place(form, field)); continue; }
        field.value = kept;
        found += 1;
      }
    }
    return found;
  };

  const whereFocusIs = () => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const form = at.form && at.form.matches("form[data-live]") ? keyOf(at.form) : "";
    return { id: at.id, form, name: at.name, value: at.tagName === "BUTTON" ? at.value : null,
      start: at.selectionStart ?? null, end: at.selectionEnd ?? null };
  };
  const focusAgain = (was) => {
    if (!was) return;
    const form = was.form ? formOf(was.form) : null;
    const inForm = form && [...form.elements].find((one) =>
      one.name === was.name && (was.value === null || one.value === was.value));
    const to = (was.id && document.getElementById(was.id)) || inForm ||
      (form && form.querySelector("button")) || document.getElementById("main");
    to.focus({ preventScroll: true });
    if (was.start !== null && to.setSelectionRange) {
      try { to.setSelectionRange(was.start, was.end); } catch { /* not a field of text */ }
    }
  };

  const swap = (text, url) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    const main = page.querySelector("main");
    if (!main) return false;
    const was = whereFocusIs();
    const [x, y] = [window.scrollX, window.scrollY];
    const open = new Set([...document.querySelectorAll("main details[open][id]")].map((one) => one.id));
    document.querySelector("main").replaceWith(main);
    for (const part of [".current", ".who"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old && fresh) old.replaceWith(fresh);
    }
    document.title = page.title;
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (url && url !== location.href) history.replaceState(null, "", url);
    putBack();
    focusAgain(was);
    window.scrollTo(x, y);
    document.dispatchEvent(new CustomEvent("desk:swapped"));
    return true;
  };

  const send = async (key, submitter) => {
    const form = formOf(key);
    if (!form) return;
    const button = submitter && [...form.elements].find((one) =>
      one.name === submitter.name && one.value === submitter.value && one.type === "submit");
    const data = new FormData(form, button);
    texts(form).forEach((field) => { field.sentValue = field.value; });
    const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
    say("Saving…");
    form.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, credentials: "same-origin", headers: { "X-Live": "1" } });
      const text = await answer.text();
      if (answer.ok || (answer.status >= 400 && answer.status < 500)) {
        texts(form).forEach((field) => { if (!changed(field)) store.removeItem(place(form, field)); });
      }
      if (!swap(text, answer.redirected ? answer.url : "")) throw new Error("no page");
      say(answer.ok ? "Saved" : "Not saved");
      if (answer.ok) setTimeout(() => { if (line.textContent === "Saved") say(""); }, 2500);
      else document.querySelector("main [role=alert]")?.scrollIntoView({ block: "nearest" });
    } catch {
      texts(form).forEach((field) => { delete field.sentValue; remember(field); });
      form.removeAttribute("aria-busy");
      say("Not saved: the desk cannot be reached. What you typed is kept; press the button again.");
    }
  };

  // One after the other: each answer brings the page that the next form is found in.
  const queue = (form, submitter) => {
    const key = keyOf(form);
    waiting += 1;
    sending = sending.then(() => send(key, submitter)).finally(() => { waiting -= 1; });
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.matches("form[data-live]")) return;
    event.preventDefault();
    queue(form, event.submitter);
  });

  let pause;
  document.addEventListener("input", (event) => {
    remember(event.target);
    const form = event.target.form;
    if (!form || !form.matches("form[data-live][data-autosave]")) return;
    clearTimeout(pause);
    pause = setTimeout(() => { if (form.isConnected && form.checkValidity()) queue(form, null); }, 900);
  });

  window.addEventListener("offline", () => say("No connection. What you type is kept in this tab."));
  window.addEventListener("online", () => say("The connection is back. Press the button again."));
  window.addEventListener("beforeunload", (event) => { if (waiting) event.preventDefault(); });
  if (putBack()) say("What you typed and did not send was put back.");

  // A page of something under way asks again by itself, as its noscript refresh does.
  const refresh = async () => {
    const main = document.querySelector("main [data-refresh]");
    if (!main) return;
    await new Promise((go) => setTimeout(go, 1000 * Number(main.dataset.refresh)));
    if (waiting || document.hidden) return void refresh();
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      swap(await answer.text(), "");
    } catch { say("The desk cannot be reached just now."); }
    refresh();
  };
  refresh();

  // A story is dragged to its place; the buttons beside it do the same.
  let dragged = null;
  const mark = (list, next) => {
    document.querySelectorAll(".stories .before, .stories.into").forEach((one) => one.classList.remove("before", "into"));
    if (next) next.classList.add("before");
    else if (list) list.classList.add("into");
  };
  const placeAt = (event) => {
    const list = dragged && event.target.closest?.(".stories[data-theme]");
    if (!list) return null;
    const after = [...list.children].filter((one) => one !== dragged)
      .find((one) => event.clientY < one.getBoundingClientRect().top + one.offsetHeight / 2);
    return { list, next: after ?? null };
  };
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("li[draggable][data-story]") ?? null;
    if (!dragged) return;
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.story);
  });
  document.addEventListener("dragover", (event) => {
    const place = placeAt(event);
    if (!place) return;
    event.preventDefault();
    mark(place.list, place.next);
  });
  document.addEventListener("drop", (event) => {
    const place = placeAt(event);
    const form = document.getElementById("moves");
    if (!place || !form) return;
    event.preventDefault();
    const button = document.createElement("button");
    button.name = "move";
    button.value = `place ${dragged.dataset.story} ${place.list.dataset.theme} ${place.next?.dataset.story ?? "-"}`;
    button.hidden = true;
    form.append(button);
    form.requestSubmit(button);
  });
  document.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    mark(null, null);
  });
  // The numbers of an issue on its way; the whole page once nothing moves any more.
  const follow = async () => {
    const shown = document.querySelector("main [data-progress]");
    if (!shown) return;
    await new Promise((go) => setTimeout(go, 2000));
    if (document.hidden) return void follow();
    try {
      const answer = await fetch(shown.dataset.progress, { credentials: "same-origin" });
      if (!answer.ok) throw new Error("no numbers");
      const now = await answer.json();
      if (now.over && !waiting) {
        const page = await fetch(location.href, { credentials: "same-origin" });
        swap(await page.text(), "");
        say(now.said);
        return;
      }
      for (const place of document.querySelectorAll("main [data-show]")) {
        const value = now[place.dataset.show];
        if (place.tagName === "PROGRESS") [place.max, place.value] = [now.owed || 1, value];
        else place.textContent = typeof value === "number" ? value.toLocaleString("en") : value || "–";
      }
      shown.hidden = !now.owed;
    } catch { say("The desk cannot be reached just now."); }
    follow();
  };
  follow();
})();
