// The display's HTTP API as the page uses it: ask once, get the data or a DisplayError.

const kPatienceMs = 5000;
const kStalledMs = 20000;  // an upload that does not move on: the display lost its power, say

// The token of a display that wants one: kept for this tab only, until it is closed.
const kTokenKey = 'p3a-token';
export const setToken = (token) => sessionStorage.setItem(kTokenKey, token);
export const token = () => sessionStorage.getItem(kTokenKey);
const authorization = () => token() ? {Authorization: `Bearer ${token()}`} : {};

// `message` is a sentence for people: the display's own where it sent one. `code` is the display's,
// or NOT_CONNECTED when there was no answer at all.
export class DisplayError extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

export const notConnected = () => new DisplayError('The display does not answer.', 'NOT_CONNECTED');

// The data of an answer's envelope; throws the error that it carries.
export function dataOf(status, text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new DisplayError(`The display gave an answer that this page does not understand (HTTP ${status}).`,
                           'UNEXPECTED_ANSWER');
  }
  if (answer?.ok === true) return answer.data ?? {};
  throw new DisplayError(answer?.error ?? `The display refused (HTTP ${status}).`, answer?.code ?? 'UNKNOWN');
}

export async function ask(path, options = {}) {
  try {
    return await fetch(path, {cache: 'no-store', signal: AbortSignal.timeout(kPatienceMs), ...options,
                              headers: {...authorization(), ...options.headers}});
  } catch {
    throw notConnected();
  }
}

async function call(path, options) {
  const response = await ask(path, options);
  const text = await response.text().catch(() => { throw notConnected(); });
  return dataOf(response.status, text);
}

export const getStatus = () => call('/status');
export const getConfig = () => call('/config');
export const act = (action) => call(`/action/${action}`, {method: 'POST'});

const tell = (method, path, body) =>
    call(path, {method, headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
export const putConfig = (patch) => tell('PUT', '/config', patch);
export const takeStream = (id) => tell('POST', '/source/take', {stream: id});
export const showRotation = () => tell('POST', '/source/take', {source: 'rotation'});
export const releasePanel = () => call('/source/release', {method: 'POST'});
// `touch`: kind, id and x, y in pixels of the snapshot.
export const postTouch = (touch) => tell('POST', '/touch', {...touch, on: 'panel'});

// Sends one picture. `onProgress` hears the share that was sent, 0 to 1. The promise settles when
// the display has answered; `cancel` of the returned object ends it with the code CANCELLED.
export function uploadImage(file, onProgress) {
  const request = new XMLHttpRequest();
  const form = new FormData();
  form.append('image', file);
  let watchdog = 0;
  let end;
  const answered = new Promise((resolve, reject) => {
    const broken = () => reject(
        new DisplayError('The connection to the display broke before the picture was over.', 'NOT_CONNECTED'));
    const watch = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => { broken(); request.abort(); }, kStalledMs);
    };
    end = () => { reject(new DisplayError('Cancelled.', 'CANCELLED')); request.abort(); };
    request.upload.onprogress = (event) => {
      watch();
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onload = () => resolve([request.status, request.responseText]);
    request.onerror = broken;
    watch();
  });
  request.open('POST', '/upload/image');
  for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value);
  request.send(form);
  const done = answered.finally(() => clearTimeout(watchdog)).then(([status, text]) => dataOf(status, text));
  return {done, cancel: end};
}
