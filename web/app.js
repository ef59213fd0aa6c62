// Joins the parts of the page: the connection, the preview, who has the panel, uploads, settings.
import {act, getStatus} from './api.js';
import {poll} from './poll.js';
import {startPreview} from './preview.js';
import {startSettings} from './settings.js';
import {startSources} from './sources.js';
import {showStatus} from './status.js';
import {bytes, setText} from './text.js';
import {startToken} from './token.js';
import {startTouches} from './touch.js';
import {startUploads} from './upload.js';

const kStatusMs = 1000;
const kGoneMs = 1000;
const kConfigEvery = 10;  // others may change settings too

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

const setTouched = startTouches(
    {canvas: byId('preview'), mark: byId('mark'), hint: byId('touch-hint'), news: byId('touch-news')}, complain);
const showRows = startSources(byId('sources'), (source) => { notice(''); showSource(source); look(); refresh(); }, complain);

function showSource(source) {
  showRows(source);
  setTouched(source.owner === 'stream' && !source.held ? source.name : null);
}

async function showConfig() {
  const config = await refreshSettings();
  const limit = config?.upload?.max_bytes;
  if (limit) setText(byId('limit'), `, up to ${bytes(limit)} each`);
  return config !== null;
}

let untilConfig = 0;
const askToken = startToken(byId('token'), () => { look(); refresh(); });
const refresh = poll(async () => {
  try {
    const status = await getStatus();
    askToken(false);
    showStatus(status);
    showSource(status.source);
  } catch (error) {
    const gone = error.code === 'NOT_CONNECTED';
    setConnection('gone', gone ? 'Not connected, trying again…' : `${error.message} (${error.code})`);
    if (error.code === 'UNAUTHORIZED') askToken(true);
    setTouched(null);
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
