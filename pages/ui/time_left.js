// What a time left is called and how urgent it is; put in front of every part that shows one.
// The server's clock counts, not the browser's: each part is told `now` and goes on from there.

function startClock(data) {
  const gap = data.now - Date.now() / 1000;
  return () => (data.frozen ? data.now : Date.now() / 1000 + gap);
}

function span(seconds) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  return `${hours} h ${String(minutes % 60).padStart(2, "0")} m`;
}

function timeLeft(due, now, risk) {
  const left = due - now;
  if (left < 0) return { text: `late ${span(left)}`, tone: "late" };
  return { text: `${span(left)} left`, tone: left <= risk ? "risk" : "fine" };
}

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function chip(due, text, tone) {
  const made = element("span", `chip ${tone ?? "plain"}`, text);
  if (due !== null && due !== undefined) made.dataset.due = due;
  return made;
}

function tick(root, now, risk) {
  for (const each of root.querySelectorAll("[data-due]")) {
    const { text, tone } = timeLeft(Number(each.dataset.due), now, risk);
    each.textContent = text;
    each.className = `chip ${tone}`;
  }
}

function keepTicking(root, state, data) {
  clearInterval(state.timer);
  const clock = startClock(data);
  tick(root, clock(), data.risk);
  if (!data.frozen) state.timer = setInterval(() => tick(root, clock(), data.risk), 30000);
}
