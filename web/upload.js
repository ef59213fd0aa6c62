// Pictures on their way to the display: chosen, dropped or pasted, one after the other.
import {uploadImage} from './api.js';
import {bytes, element, setText} from './text.js';

const kListed = 6;  // finished uploads stay readable, the oldest go

const byId = (id) => document.getElementById(id);

// `onDone` is called after each upload that the display took.
export function startUploads(onDone) {
  const list = byId('uploads');
  const cancel = byId('cancel');
  const waiting = [];
  let current = null;

  function add(files) {
    for (const file of files) waiting.push({file, row: addRow(list, file)});
    if (!current) sendNext();
  }

  async function sendNext() {
    const job = waiting.shift();
    if (!job && document.activeElement === cancel) byId('files').focus();  // the keyboard keeps its place
    cancel.hidden = !job;
    if (!job) return;
    current = uploadImage(job.file, (share) => job.row.progress(share));
    try {
      job.row.end(describe(job.file, await current.done), 'done');
      onDone();
    } catch (error) {
      const cancelled = error.code === 'CANCELLED';
      job.row.end(cancelled ? 'Cancelled.' : `${error.message} (${error.code})`, cancelled ? 'idle' : 'failed');
    }
    current = null;
    sendNext();
  }

  cancel.addEventListener('click', () => {
    for (const job of waiting.splice(0)) job.row.end('Cancelled.', 'idle');
    current?.cancel();
  });
  byId('files').addEventListener('change', (event) => {
    add([...event.target.files]);
    event.target.value = '';  // the same file again is a change again
  });
  acceptDrops(add);
}

function describe(file, data) {
  const what = `${String(data.format ?? '').toUpperCase()}, ${bytes(data.file_size ?? file.size)}`;
  return data.display_updated === false ? `Saved, but not on the panel yet (${what}).` : `On the panel (${what}).`;
}

function addRow(list, file) {
  const row = element('li');
  const name = element('span', file.name, 'file-name');
  const state = element('span', 'Waiting', 'file-state');
  const bar = element('progress');
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute('aria-label', `Upload of ${file.name}`);
  row.append(name, bar, state);
  const finished = [...list.querySelectorAll('[data-state]')];
  for (const old of finished.slice(0, Math.max(finished.length - kListed + 1, 0))) old.remove();
  list.append(row);

  return {
    progress(share) {
      bar.value = share;
      setText(state, share < 1 ? `Sending, ${Math.floor(share * 100)} %` : 'Sent, on its way to the panel…');
    },
    end(text, outcome) {
      bar.remove();
      row.dataset.state = outcome;
      setText(state, text);
      setText(byId('upload-result'), `${file.name}: ${text}`);
    },
  };
}

function acceptDrops(add) {
  const dragging = (on) => document.body.classList.toggle('dragging', on);
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');

  document.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    dragging(true);
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) dragging(false);
  });
  document.addEventListener('drop', (event) => {
    dragging(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
  document.addEventListener('paste', (event) => {
    if (event.clipboardData?.files.length) add([...event.clipboardData.files]);
  });
}
