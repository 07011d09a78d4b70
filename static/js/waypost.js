// Enhancements only: every page works without this file.

// After a form was refused, take the reader to the list of what to mend.
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

// Say when the connection is gone. On the machine that serves, that is no trouble.
const offline = document.querySelector("[data-offline]");
const near = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
function tellWhetherOffline() {
  offline.hidden = near || navigator.onLine;
}
addEventListener("online", tellWhetherOffline);
addEventListener("offline", tellWhetherOffline);
tellWhetherOffline();

// Keep what is typed until a page without the form has come, and offer it again where it did not.
// Signing out empties this store, and so does a page of somebody else.
const SENT = "waypost sent";
const OWNER = "waypost owner";
const reader = document.querySelector(".person bdi");
if (reader && sessionStorage.getItem(OWNER) !== reader.textContent) {
  sessionStorage.clear();
  sessionStorage.setItem(OWNER, reader.textContent);
}
const forms = [...document.querySelectorAll("form[data-keep]")];
const sent = sessionStorage.getItem(SENT);
if (sent && !forms.some((form) => keptUnder(form) === sent)) sessionStorage.removeItem(sent);
sessionStorage.removeItem(SENT);
forms.forEach(keep);

function keptUnder(form) {
  return `waypost kept ${form.dataset.keep}`;
}

function keep(form) {
  const offer = form.querySelector("[data-kept]");
  if (!offer) return;
  const key = keptUnder(form);
  const fields = [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit"].includes(field.type),
  );
  const values = () => fields.map((field) => (isBox(field) ? field.checked : field.value));
  const kept = JSON.parse(sessionStorage.getItem(key));
  if (kept && kept.length === fields.length) {
    offer.hidden = JSON.stringify(kept) === JSON.stringify(values());
    offer.querySelector("button").addEventListener("click", () => {
      fields.forEach((field, at) => {
        field[isBox(field) ? "checked" : "value"] = kept[at];
      });
      offer.hidden = true;
      fields[0].dispatchEvent(new Event("change", { bubbles: true }));
      fields[0].focus();
    });
  }
  form.addEventListener("input", () => sessionStorage.setItem(key, JSON.stringify(values())));
  form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
}

function isBox(field) {
  return field.type === "radio" || field.type === "checkbox";
}

// Show what is typed as a password for as long as a box is ticked; it is sent as a password, so that
// browsers don't keep it as they keep other lines.
for (const offer of document.querySelectorAll("[data-show]")) showTyped(offer);

function showTyped(offer) {
  const box = offer.querySelector("input");
  const form = offer.closest("form");
  const fields = form.querySelectorAll("input[type=password]");
  const show = (shown) => fields.forEach((field) => (field.type = shown ? "text" : "password"));
  offer.hidden = false;
  box.checked = false;
  box.addEventListener("change", () => show(box.checked));
  form.addEventListener("submit", () => show(false));
}

// Save each answer as it is given, by the very POST that the button would send. A new value takes
// a new record id; the same value sent again keeps its id. One at a time: an earlier answer must
// not arrive after a later one, so the button waits for what is under way.
for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);

function autosave(form) {
  let next = null;
  let sending = null;

  async function send() {
    while (next) {
      const body = next;
      next = null;
      await save(form.action, body, form.querySelector("[data-saved]"));
    }
    sending = null;
  }

  form.addEventListener("change", () => {
    form.elements.record.value = uuid7();
    const body = new URLSearchParams(new FormData(form));
    if (!body.has("response")) return;
    next = body;
    sending = sending || send();
  });

  form.addEventListener("submit", (event) => {
    if (!sending) return;
    event.preventDefault();
    next = null;
    sending.then(() => form.submit());
  });
}

async function save(address, body, status) {
  let saved = false;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), 20000);
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "X-Waypost-Script": "1" },
      redirect: "manual",
      signal: patience.signal,
    });
    saved = answer.status === 204;
  } catch (error) {
    // No connection: the message says so, and the button sends it again.
  }
  clearTimeout(timer);
  status.textContent = saved ? status.dataset.saved : status.dataset.failed;
}

// RFC 9562, section 5.7.
function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i))) % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
