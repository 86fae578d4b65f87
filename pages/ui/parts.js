// Buttons, menus and small forms that answer with what was asked; put in front of every part that has them.

function symbol(name) {
  const made = element("span", "symbol", name);
  made.setAttribute("aria-hidden", "true");
  return made;
}

function pressable(spec, onPress) {
  const made = element("button", `press ${spec.tone ?? ""}`);
  made.type = "button";
  if (spec.icon) made.append(symbol(spec.icon));
  if (spec.label) made.append(element("span", "words", spec.label));
  if (spec.key) made.append(element("kbd", "", spec.shown ?? spec.key.toUpperCase()));
  if (spec.help) made.title = spec.help;
  if (!spec.label) made.setAttribute("aria-label", spec.help ?? "");
  made.addEventListener("click", onPress);
  return made;
}

function linked(spec) {
  const made = element("a", `press ${spec.tone ?? ""}`);
  made.href = spec.url;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  if (spec.icon) made.append(symbol(spec.icon));
  made.append(element("span", "words", spec.label));
  if (spec.help) made.title = spec.help;
  return made;
}

// A row of actions. `host` keeps what is open and what was typed: {acts, open, typed, answer(what, values, spec)}.
function toolbar(host) {
  const bar = element("div", "bar");
  bar.setAttribute("role", "toolbar");
  const panels = element("div", "panels");
  for (const spec of host.acts) {
    if (spec.kind === "link") bar.append(linked(spec));
    else if (spec.kind === "menu") bar.append(menu(host, spec));
    else if (spec.kind === "form") bar.append(opener(host, spec, panels));
    else if (spec.kind === "copy") bar.append(pressable(spec, () => copy(spec.text)));
    else bar.append(pressable(spec, () => host.answer(spec.what, spec.values ?? {}, spec)));
  }
  return [bar, panels];
}

function copy(text) {
  navigator.clipboard?.writeText(text);
}

function menu(host, spec) {
  const box = element("span", "menu");
  const head = pressable({ ...spec, icon: spec.icon }, () => {
    host.open = host.open === spec.name ? null : spec.name;
    host.redraw();
  });
  head.append(symbol("keyboard_arrow_down"));
  head.setAttribute("aria-haspopup", "menu");
  head.setAttribute("aria-expanded", String(host.open === spec.name));
  head.dataset.name = spec.name;
  box.append(head);
  if (host.open === spec.name) box.append(choices(host, spec));
  return box;
}

function choices(host, spec) {
  const list = element("div", "choices");
  list.setAttribute("role", "menu");
  for (const item of spec.items) {
    const made = element("button", "choice", item.label);
    made.type = "button";
    made.setAttribute("role", "menuitem");
    if (item.hint) made.append(element("small", "", item.hint));
    made.addEventListener("click", () => {
      close(host);
      host.answer(item.what ?? spec.what, item.values ?? {}, spec);
    });
    list.append(made);
  }
  list.addEventListener("keydown", (event) => {
    const all = [...list.children];
    const at = all.indexOf(event.composedPath()[0]);
    if (event.key === "ArrowDown") all[(at + 1) % all.length].focus();
    else if (event.key === "ArrowUp") all[(at - 1 + all.length) % all.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  queueMicrotask(() => {
    list.classList.toggle("up", list.getBoundingClientRect().bottom > window.innerHeight);
    list.firstChild?.focus();
  });
  return list;
}

function opener(host, spec, panels) {
  const head = pressable(spec, () => {
    host.open = host.open === spec.name ? null : spec.name;
    host.redraw();
  });
  head.dataset.name = spec.name;
  head.setAttribute("aria-expanded", String(host.open === spec.name));
  if (host.open === spec.name) panels.append(form(host, spec));
  return head;
}

function form(host, spec) {
  const box = element("div", "panel");
  for (const part of spec.parts) box.append(fields(host, spec, part));
  queueMicrotask(() => {
    const first = box.querySelector("input, textarea, select");
    if (first && !box.contains(box.getRootNode().activeElement)) first.focus();
  });
  return box;
}

function fields(host, spec, part) {
  const made = element("form", `part ${part.fields.length > 1 || part.fields[0]?.type === "area" ? "tall" : ""}`);
  const typed = (host.typed[`${spec.name}/${part.what}`] ??= {});
  if (part.text) made.append(element("div", "small", part.text));
  for (const field of part.fields) made.append(labelled(host, field, typed));
  const submit = pressable({ label: part.submit, tone: part.tone ?? "", icon: part.icon }, () => {});
  submit.type = "submit";
  made.append(submit);
  const send = () => {
    const values = { ...part.values };
    for (const field of part.fields) values[field.name] = typed[field.name] ?? field.value ?? "";
    host.answer(part.what, values, { ...spec, form: `${spec.name}/${part.what}` });
  };
  made.addEventListener("submit", (event) => { event.preventDefault(); send(); });
  made.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); event.stopPropagation(); send(); }
  });
  return made;
}

function labelled(host, field, typed) {
  const label = element("label", "field");
  label.append(element("span", "small", field.label));
  const input = document.createElement({ area: "textarea", choice: "select" }[field.type] ?? "input");
  if (field.type === "area") input.rows = 3;
  if (field.type === "moment") { input.type = "datetime-local"; input.max = field.latest ?? ""; }
  if (field.type === "choice") for (const each of field.options) input.add(new Option(each.label ?? each, each.value ?? each));
  if (field.type === "text" && field.options) {
    const known = document.createElement("datalist");
    known.id = `known-${field.name}`;
    for (const each of field.options) known.append(new Option(each, each));
    input.setAttribute("list", known.id);
    label.append(known);
  }
  if (field.longest) input.maxLength = field.longest;
  if (field.placeholder) input.placeholder = field.placeholder;
  input.name = field.name;
  input.value = typed[field.name] ?? field.value ?? (field.type === "choice" ? input.value : "");
  input.addEventListener("input", () => { typed[field.name] = input.value; });
  input.addEventListener("change", () => { typed[field.name] = input.value; });
  label.append(input);
  return label;
}

function close(host) {
  if (host.open === null) return false;
  host.open = null;
  host.redraw();
  return true;
}

// Where the focus is while somebody types: no letter is an action there.
function isTyping(event) {
  const target = event.composedPath()[0];
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName ?? "");
}

function isElsewhere(event) {
  return event.composedPath().some((each) => each.matches?.('[role="dialog"], [data-baseweb="popover"]'));
}
