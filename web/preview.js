// The live picture of the panel: asks for the snapshot again as soon as the last one is painted,
// quickly while it changes, calmly while it does not.
import {ask} from './api.js';
import {poll} from './poll.js';

const kChangingMs = 120;
const kUnchangedMs = 600;
const kGoneMs = 1000;

// Returns a function that looks at once.
export function startPreview(canvas) {
  const context = canvas.getContext('2d', {alpha: false});
  let etag = '';
  let wait = kChangingMs;

  async function look() {
    const headers = etag ? {'If-None-Match': etag} : {};
    const response = await ask('/snapshot.png', {headers});
    if (response.status === 304) return false;
    if (!response.ok) throw new Error(`snapshot: HTTP ${response.status}`);
    await paint(await response.blob());
    etag = response.headers.get('ETag') ?? '';
    return true;
  }

  async function paint(blob) {
    const picture = await createImageBitmap(blob, {colorSpaceConversion: 'none'});
    if (canvas.width !== picture.width || canvas.height !== picture.height) {
      canvas.width = picture.width;
      canvas.height = picture.height;
      scaleWell();
    }
    context.drawImage(picture, 0, 0);
    picture.close();
  }

  // Enlarged pixels stay squares; a panel that is larger than its preview is shrunk smoothly.
  function scaleWell() {
    const enlarged = canvas.clientWidth * devicePixelRatio >= canvas.width;
    canvas.classList.toggle('enlarged', enlarged);
  }
  new ResizeObserver(scaleWell).observe(canvas);

  return poll(async () => {
    try {
      wait = (await look()) ? kChangingMs : Math.min(wait * 1.5, kUnchangedMs);
      return wait;
    } catch {
      etag = '';  // a restarted display may count from the start again
      return kGoneMs;
    }
  });
}
