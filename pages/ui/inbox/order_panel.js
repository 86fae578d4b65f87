// The right of the Inbox: the order, what is known of it and its buyer, other tickets, and who did what.

export default function ({ data, parentElement, setTriggerValue }) {
  const state = (parentElement.within24 ??= {});
  const root = element("div", "order");
  for (const block of data.blocks) root.append(...drawBlock(block, setTriggerValue));
  state.root?.remove();
  parentElement.appendChild(root);
  state.root = root;
  keepTicking(root, state, data);
  return () => {
    clearInterval(state.timer);
    root.remove();
    delete parentElement.within24;
  };
}

function drawBlock(block, put) {
  const made = [element("h4", "", block.title)];
  if (block.code) made.push(code(block.code));
  for (const note of block.notes ?? []) made.push(element("div", note.warns ? "warns" : "small", note.text));
  if (block.facts?.length) made.push(facts(block.facts));
  for (const item of block.items ?? []) made.push(drawItem(item));
  for (const line of block.lines ?? []) made.push(drawLine(line, put));
  for (const mail of block.mails ?? []) made.push(folded(mail.line, mail.text));
  const [shown, rest] = [block.acts?.slice(0, 6) ?? [], block.acts?.slice(6) ?? []];
  made.push(...shown.map(drawAct));
  if (rest.length) {
    const more = document.createElement("details");
    more.append(element("summary", "", `${rest.length} earlier`), ...rest.map(drawAct));
    made.push(more);
  }
  for (const each of block.presses ?? []) made.push(each.url ? linked(each) : pressable(each, () => put("act", each.answer)));
  return made;
}

function code(text) {
  const made = element("div", "code");
  made.append(element("span", "grow", text));
  const copy = pressable({ icon: "content_copy", help: "Copy", tone: "bare" }, () => {
    navigator.clipboard?.writeText(text);
    copy.title = "Copied";
    copy.firstChild.textContent = "check";
  });
  made.append(copy);
  return made;
}

function facts(rows) {
  const table = document.createElement("table");
  for (const [name, value] of rows) {
    const row = table.insertRow();
    row.append(element("th", "", name), element("td", "", value));
  }
  return table;
}

function drawItem(item) {
  const made = element("div", "item");
  made.append(element("div", "", item.title), element("div", "small", item.sub));
  return made;
}

function drawLine(line, put) {
  const made = element("button", "ticket");
  made.type = "button";
  const first = element("span", "line");
  first.append(element("span", "title", line.title));
  if (line.due !== null) first.append(chip(line.due, ""));
  const second = element("span", "line small");
  second.append(element("span", "title", line.sub), element("span", "", line.side));
  made.append(first, second);
  made.addEventListener("click", () => put("open", line.id));
  return made;
}

function drawAct(act) {
  const made = element("div", "act");
  made.append(element("b", "", act.who), ` ${act.what}`, element("div", "small", act.when));
  return made;
}

function folded(line, text) {
  if (!text) return element("div", "small", line);
  const made = document.createElement("details");
  const words = element("div", "text", text);
  words.dir = "auto";
  made.append(element("summary", "small", line), words);
  return made;
}
