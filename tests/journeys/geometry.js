// Returns what is wrong with the geometry of the page, in words: what is wider than its place, and
// what lies on top of something else. What sticks to the foot of a phone's screen lies on what is
// scrolled beneath it, and is compared with itself alone.
() => {
  const faults = [];
  const name = (element) =>
    `${element.tagName.toLowerCase()}.${element.getAttribute("class") || ""} "${(element.textContent || "").trim().slice(0, 40)}"`;
  const hidden = (element) =>
    element.closest(".visually-hidden, .skip, option, details:not([open]) > :not(summary)") ||
    getComputedStyle(element).visibility === "hidden" ||
    getComputedStyle(element).clipPath !== "none";
  const bar = document.querySelector(".nav");
  const sticks = bar && getComputedStyle(bar).position === "sticky";
  const apart = (one, other) => sticks && bar.contains(one) !== bar.contains(other);
  const scrolls = (element) => getComputedStyle(element).overflowX !== "visible";
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) {
    faults.push(`the page is ${page.scrollWidth - page.clientWidth} px too wide`);
  }

  const clip = (rect, element) => {
    let { left, right, top, bottom } = rect;
    for (let up = element; up && up !== document.body; up = up.parentElement) {
      if (scrolls(up)) {
        const box = up.getBoundingClientRect();
        left = Math.max(left, box.left);
        right = Math.min(right, box.right);
      }
    }
    return { left, right, top, bottom };
  };

  const boxes = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (hidden(element) || element.closest("svg svg, svg *")) continue;
    const wide = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    if (wide && !scrolls(element) && getComputedStyle(element).display !== "inline") {
      faults.push(`${name(element)} is wider than its place`);
    }
    if (element.matches("input, select, textarea, img, svg")) {
      boxes.push({ element, ...clip(element.getBoundingClientRect(), element) });
    }
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.textContent.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        // A line's box is higher than its letters; lines of one paragraph may touch.
        const inset = line.height / 4;
        const { left, right } = clip(line, element);
        boxes.push({ element, left, right, top: line.top + inset, bottom: line.bottom - inset });
      }
    }
  }

  boxes.sort((one, other) => one.top - other.top);
  boxes.forEach((one, at) => {
    for (let next = at + 1; next < boxes.length; next++) {
      const other = boxes[next];
      if (other.top >= one.bottom - 1) break;
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      if (across > 1 && one.element !== other.element && !apart(one.element, other.element)) {
        faults.push(`${name(one.element)} lies on ${name(other.element)}`);
      }
    }
  });
  return [...new Set(faults)];
}
