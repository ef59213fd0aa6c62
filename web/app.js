// Joins the parts of the page: the connection, the preview, uploads, buttons and settings.
import {act, getStatus} from './api.js';
import {poll} from './poll.js';
import {startPreview} from './preview.js';
import {startSettings} from './settings.js';
import {showStatus} from './status.js';
import {bytes, setText} from './text.js';
import {startUploads} from './upload.js';

const kStatusMs = 2000;
const kGoneMs = 1000;
const kConfigEvery = 5;  // others may change settings too

const byId = (id) => document.getElementById(id);
const notice = (text) => setText(byId('notice'), text);
const complain = (error) => notice(`${error.message} (${error.code})`);

function setConnection(state, text) {
  document.body.classList.toggle('away', state === 'gone');
  byId('connection').dataset.state = state;
  setText(byId('connection'), text);
}

const look = startPreview(byId('preview'));
const refreshSettings = startSettings(byId('settings'), () => { notice(''); look(); }, complain);

async function showConfig() {
  const config = await refreshSettings();
  const limit = config?.upload?.max_bytes;
  if (limit) setText(byId('limit'), `, up to ${bytes(limit)} each`);
  return config !== null;
}

let untilConfig = 0;
const refresh = poll(async () => {
  try {
    showStatus(await getStatus());
  } catch (error) {
    const gone = error.code === 'NOT_CONNECTED';
    setConnection('gone', gone ? 'Not connected, trying again…' : `${error.message} (${error.code})`);
    untilConfig = 0;
    return kGoneMs;
  }
  if (byId('connection').dataset.state !== 'here') {
    setConnection('here', 'Connected');
    notice('');
    look();
  }
  if (untilConfig <= 0 && (await showConfig())) untilConfig = kConfigEvery;
  untilConfig -= 1;
  return kStatusMs;
});

startUploads(() => { look(); refresh(); });

document.querySelector('.transport').addEventListener('click', async ({target}) => {
  const action = target.closest('[data-action]')?.dataset.action;
  if (!action) return;
  try {
    await act(action);
    notice('');
  } catch (error) {
    complain(error);
  }
  look();
  refresh();
});
