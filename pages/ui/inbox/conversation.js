// The middle of the Inbox: what just happened, the head, what can be done, and all that was said, oldest first.
// Each answer carries the id and the version of the ticket that is on screen. Buyers' words are only ever text.

export default function ({ data, parentElement, setTriggerValue }) {
  const state = (parentElement.within24 ??= build(parentElement));
  const before = state.data;
  const moved = before?.id !== data.id;
  if (moved) Object.assign(state, { open: null, typed: state.kept[data.id] ??= {} });
  if (before && !moved && state.sent && before.version !== data.version) {
    delete state.typed[state.sent]; // It was taken; what was refused stays in its field.
    state.open = null;
  }
  state.sent = null;
  state.data = data;
  state.acts = data.acts;
  state.busy = 0;
  state.put = setTriggerValue;
  draw(state, before, moved);
  (parentElement.host ?? parentElement).dataset.ticket = data.id ?? "";
  keepTicking(state.root, state, data);
  playWaiting(state);
  return () => {
    clearInterval(state.timer);
    state.leave();
    delete parentElement.within24;
  };
}

function build(parentElement) {
  const root = element("div", "conversation");
  const parts = {};
  for (const name of ["strip", "head", "tools", "boxes", "timeline"]) root.append((parts[name] = element("div", name)));
  parentElement.appendChild(root);
  const state = { root, parts, open: null, typed: {}, kept: {}, busy: 0, sent: null, waiting: null };
  state.redraw = () => drawTools(state);
  state.answer = (what, values, spec) => {
    state.sent = spec.form ?? null;
    state.pressed = spec.key ?? null;
    act(state, what, values, state.data);
  };
  const onKey = (event) => press(state, event);
  const onDown = (event) => { if (!event.composedPath().some((each) => each.classList?.contains("menu"))) closeMenu(state); };
  const onOpening = (event) => { state.opening = event.detail; };
  const onResize = () => fit(state);
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", onDown);
  window.addEventListener("within24-opening", onOpening);
  window.addEventListener("resize", onResize);
  state.leave = () => {
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("pointerdown", onDown);
    window.removeEventListener("within24-opening", onOpening);
    window.removeEventListener("resize", onResize);
    root.remove();
  };
  return state;
}

const isBusy = (state) => Date.now() - state.busy < 4000;
const isAct = (spec) => !["form", "menu", "copy"].includes(spec.kind);

function act(state, what, values, to) {
  // One press, one answer: until the page has been drawn again, a second press is the same one.
  if (isBusy(state)) return;
  state.busy = Date.now();
  state.put("act", { what, ticket: to.id, version: to.version, values });
}

function press(state, event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event)) return;
  if (event.key === "Escape" && close(state)) return;
  if (isTyping(event)) return;
  const spec = state.acts.find((each) => each.key === event.key.toLowerCase());
  if (!spec) return;
  event.preventDefault();
  // A ticket was opened and is not here yet: the key was meant for it, never for the one still on screen.
  if (state.opening && state.opening !== state.data.id) state.waiting = { key: spec.key, id: state.opening };
  // Another key than the one under way is done after it, if the same ticket is on screen then.
  else if (isBusy(state) && isAct(spec)) {
    if (spec.key !== state.pressed) state.waiting = { key: spec.key, id: state.data.id, here: true };
  }
  else perform(state, spec);
}

function perform(state, spec) {
  if (spec.kind === "form" || spec.kind === "menu") {
    state.open = state.open === spec.name ? null : spec.name;
    drawTools(state);
  } else if (spec.kind === "copy") copy(spec.text);
  else state.answer(spec.what, spec.values ?? {}, spec);
}

function playWaiting(state) {
  const waiting = state.waiting;
  if (state.opening === state.data.id) state.opening = null;
  if (waiting?.here) state.waiting = null;
  if (!waiting || waiting.id !== state.data.id) return;
  state.waiting = null;
  const spec = state.acts.find((each) => each.key === waiting.key);
  if (spec) queueMicrotask(() => perform(state, spec));
}

function closeMenu(state) {
  if (state.acts?.some((each) => each.kind === "menu" && each.name === state.open)) close(state);
}

function draw(state, before, moved) {
  const { parts, data } = state;
  const changed = (name) => moved || JSON.stringify(before?.[name]) !== JSON.stringify(data[name]);
  if (changed("strip")) parts.strip.replaceChildren(...strip(state));
  if (changed("head")) parts.head.replaceChildren(...head(data));
  if (changed("acts") || before?.version !== data.version) drawTools(state);
  if (changed("boxes")) parts.boxes.replaceChildren(...data.boxes.map((each) => box(state, each)));
  if (changed("entries")) {
    parts.timeline.replaceChildren(...data.entries.map((each) => entry(state, each)));
    fit(state);
    show(parts.timeline);
  }
  fit(state);
}

function strip(state) {
  const { strip } = state.data;
  if (!strip) return [];
  const made = element("div", strip.warns ? "note-line warns" : "note-line");
  made.setAttribute("role", "status");
  made.append(symbol(strip.warns ? "warning" : "check"), element("span", "grow", strip.text));
  for (const each of strip.acts) {
    const to = { id: each.ticket, version: null };
    made.append(each.url ? linked(each) : pressable(each, () => act(state, each.what, each.values, to)));
  }
  return [made];
}

function head(data) {
  if (!data.head) return data.empty ? [element("div", "empty", data.empty)] : [];
  const subject = element("h3", "subject", data.head.subject);
  subject.dir = "auto";
  const chips = element("div", "chips");
  if (data.head.due !== null) chips.append(chip(data.head.due, ""));
  for (const each of data.head.chips) chips.append(chip(null, each));
  return [subject, chips, ...data.head.meta.map((line) => element("div", "meta", line))];
}

function drawTools(state) {
  const focused = state.root.getRootNode().activeElement;
  const name = focused?.name || focused?.dataset?.name;
  state.parts.tools.replaceChildren(...toolbar(state));
  if (name && state.parts.tools.querySelector) {
    const again = [...state.parts.tools.querySelectorAll("[name], [data-name]")].find((each) => (each.name || each.dataset.name) === name);
    again?.focus();
  }
}

function box(state, spec) {
  const made = element("div", "panel");
  made.append(element("div", "", spec.text));
  const bar = element("div", "bar");
  for (const each of spec.acts) bar.append(pressable(each, () => act(state, each.what, each.values, state.data)));
  for (const part of spec.parts ?? []) made.append(fields(state, spec, part));
  if (spec.acts.length) made.append(bar);
  return made;
}

function entry(state, item) {
  const made = element("article", `entry ${item.look}`);
  if (item.name) made.dataset.name = item.name;
  const line = element("div", "line");
  line.append(element("b", "", item.who), element("span", "grow", item.facts.join(" · ")));
  if (item.fate) line.append(element("span", item.owed ? "owed" : "", item.fate));
  const words = element("div", "text", item.text || (item.look === "buyer" ? "No text" : ""));
  words.dir = "auto";
  if (item.lang) words.lang = item.lang;
  if (item.folds && item.text) {
    const folded = document.createElement("details");
    const summary = document.createElement("summary");
    summary.append(line);
    folded.append(summary, words);
    made.append(folded);
  } else {
    made.append(line);
    if (item.text || item.look === "buyer") made.append(words);
  }
  for (const note of item.notes) made.append(element("div", "small", note));
  if (item.acts.length) {
    const bar = element("div", "bar");
    for (const each of item.acts) bar.append(pressable(each, () => act(state, each.what, each.values, state.data)));
    made.append(bar);
  }
  return made;
}

// What waits for an answer is read from its first line; else the latest word is in view.
function show(timeline) {
  const first = timeline.querySelector(".entry:has(.owed)");
  timeline.scrollTop = first ? first.offsetTop - timeline.offsetTop : timeline.scrollHeight;
}

// The conversation scrolls by itself, so that the reply below it is always within the window.
function fit(state) {
  const { timeline } = state.parts;
  const top = timeline.getBoundingClientRect().top + window.scrollY;
  const room = window.innerHeight - Math.min(top, 420) - state.data.reserve;
  timeline.style.maxHeight = `${Math.max(190, room)}px`;
}
