// Enhancements only: every page works without this file.

// After a form was refused, take the reader to the list of what to mend.
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

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
