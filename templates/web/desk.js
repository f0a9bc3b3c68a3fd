// Sends the forms marked data-live without leaving the page, and keeps what was typed. All works without it.
// A live form needs an id or an action of its own: by it the same form is found again in the answer.
(() => {
  "use strict";
  const FAILED = "something is broken at the desk";
  const line = document.getElementById("live");
  const store = window.sessionStorage;
  const waiting = new Map();
  let sending = Promise.resolve();
  let shown = location.pathname + location.search;

  const say = (text) => { line.textContent = text; };
  const forms = () => [...document.querySelectorAll("form[data-live]")];
  const keyOf = (form) => form.id || form.getAttribute("action") || location.pathname;
  const formOf = (key) => forms().find((form) => keyOf(form) === key);
  const texts = (form) => [...form.elements].filter((field) =>
    field.name && (field.tagName === "TEXTAREA" || (field.tagName === "INPUT" && /^(text|url|email|search)$/.test(field.type))));
  const place = (field) => `unsent ${location.pathname} ${keyOf(field.form)} ${field.name}`;
  const changed = (field) => field.value !== (field.sentValue ?? field.defaultValue);

  // What is typed and not yet taken stays in the tab, over a lost connection and a reload.
  const remember = (field) => {
    try {
      if (changed(field)) store.setItem(place(field), JSON.stringify([field.value, field.defaultValue]));
      else store.removeItem(place(field));
    } catch { /* the tab's storage is full or closed: the field still holds the text */ }
  };
  const sayChanged = (field) => {
    const note = document.createElement("p");
    note.className = "problem";
    note.setAttribute("role", "alert");
    note.textContent = `This was changed meanwhile. Your text is in the field; it reads now: ${field.defaultValue}`;
    field.after(note);
  };
  const putBack = () => {
    const found = [];
    for (const field of forms().flatMap(texts)) {
      const kept = store.getItem(place(field));
      if (kept === null) continue;
      const [text, before] = JSON.parse(kept);
      if (text === field.defaultValue) { store.removeItem(place(field)); continue; }
      field.value = text;
      if (before !== field.defaultValue) { sayChanged(field); remember(field); }
      found.push(field);
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
    const same = form && [...form.elements].find((one) =>
      one.name === was.name && (was.value === null || one.value === was.value));
    const to = (was.id && document.getElementById(was.id)) || same ||
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
    const open = [...document.querySelectorAll("main details[open][id]")].map((one) => one.id);
    document.querySelector("main").replaceWith(main);
    for (const part of [".current", ".who"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old && fresh) old.replaceWith(fresh);
    }
    document.title = page.title;
    open.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
    if (url && new URL(url).pathname !== location.pathname) history.pushState(null, "", url);
    shown = location.pathname + location.search;
    for (const field of putBack()) autosave(field.form);
    focusAgain(was);
    window.scrollTo(x, y);
    document.dispatchEvent(new CustomEvent("desk:swapped"));
    return true;
  };

  const send = async (key, pressed) => {
    const form = formOf(key);
    if (!form) return say("Not sent: that is not on this page any more.");
    const button = pressed && [...form.elements].find((one) =>
      one.type === "submit" && one.name === pressed.name && one.value === pressed.value);
    const data = new FormData(form, button);
    const body = form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
    texts(form).forEach((field) => { field.sentValue = field.value; });
    say("Saving…");
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      const text = await answer.text();
      // These answers do not bring back what was typed, so the page with it stays.
      if (answer.status === 413) throw new Error("it is too much at once; shorten it");
      if (answer.status >= 500) throw new Error(FAILED);
      texts(form).forEach(remember);
      if (!swap(text, answer.redirected ? answer.url : "")) throw new Error(FAILED);
      say(answer.ok ? "Saved" : "Not saved");
      if (!answer.ok) document.querySelector("main [role=alert]")?.scrollIntoView({ block: "nearest" });
    } catch (error) {
      texts(form).forEach((field) => { delete field.sentValue; remember(field); });
      const why = error instanceof TypeError ? "the desk cannot be reached" : error.message;
      say(`Not saved: ${why}. What you typed is kept; press the button again.`);
    }
  };

  // One after the other: each answer brings the page that the next form is found in. Who presses
  // twice means it once; what is typed while its form is under way is sent after it.
  const queue = (form, pressed) => {
    const key = keyOf(form);
    if (pressed && waiting.get(key)) return;
    waiting.set(key, (waiting.get(key) || 0) + 1);
    sending = sending.then(() => send(key, pressed)).finally(() => waiting.set(key, waiting.get(key) - 1));
  };
  const isBusy = () => [...waiting.values()].some(Boolean);

  let pause;
  const autosave = (form) => {
    if (!form.matches("[data-autosave]")) return;
    clearTimeout(pause);
    pause = setTimeout(() => { if (form.isConnected && form.checkValidity()) queue(form, null); }, 900);
  };

  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches("form[data-live]")) return;
    event.preventDefault();
    clearTimeout(pause);
    queue(event.target, event.submitter || event.target);
  });
  document.addEventListener("input", (event) => {
    const field = event.target;
    if (!field.form || !field.form.matches("form[data-live]")) return;
    if (texts(field.form).includes(field)) remember(field);
    autosave(field.form);
  });
  window.addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) location.reload();  // else a place on this page
  });
  window.addEventListener("offline", () => say("No connection. What you type is kept in this tab."));
  window.addEventListener("online", () => say("The connection is back. Press the button again."));
  window.addEventListener("beforeunload", (event) => { if (isBusy()) event.preventDefault(); });
  if (putBack().length) say("What you typed and did not send was put back.");

  // A page of something under way is asked for again by itself.
  let watching = false;
  const watch = async () => {
    if (watching) return;
    watching = true;
    for (let part; (part = document.querySelector("main [data-refresh]"));) {
      await new Promise((go) => { setTimeout(go, 1000 * Number(part.dataset.refresh)); });
      if (isBusy() || document.hidden) continue;
      try {
        const answer = await fetch(location.href, { credentials: "same-origin" });
        swap(await answer.text(), "");
      } catch { say("The desk cannot be reached just now."); }
    }
    watching = false;
  };
  document.addEventListener("desk:swapped", watch);
  watch();

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

  // The numbers of an issue on its way; the whole page once mails begin to leave, and at the end.
  const follow = async () => {
    const place = document.querySelector("main [data-progress]");
    if (!place) return;
    await new Promise((go) => setTimeout(go, 2000));
    if (document.hidden) return void follow();
    try {
      const answer = await fetch(place.dataset.progress, { credentials: "same-origin" });
      if (!answer.ok) throw new Error("no numbers");
      const now = await answer.json();
      const begun = now.owed && !document.querySelector("main progress[data-show]");
      if ((now.over || begun) && !isBusy()) {
        const page = await fetch(location.href, { credentials: "same-origin" });
        swap(await page.text(), "");
        say(now.said);
      }
      for (const at of document.querySelectorAll("main [data-show]")) {
        const value = now[at.dataset.show];
        if (at.tagName === "PROGRESS") [at.max, at.value] = [now.owed || 1, value];
        else at.textContent = typeof value === "number" ? value.toLocaleString("en") : value || "–";
      }
    } catch { say("The desk cannot be reached just now."); }
    follow();
  };
  follow();
})();
