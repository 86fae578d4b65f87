// Duties down, marketplaces or days across: a field is a button; arrow keys move between them, Enter opens one.

export default function ({ data, parentElement, setTriggerValue }) {
  const old = parentElement.querySelector(".checklist");
  const here = old?.contains(active(parentElement)) ? active(parentElement).dataset.pick : null;
  const root = element("div", `checklist ${data.tight ? "tight" : ""}`);
  const table = document.createElement("table");
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", data.label);
  // Columns never get narrower than their words; many marketplaces scroll sideways below the names of the duties.
  table.style.minWidth = data.tight ? `${11 + 0.95 * data.heads.length}rem` : `${11 + 2.9 * data.heads.length}rem`;
  drawHead(table, data);
  const body = table.createTBody();
  for (const row of data.rows) drawRow(body, row, data, setTriggerValue);
  root.append(table);
  root.addEventListener("keydown", (event) => press(root, event));
  old?.remove();
  parentElement.appendChild(root);
  const first = field(root, data.picked) ?? root.querySelector(".field");
  if (first) first.tabIndex = 0;
  if (here) field(root, here)?.focus({ preventScroll: true });
  return () => root.remove();
}

function active(parent) {
  return parent.getRootNode().activeElement;
}

function field(root, pick) {
  return [...root.querySelectorAll(".field")].find((each) => each.dataset.pick === pick);
}

function drawHead(table, data) {
  const top = table.createTHead().insertRow();
  top.append(element("th", "duty", ""));
  for (const head of data.heads) {
    const made = element("th", head.today ? "today" : "", head.text);
    made.scope = "col";
    if (head.today) made.setAttribute("aria-current", "date");
    top.append(made);
  }
}

function drawRow(body, row, data, put) {
  if (row.section) {
    const line = body.insertRow();
    const head = element("th", "section", row.section);
    head.colSpan = data.heads.length + 1;
    head.scope = "rowgroup";
    line.append(head);
  }
  const line = body.insertRow();
  const name = element("th", "duty");
  name.scope = "row";
  name.title = row.title;
  name.append(element("span", "name", row.title), element("span", "small", row.sub));
  line.append(name);
  for (const box of row.boxes) {
    const cell = line.insertCell();
    if (box) cell.append(drawBox(box, data, put));
  }
}

function drawBox(box, data, put) {
  const made = element("button", `field ${box.look} ${box.flag ? "flag" : ""}`, box.text);
  made.type = "button";
  made.tabIndex = -1;
  made.title = box.help;
  made.dataset.pick = box.pick;
  made.setAttribute("aria-label", box.help);
  if (box.pick === data.picked) made.setAttribute("aria-current", "true");
  made.addEventListener("click", () => put("pick", box.pick));
  return made;
}

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

function press(root, event) {
  const from = event.composedPath()[0];
  const step = STEPS[event.key];
  if (!step || !from.classList?.contains("field") || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...root.querySelectorAll("tbody tr")];
  let at = rows.indexOf(from.closest("tr"));
  let column = from.closest("td").cellIndex;
  event.preventDefault();
  for (;;) {
    at += step[0];
    column += step[1];
    const row = rows[at];
    if (!row || column < 1 || column > row.closest("table").tHead.rows[0].cells.length) return;
    const next = row.cells[column]?.querySelector(".field");
    if (next) {
      from.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
      return;
    }
  }
}
