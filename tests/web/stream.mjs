// A browser as a streaming client: a tab of the display's own origin that draws on a canvas and sends
// it through a WebSocket.
import {until} from './display.mjs';

// Opens a stream; `hello` is what it tells the display. What comes is in the tab's `heard`.
export async function openStream(browser, display, hello) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(`${display.url}/wire.js`);  // any file of the display's: an origin without the page's own traffic
  await tab.evaluate(async (hello) => {
    globalThis.heard = [];
    globalThis.socket = new WebSocket(`ws://${location.host}/stream`);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({data}) => heard.push(JSON.parse(data));
    await new Promise((open, failed) => { socket.onopen = open; socket.onerror = failed; });
    socket.send(JSON.stringify({type: 'hello', ...hello}));
    setInterval(() => socket.send('{"type":"ping","t0_us":0}'), 1000);  // however slow the machine: not silent
  }, hello);
  return new Stream(tab);
}

class Stream {
  constructor(tab) { this.tab = tab; }

  // Draws `colour` all over a canvas and sends it, as toBlob() or behind a header with a sequence.
  draw(colour, {type = 'image/jpeg', sequence = null} = {}) {
    return this.tab.evaluate(async ({colour, type, sequence}) => {
      const canvas = new OffscreenCanvas(96, 96);
      const context = canvas.getContext('2d');
      context.fillStyle = `rgb(${colour})`;
      context.fillRect(0, 0, canvas.width, canvas.height);
      const picture = await canvas.convertToBlob({type, quality: 0.95});
      if (sequence === null) return socket.send(picture);
      const {buildHeader} = await import('/wire.js');
      socket.send(new Blob([buildHeader(type.split('/')[1], picture.size, {sequence}), picture]));
    }, {colour, type, sequence});
  }

  // The messages of that type so far.
  async heard(type) {
    return (await this.tab.evaluate(() => heard)).filter((message) => message.type === type);
  }
  // The first one of them that `fits`, which may be still to come.
  next(type, fits = () => true) {
    return until(`a ${type} comes`, async () => (await this.heard(type)).find(fits));
  }
  // The same, without loss.
  async play(colour) {
    await this.draw(colour, {type: 'image/png'});
    return this;
  }
  close() { return this.tab.context().close(); }
}
