// Enhancements only: every page works without this file.

// After a form was refused, take the reader to the list of what to mend.
const summary = document.querySelector(".error-summary");
if (summary) summary.focus();

// A lesson's wide table scrolls sideways; let the keyboard reach it too.
for (const table of document.querySelectorAll(".prose table")) {
  if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
}
