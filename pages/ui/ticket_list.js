// A list of tickets that answers with ids, never with row positions: a list that moves cannot open the wrong one.

export default function ({ data, parentElement, setTriggerValue }) {
  const state = (parentElement.within24 ??= build(parentElement));
  state.put = setTriggerValue;
  state.data = data;
  state.acts = data.bulk;
  state.busy = 0;
  if (state.done !== data.done) state.chosen.clear();
  state.done = data.done;
  if (state.selected !== data.selected) state.cursor = data.selected ?? state.cursor;
  if (!data.rows.some((row) => row.id === state.cursor)) state.cursor = data.selected ?? data.rows[0]?.id;
  draw(state, state.selected !== data.selected);
  state.selected = data.selected;
  keepTicking(state.list, state, data);
  return () => {
    clearInterval(state.timer);
    state.leave();
    delete parentElement.within24;
  };
}

function build(root) {
  const tools = element("div", "tools");
  const list = element("div", "list");
  list.setAttribute("role", "listbox");
  list.tabIndex = 0;
  root.append(tools, list);
  const state = { list, tools, chosen: new Map(), open: null, typed: {}, busy: 0 };
  state.redraw = () => drawTools(state);
  state.answer = (what, values) => bulk(state, what, values);
  const onKey = (event) => press(state, event);
  const onResize = () => fit(state);
  const onDown = (event) => { if (!event.composedPath().includes(tools)) close(state); };
  document.addEventListener("pointerdown", onDown);
  list.addEventListener("keydown", (event) => press(state, event, true));
  document.addEventListener("keydown", onKey);
  window.addEventListener("resize", onResize);
  state.leave = () => {
    document.removeEventListener("keydown", onKey);
    window.removeEventListener("resize", onResize);
    document.removeEventListener("pointerdown", onDown);
    tools.remove();
    list.remove();
  };
  return state;
}

function draw(state, selectionMoved) {
  const { list, data } = state;
  const scrolled = list.scrollTop;
  list.setAttribute("aria-label", data.label);
  list.classList.toggle("keys", data.keys);
  list.classList.toggle("bulk", data.bulk.length > 0);
  const rows = data.rows.map((row) => drawRow(state, row));
  list.replaceChildren(...(rows.length ? rows : [element("div", "empty", data.empty)]));
  // Only what is on screen can be chosen, and as it is on screen.
  for (const id of state.chosen.keys()) {
    const row = data.rows.find((each) => each.id === id);
    if (row) state.chosen.set(id, row.version); else state.chosen.delete(id);
  }
  drawTools(state);
  fit(state);
  list.scrollTop = scrolled;
  mark(state, selectionMoved);
}

// What can be done to all chosen tickets, while any are chosen.
function drawTools(state) {
  const { tools, chosen } = state;
  tools.replaceChildren();
  if (!chosen.size) return fit(state);
  const head = element("div", "chosen");
  head.append(element("b", "grow", `${chosen.size} chosen`));
  head.append(pressable({ label: "All shown", tone: "bare" }, () => { for (const row of state.data.rows) chosen.set(row.id, row.version); mark(state, false); drawTools(state); }));
  head.append(pressable({ label: "None", tone: "bare", key: "esc", shown: "Esc" }, () => clear(state)));
  tools.append(head, ...toolbar(state));
  fit(state);
}

function bulk(state, what, values) {
  if (Date.now() - state.busy < 4000) return;
  state.busy = Date.now();
  state.open = null;
  state.put("bulk", { what, targets: [...state.chosen], values });
}

function clear(state) {
  state.chosen.clear();
  state.open = null;
  mark(state, false);
  drawTools(state);
}

function toggle(state, id) {
  const row = state.data.rows.find((each) => each.id === id);
  if (!state.data.bulk.length || !row) return;
  if (!state.chosen.delete(id)) state.chosen.set(id, row.version);
  mark(state, false);
  drawTools(state);
}

function drawRow(state, row) {
  const isNew = row.unread && row.id !== state.data.selected;
  const made = element("div", isNew ? "row new" : "row");
  made.setAttribute("role", "option");
  made.id = `ticket-${row.id}`;
  made.dataset.id = row.id;
  const dot = element("span", isNew ? "dot new" : "dot");
  if (isNew) { dot.title = "New"; dot.setAttribute("role", "img"); dot.setAttribute("aria-label", "New"); }
  const title = element("span", "title", row.title);
  title.title = row.title;
  title.dir = "auto";
  const first = element("div", "line");
  first.append(title);
  if (row.due !== null) first.append(chip(row.due, ""));
  else if (row.chip) first.append(chip(null, row.chip, row.tone));
  const second = element("div", "line");
  const sub = element("span", "sub", row.sub);
  sub.title = row.sub;
  second.append(sub, element("span", "side", row.side));
  for (const tag of row.tags ?? []) second.append(element("span", "tag", tag));
  made.append(dot, first, second);
  if (state.data.bulk.length) {
    dot.title ||= "Choose (X)";
    dot.addEventListener("click", (event) => { event.stopPropagation(); toggle(state, row.id); });
  }
  made.addEventListener("click", (event) => (event.ctrlKey || event.metaKey ? toggle(state, row.id) : choose(state, row.id)));
  return made;
}

function choose(state, id) {
  state.cursor = id;
  state.selected = id;
  state.data.selected = id;
  const row = rowOf(state, id);
  row?.classList.remove("new");
  row?.querySelector(".dot")?.classList.remove("new");
  mark(state, true);
  // What is pressed from now on is meant for this ticket, also while the old one is still on screen.
  window.dispatchEvent(new CustomEvent("within24-opening", { detail: id }));
  state.put("open", id);
}

function rowOf(state, id) {
  return state.list.querySelector(`[data-id="${Number(id)}"]`);
}

function mark(state, show) {
  for (const row of state.list.querySelectorAll(".row")) {
    const id = Number(row.dataset.id);
    row.setAttribute("aria-selected", String(id === state.data.selected));
    row.classList.toggle("cursor", id === state.cursor);
    row.classList.toggle("chosen", state.chosen.has(id));
    if (state.data.bulk.length) row.setAttribute("aria-checked", String(state.chosen.has(id)));
  }
  const row = rowOf(state, state.cursor);
  if (row) state.list.setAttribute("aria-activedescendant", row.id);
  else state.list.removeAttribute("aria-activedescendant");
  if (show && row && state.list.scrollHeight > state.list.clientHeight) {
    const top = row.offsetTop - state.list.offsetTop;
    if (top < state.list.scrollTop) state.list.scrollTop = top;
    const bottom = top + row.offsetHeight - state.list.clientHeight;
    if (bottom > state.list.scrollTop) state.list.scrollTop = bottom;
  }
}

const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };

function press(state, event, inList = false) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !state.data.rows.length) return;
  const target = event.composedPath()[0];
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName ?? "")) return;
  // A list in a dialog has the keys of that dialog, whose trap for the focus does not let it come to the list itself.
  const home = state.list.getRootNode().host?.closest('[role="dialog"]') ?? null;
  const within = target.closest?.('[role="dialog"], [data-baseweb="popover"]') ?? null;
  const onPage = state.data.keys && within === home;
  const letters = ["j", "k", "x"].includes(event.key) || (event.key === "Escape" && state.chosen.size > 0) || (home && event.key in STEPS);
  const nowhere = target === document.body || target === document.documentElement || (home && target.tagName !== "BUTTON");
  if (!inList && !(onPage && (letters || (event.key === "Enter" && nowhere)))) return;
  if (event.key === "Enter") choose(state, state.cursor);
  else if (event.key === "x") toggle(state, state.cursor);
  else if (event.key === "Escape" && state.chosen.size) clear(state);
  else if (event.key in STEPS) step(state, STEPS[event.key]);
  else return;
  event.preventDefault();
}

function step(state, by) {
  const ids = state.data.rows.map((row) => row.id);
  const at = Math.min(Math.max(ids.indexOf(state.cursor) + by, 0), ids.length - 1);
  state.cursor = ids[at];
  mark(state, true);
}

function fit(state) {
  const { list, data } = state;
  if (!data.fill) return;
  const above = state.tools.offsetHeight;
  const top = list.getBoundingClientRect().top + window.scrollY - above;
  const bottom = 76;
  list.style.height = `${Math.max(280, window.innerHeight - Math.min(top, 400) - bottom) - above}px`;
}
