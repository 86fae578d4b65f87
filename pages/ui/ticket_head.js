// The head of a conversation: subject, Time Left that ticks, what else to know at a glance.

export default function ({ data, parentElement }) {
  const state = (parentElement.within24 ??= {});
  const head = element("div", "head");
  const subject = element("h3", "subject", data.subject);
  subject.dir = "auto";
  const chips = element("div", "chips");
  if (data.due !== null) chips.append(chip(data.due, ""));
  for (const each of data.chips) chips.append(chip(null, each));
  head.append(subject, chips);
  for (const line of data.meta) head.append(element("div", "meta", line));
  state.head?.remove();
  parentElement.appendChild(head);
  state.head = head;
  keepTicking(head, state, data);
  return () => {
    clearInterval(state.timer);
    head.remove();
    delete parentElement.within24;
  };
}
