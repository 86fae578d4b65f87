// A table of figures; a figure that opens something is a button.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = element("div", "figures");
  const table = document.createElement("table");
  table.setAttribute("aria-label", data.label);
  const top = table.createTHead().insertRow();
  for (const head of data.heads) {
    const made = element("th", "", head);
    made.scope = "col";
    top.append(made);
  }
  const body = table.createTBody();
  for (const row of data.cells) {
    const line = body.insertRow();
    row.forEach((cell, at) => line.append(drawn(cell, at, data, setTriggerValue)));
  }
  root.append(table);
  parentElement.querySelector(".figures")?.remove();
  parentElement.appendChild(root);
  return () => root.remove();
}

const looks = { bad: "chip late", near: "chip risk" };

function drawn(cell, at, data, put) {
  const made = element(at === 0 ? "th" : "td", `${cell.tone ?? ""} ${cell.inner ? "inner" : ""}`);
  if (at === 0) made.scope = "row";
  const inside = cell.pick ? element("button", "figure") : element("div", "");
  const look = looks[cell.tone] ?? (cell.chip && cell.text ? "chip plain" : "words");
  inside.append(element("span", `${look} ${cell.text.length < 24 ? "short" : ""}`, cell.text));
  if (cell.sub) inside.append(element(data.tight ? "span" : "div", "small", cell.sub));
  if (cell.help) made.title = cell.help;
  if (cell.pick) {
    inside.type = "button";
    inside.addEventListener("click", () => put("pick", cell.pick));
    if (cell.pick === data.picked) inside.setAttribute("aria-current", "true");
  }
  made.append(inside);
  return made;
}
