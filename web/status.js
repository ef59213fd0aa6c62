// GET /status in words: the list of facts, the caption under the panel and its text for screen readers.
import {bytes, count, duration, element, setText} from './text.js';

const kSources = {
  splash: 'the welcome picture',
  rotation: 'the rotation',
  raw: 'a picture sent straight to the panel',
  stream: 'a live stream',
};

const byId = (id) => document.getElementById(id);

export function showStatus(status) {
  const name = status.device_name || status.hostname || 'p3a';
  setText(byId('name'), name);
  if (document.title !== name) document.title = name;

  const screen = status.device ?? {};
  if (screen.screen_w > 0 && screen.screen_h > 0) {
    byId('preview').style.aspectRatio = `${screen.screen_w} / ${screen.screen_h}`;
  }
  showSimulated(status.simulated);
  showPicture(status.showing ?? {}, status.simulated);
  showPause(status.player?.paused === true);
  showFacts(factsOf(status));
  showSkipped(status.player?.skipped ?? []);
}

// A display that keeps to another board's limits: nobody shall take its figures for that board's.
function showSimulated(board) {
  const line = byId('simulated');
  line.hidden = !board;
  if (board) setText(line, `Simulated ${board}: every rate and time here is simulated, none was measured on a board.`);
}

const rate = (fps, simulated) => `${(fps ?? 0).toFixed(1)} frames per second${simulated ? ' (simulated)' : ''}`;

function pictureWords(showing, simulated) {
  const words = [];
  if (showing.format) words.push(showing.format.toUpperCase());
  if (showing.width > 0) words.push(`${showing.width} × ${showing.height}`);
  if (showing.animated) words.push(rate(showing.fps, simulated));
  return words.join(', ');
}

function showPicture(showing, simulated) {
  const name = showing.name || kSources[showing.source] || 'nothing yet';
  const words = pictureWords(showing, simulated);
  setText(byId('caption'), words ? `${name} · ${words}` : name);
  // Without the frame rate, which changes every time: a picture's description should not.
  const label = `The panel shows ${name}${showing.animated ? ', an animation' : ''}`;
  if (byId('preview').getAttribute('aria-label') !== label) byId('preview').setAttribute('aria-label', label);
}

function showPause(paused) {
  const button = byId('pause');
  button.dataset.action = paused ? 'resume' : 'pause';
  setText(button, paused ? 'Resume' : 'Pause');
}

function factsOf(status) {
  const {simulated, showing = {}, player = {}, storage, memory, net = {}, fw = {}, uploads} = status;
  const facts = [['Showing', showing.name || kSources[showing.source] || 'nothing yet']];
  const words = pictureWords(showing, simulated);
  if (words) facts.push(['Picture', words]);
  facts.push(['Comes from', kSources[showing.source] ?? String(showing.source ?? 'unknown')]);
  facts.push(['Rotation', count(player.files ?? 0, 'picture', 'pictures') + (player.paused ? ', paused' : '')]);
  if (status.stream?.clients > 0) facts.push(['Live', streamWords(status.stream, simulated)]);
  if (status.panel?.error) facts.push(['Panel', status.panel.error, true]);
  if (storage) facts.push(['Storage', ...storageWords(storage)]);
  if (memory) facts.push(['Memory', `${bytes(memory.rss_bytes)}${memory.low ? ', running low' : ''}`, memory.low]);
  if (uploads) facts.push(['Uploads', `${uploads.accepted ?? 0} taken, ${uploads.refused ?? 0} refused`]);
  facts.push(['Address', net.ip ? `http://${net.ip}${location.port ? `:${location.port}` : ''}/` : location.origin]);
  facts.push(['Running for', duration(status.uptime_ms ?? 0)]);
  if (fw.version) facts.push(['Version', fw.version]);
  return facts;
}

function streamWords({clients, fps, dropped}, simulated) {
  return `${count(clients, 'stream', 'streams')}, ${rate(fps, simulated)}, ${dropped ?? 0} dropped`;
}

function storageWords(storage) {
  const room = `${bytes(storage.free_bytes)} free of ${bytes(storage.total_bytes)}`;
  if (storage.healthy === false) return [`Not working: ${storage.last_error || 'pictures cannot be kept'}`, true];
  return [`${room}, healthy`, false];
}

// The rows stay the same elements, so that a reader's or a mouse's selection survives a refresh.
function showFacts(facts) {
  const list = byId('facts');
  facts.forEach(([term, words, bad], index) => {
    let row = list.children[index];
    if (!row) {
      row = element('div');
      row.append(element('dt'), element('dd'));
      list.append(row);
    }
    setText(row.firstChild, term);
    setText(row.lastChild, words);
    row.classList.toggle('bad', bad === true);
  });
  while (list.children.length > facts.length) list.lastChild.remove();
}

function showSkipped(skipped) {
  const box = byId('skipped');
  const list = box.querySelector('ul');
  const lines = skipped.map((file) => `${file.name}: ${file.error} (${file.code})`);
  if (list.dataset.lines === lines.join('\n')) return;
  list.dataset.lines = lines.join('\n');
  list.replaceChildren(...lines.map((line) => element('li', line)));
  box.hidden = lines.length === 0;
}
