// The live picture of the panel: a P3X stream over a WebSocket, some hundred bytes a frame (docs/PROTOCOL.md, "The
// page's preview"). Where there is none, or the picture is too rich for it, the snapshot is asked for again and again,
// quickly while it changes, calmly while it does not.
import {ask, token} from './api.js';
import {P3xDecoder} from './p3x.js';
import {poll} from './poll.js';

const kChangingMs = 120;
const kUnchangedMs = 600;
const kGoneMs = 1000;
const kStreamingMs = 5000;  // how often it is asked whether there is still a stream
const kReconnectMs = 3000;

// Returns a function that looks at once.
export function startPreview(canvas) {
  const context = canvas.getContext('2d', {alpha: false});
  let etag = '';
  let wait = kChangingMs;
  const stream = startStream({paint: paintPixels, resume: () => look()});

  async function lookAtSnapshot() {
    const headers = etag ? {'If-None-Match': etag} : {};
    const response = await ask('/snapshot.png', {headers});
    if (response.status === 304) return false;
    if (!response.ok) throw new Error(`snapshot: HTTP ${response.status}`);
    await paintFile(await response.blob());
    etag = response.headers.get('ETag') ?? '';
    return true;
  }

  async function paintFile(blob) {
    const picture = await createImageBitmap(blob, {colorSpaceConversion: 'none'});
    if (!stream.runs()) {  // else it is older than what is there
      resize(picture.width, picture.height);
      context.drawImage(picture, 0, 0);
    }
    picture.close();
  }

  function paintPixels(image) {
    resize(image.width, image.height);
    context.putImageData(image, 0, 0);
  }

  function resize(width, height) {
    if (canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
    scaleWell();
  }

  // Enlarged pixels stay squares; a panel that is larger than its preview is shrunk smoothly.
  function scaleWell() {
    const enlarged = canvas.clientWidth * devicePixelRatio >= canvas.width;
    canvas.classList.toggle('enlarged', enlarged);
  }
  new ResizeObserver(scaleWell).observe(canvas);

  const look = poll(async () => {
    if (stream.runs()) {
      etag = '';
      return kStreamingMs;
    }
    try {
      wait = (await lookAtSnapshot()) ? kChangingMs : Math.min(wait * 1.5, kUnchangedMs);
      return wait;
    } catch {
      etag = '';  // a restarted display may count from the start again
      return kGoneMs;
    }
  });
  return look;
}

// Watches for as long as the page is seen. `paint` gets each picture, `resume` is called when they stop coming.
function startStream({paint, resume}) {
  let socket = null;
  let running = false;
  let timer = 0;

  function connect() {
    clearTimeout(timer);
    if (socket || document.hidden) return;
    const decoder = new P3xDecoder();
    let image = null;
    const mine = socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/preview`);
    mine.binaryType = 'arraybuffer';
    mine.onopen = () => { if (token()) mine.send(JSON.stringify({type: 'hello', token: token()})); };
    mine.onmessage = ({data}) => {
      if (mine !== socket) return;
      if (typeof data === 'string') return stopRunning();  // {"type":"snapshot"}: too rich for now
      try {
        decoder.decode(new Uint8Array(data));
      } catch (error) {
        console.error(error);
        return mine.close();
      }
      const {width, height} = decoder;
      if (image?.width !== width || image.height !== height) image = new ImageData(width, height);
      decoder.paint(image.data);
      running = true;
      paint(image);
      mine.send('{"type":"ready"}');
    };
    mine.onclose = () => { if (mine === socket) lose(kReconnectMs); };
  }

  function stopRunning() {
    if (!running) return;
    running = false;
    resume();
  }

  function lose(again) {
    socket = null;
    stopRunning();
    timer = setTimeout(connect, again);
  }

  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return connect();
    socket?.close();
    socket = null;
    running = false;
  });
  setTimeout(connect, 0);
  return {runs: () => running};
}
