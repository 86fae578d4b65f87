// The reply to the buyer: the text with what the policy check found marked in it, and the ways to send it.
// The text goes with the ticket's id and version in each answer; what was typed survives whatever the page does.

const PAUSE = 700;

export default function ({ data, parentElement, setTriggerValue }) {
  const state = (parentElement.within24 ??= build(parentElement));
  const before = state.data;
  const another = before?.revision !== data.revision;
  if (before && another && before.id !== data.id) keep(state);
  state.put = setTriggerValue;
  state.data = data;
  state.acts = data.acts;
  state.busy = 0;
  if (another) {
    clearTimeout(state.timer);
    Object.assign(state, { open: null, typed: {}, dirty: false });
    state.area.value = data.text;
  }
  if (before?.templates === null && data.templates) state.open = "templates";
  draw(state, another, before);
  (parentElement.host ?? parentElement).dataset.ticket = data.id;
  return () => {
    clearTimeout(state.timer);
    state.leave();
    delete parentElement.within24;
  };
}

function build(parentElement) {
  const root = element("div", "composer");
  const parts = {};
  for (const name of ["above", "paper", "findings", "tools"]) root.append((parts[name] = element("div", name)));
  const back = element("div", "back");
  back.setAttribute("aria-hidden", "true");
  const area = document.createElement("textarea");
  area.setAttribute("aria-label", "Reply to the buyer");
  area.placeholder = "Reply to the buyer (W)";
  area.rows = 5;
  parts.paper.append(back, area);
  parentElement.appendChild(root);
  const state = { root, parts, back, area, open: null, typed: {}, busy: 0, dirty: false, timer: 0 };
  state.redraw = () => drawTools(state);
  state.answer = (what, values, spec) => answer(state, what, values, spec);
  area.addEventListener("input", () => {
    state.dirty = true;
    mark(state);
    clearTimeout(state.timer);
    state.timer = setTimeout(() => keep(state), PAUSE);
  });
  area.addEventListener("blur", () => keep(state));
  area.addEventListener("scroll", () => { back.scrollTop = area.scrollTop; });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") area.blur();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(state); }
  });
  const onKey = (event) => press(state, event);
  const onDown = (event) => { if (!event.composedPath().includes(parts.tools)) close(state); };
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", onDown);
  state.leave = () => {
    keep(state);
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("pointerdown", onDown);
    root.remove();
  };
  return state;
}

function press(state, event) {
  if (event.defaultPrevented || event.altKey || isElsewhere(event)) return;
  if (event.key === "Escape" && close(state)) return;
  if (isTyping(event)) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); send(state); return; }
  if (event.ctrlKey || event.metaKey) return;
  const key = event.key.toLowerCase();
  if (key === "w") { event.preventDefault(); state.area.focus(); }
  const spec = state.acts.find((each) => each.key === key);
  if (spec) { event.preventDefault(); answer(state, spec.what, spec.values ?? {}, spec); }
}

// Tell the server what stands here, so that it outlives the window. The answer brings what the check found.
function keep(state) {
  clearTimeout(state.timer);
  if (!state.dirty) return;
  state.dirty = false;
  state.put("act", { what: "draft", ticket: state.data.id, version: state.data.version, values: { text: state.area.value } });
}

function send(state) {
  const spec = state.acts.find((each) => each.what === "send");
  if (spec) answer(state, "send", spec.values, spec);
}

function answer(state, what, values, spec) {
  if (what === "template") return insert(state, state.data.templates.find((each) => each.id === values.id));
  if (Date.now() - state.busy < 4000) return;
  clearTimeout(state.timer);
  const written = what === "send" ? { text: state.area.value } : {};
  if (what === "send") { state.dirty = false; state.busy = Date.now(); }
  else keep(state);
  close(state);
  if (what === "send") state.area.blur();
  state.put("act", { what, ticket: state.data.id, version: state.data.version, values: { ...values, ...written }, spec: spec?.name });
}

function insert(state, template) {
  if (!template) return;
  const { area } = state;
  const before = area.value.slice(0, area.selectionStart);
  const gap = before && !before.endsWith("\n") ? "\n" : "";
  area.setRangeText(gap + template.text, area.selectionStart, area.selectionEnd, "end");
  close(state);
  area.focus();
  state.dirty = true;
  state.put("act", { what: "template", ticket: state.data.id, version: state.data.version, values: { id: template.id } });
  keep(state);
}

function draw(state, another, before) {
  const { parts, data } = state;
  parts.above.replaceChildren(...data.above.map((each) => element("div", each.warns ? "warns" : "small", each.text)));
  parts.paper.hidden = Boolean(data.refused);
  parts.tools.hidden = Boolean(data.refused);
  if (another || JSON.stringify(before?.acts) !== JSON.stringify(data.acts) || before?.templates !== data.templates) drawTools(state);
  mark(state);
}

function drawTools(state) {
  const [bar, panels] = toolbar(state);
  state.parts.tools.replaceChildren(bar, panels);
  if (state.open === "templates" && state.data.templates) panels.append(templates(state));
}

function templates(state) {
  const box = element("div", "panel");
  const search = document.createElement("input");
  search.placeholder = "Search the templates";
  search.setAttribute("aria-label", "Search the templates");
  const list = element("div", "offered");
  const fill = () => list.replaceChildren(...offered(state, search.value));
  search.addEventListener("input", fill);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); list.querySelector("button")?.click(); }
    if (event.key === "ArrowDown") { event.preventDefault(); list.querySelector("button")?.focus(); }
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (!step) return;
    event.preventDefault();
    (event.composedPath()[0][step] ?? search).focus();
  });
  fill();
  box.append(search, list);
  queueMicrotask(() => search.focus());
  return box;
}

function offered(state, words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = state.data.templates.filter((each) => wanted.every((word) => `${each.name} ${each.text}`.toLowerCase().includes(word)));
  if (!found.length) return [element("div", "small", state.data.templates.length ? "No template has these words." : "There are no templates yet.")];
  return found.map((each) => {
    const made = element("button", "choice", each.name);
    made.type = "button";
    made.append(element("small", "", each.text.replace(/\s+/g, " ").slice(0, 110)));
    if (each.note) made.append(element("small", "", each.note));
    made.addEventListener("click", () => insert(state, each));
    return made;
  });
}

// Marks stand where the text is still the one that was checked; what is typed after them moves none.
function mark(state) {
  const text = state.area.value;
  const { findings, checked } = state.data;
  let same = 0;
  while (same < Math.min(text.length, checked.length) && text[same] === checked[same]) same += 1;
  const whole = same === checked.length;
  const at = units(checked);
  const shown = findings
    .map((each) => ({ ...each, start: at[each.from] ?? checked.length, end: at[each.to] ?? checked.length }))
    .filter((each) => whole || each.end <= same);
  paint(state, text, shown.filter((each) => each.end > each.start));
  state.parts.findings.replaceChildren(...shown.map((each) => finding(state, each, checked)));
}

// Python counts characters, the browser counts 16-bit units.
function units(text) {
  const at = [];
  let unit = 0;
  for (const character of text) { at.push(unit); unit += character.length; }
  at.push(unit);
  return at;
}

function paint(state, text, spans) {
  const pieces = [];
  let done = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < done) continue;
    pieces.push(text.slice(done, span.start), element("mark", span.severity, text.slice(span.start, span.end)));
    done = span.end;
  }
  state.back.replaceChildren(...pieces, text.slice(done), "\n");
  state.back.scrollTop = state.area.scrollTop;
}

function finding(state, each, checked) {
  const made = element("div", `finding ${each.severity}`);
  const quoted = checked.slice(each.start, each.end).trim();
  const line = element("div", "grow");
  if (quoted) line.append(element("b", "", `“${quoted.slice(0, 60)}” `));
  line.append(`${each.why} ${each.way_out}`);
  made.append(symbol(each.severity === "block" ? "block" : "info"), line);
  if (each.sentence) {
    made.append(pressable({ label: "Say this instead", help: each.sentence }, () => {
      state.area.setRangeText(each.sentence, each.start, each.end, "end");
      state.area.focus();
      state.dirty = true;
      keep(state);
    }));
  }
  return made;
}
