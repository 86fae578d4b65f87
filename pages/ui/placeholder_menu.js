// Puts a placeholder where the cursor stands in a text area of the page, as if it had been typed there.

export default function ({ data, parentElement }) {
  const state = (parentElement.within24 ??= build(parentElement));
  state.data = data;
  const head = new Option(data.label, "");
  head.disabled = true;
  state.select.replaceChildren(head, ...data.groups.map(group));
  state.select.value = "";
  state.select.setAttribute("aria-label", data.label);
  return () => {
    state.select.remove();
    delete parentElement.within24;
  };
}

function build(parentElement) {
  const select = document.createElement("select");
  parentElement.appendChild(select);
  const state = { select };
  select.addEventListener("change", () => {
    insert(state.data.into, select.value);
    select.value = "";
  });
  return state;
}

function group({ label, items }) {
  const made = document.createElement("optgroup");
  made.label = label;
  made.append(...items.map((item) => new Option(item.label, item.text)));
  return made;
}

function insert(into, text) {
  const area = document.querySelector(`.st-key-${CSS.escape(into)} textarea`);
  if (!area || !text) return;
  const start = area.selectionStart;
  const whole = area.value.slice(0, start) + text + area.value.slice(area.selectionEnd);
  // React hears of a value only if it is set past its own setter.
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, whole);
  area.dispatchEvent(new Event("input", { bubbles: true }));
  // Leaving the field is what tells the server; the writer goes on behind the placeholder.
  area.focus();
  area.blur();
  area.focus();
  area.setSelectionRange(start + text.length, start + text.length);
}
