/** Runs in the browser: hears Server-Sent Events and puts each into the list, newest first, as text, never as HTML. */
export const eventsScript = `
const list = document.getElementById('event-list');
const live = document.getElementById('live');
const seen = new Set();
function element(name, text) { const made = document.createElement(name); made.textContent = text; return made; }
function show(event) {
  const id = event.topic + '/' + event.sequence;
  if (seen.has(id)) return;
  seen.add(id);
  const item = document.createElement('li');
  item.dataset.type = event.type;
  item.dataset.time = event.time;
  item.append(element('b', event.type), element('small', [event.topic, '#' + event.sequence, event.time, event.data.strategy].filter(Boolean).join(' · ')));
  const details = document.createElement('details');
  details.append(element('summary', 'data'), element('pre', JSON.stringify(event.data, null, 2)));
  item.append(details);
  const older = [...list.children].find((other) => other.dataset.time <= event.time);
  list.insertBefore(item, older ?? null);
}
const source = new EventSource('/events');
source.onopen = () => { live.className = 'live on'; live.lastChild.textContent = 'live'; };
source.onerror = () => { live.className = 'live'; live.lastChild.textContent = 'reconnecting …'; };
source.onmessage = (message) => show(JSON.parse(message.data));
`;
