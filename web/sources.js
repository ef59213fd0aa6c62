// Who has the panel and who waits for it: a row for each source, with the button that changes it.
import {releasePanel, showRotation, takeStream} from './api.js';
import {element, setText} from './text.js';

const kRotation = {key: 'rotation', rank: Infinity, name: 'Rotation', what: 'kept pictures', take: showRotation};
const kRaw = {key: 'raw', rank: 1e12, name: 'Sent picture', what: 'not kept'};

const streamRow = ({id, name, address}) => ({
  key: `stream ${id}`,
  rank: id,
  name: name || address || 'A stream that has closed',
  what: address && address !== name ? `stream from ${address}` : 'stream',
  take: () => takeStream(id),
});

function rowOf(entry) {
  if (entry.source === 'raw') return kRaw;
  return entry.source === 'stream' ? streamRow(entry) : kRotation;
}

// The rows in an order that does not depend on who has the panel: none jumps away from a finger.
function rowsOf({owner, waiting = [], released = [], held, ...more}) {
  const first = {...rowOf({source: owner, ...more}), state: held ? 'Last picture' : 'On the panel', owns: true};
  const rows = [first.key === 'rotation' ? first : {...first, take: null, release: releasePanel}];
  waiting.forEach((entry, index) => rows.push({...rowOf(entry), state: index === 0 ? 'Next' : 'Waiting'}));
  released.forEach((entry) => rows.push({...streamRow(entry), state: 'Stopped here'}));
  return rows.sort((a, b) => a.rank - b.rank);
}

// `onAnswer` gets the source as the display has it after a button. Returns a function that shows the
// `source` of GET /status.
export function startSources(section, onAnswer, onError) {
  const list = section.querySelector('ul');
  const acts = new WeakMap();
  let ownerKey = '';

  function makeRow(key) {
    const item = element('li');
    item.dataset.key = key;
    const words = element('div');
    words.append(element('span', '', 'source-name'), element('span', '', 'quiet'));
    const button = element('button');
    button.type = 'button';
    item.append(words, button);
    return item;
  }

  function showRow(item, row) {
    item.classList.toggle('owns', row.owns === true);
    setText(item.querySelector('.source-name'), row.name);
    setText(item.querySelector('.quiet'), `${row.state} · ${row.what}`);
    const button = item.querySelector('button');
    const act = row.release ?? (row.owns ? null : row.take);
    acts.set(button, act);
    setText(button, row.release ? 'Release' : 'Show');
    const label = row.release ? `Release the panel from ${row.name}` : `Show ${row.name} on the panel`;
    if (button.getAttribute('aria-label') !== label) button.setAttribute('aria-label', label);
    if (!act) leave(button);
    button.hidden = !act;
  }

  // The keyboard's place must not vanish with what it was on.
  function leave(part) {
    if (part.contains(document.activeElement)) section.querySelector('h2').focus();
  }

  function showSources(source) {
    const rows = rowsOf(source);
    const keys = rows.map((row) => row.key);
    for (const item of [...list.children].filter((item) => !keys.includes(item.dataset.key))) {
      leave(item);
      item.remove();
    }
    rows.forEach((row, index) => {
      if (list.children[index]?.dataset.key !== row.key) list.insertBefore(makeRow(row.key), list.children[index] ?? null);
      showRow(list.children[index], row);
    });
    const owner = rows.find((row) => row.owns);
    if (ownerKey && ownerKey !== owner.key) setText(section.querySelector('[role=status]'), `${owner.name} has the panel.`);
    ownerKey = owner.key;
  }

  list.addEventListener('click', async ({target}) => {
    const act = acts.get(target.closest('button'));
    if (!act) return;
    try {
      const {source} = await act();
      onAnswer(source);
    } catch (error) {
      onError(error);
    }
  });
  return showSources;
}
