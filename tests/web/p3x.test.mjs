// The golden P3X streams, decoded by the page's own code: the pixels that C++ and Python show.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {P3xDecoder, P3xError} from '../../web/p3x.js';

const {streams} = JSON.parse(readFileSync(new URL('../vectors/p3x.json', import.meta.url), 'utf8'));
const bytesOf = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));

// FNV-1a with 64 bits of the R,G,B bytes.
function fnv1a(rgba) {
  let value = 0xcbf29ce484222325n;
  for (let i = 0; i < rgba.length; i++) {
    if (i % 4 === 3) continue;
    value = (value ^ BigInt(rgba[i])) * 0x100000001b3n & 0xffffffffffffffffn;
  }
  return value.toString(16).padStart(16, '0');
}

for (const {name, width, height, frames} of streams) {
  test(`the golden stream "${name}" shows the pixels that it should`, () => {
    const decoder = new P3xDecoder();
    const changed = new Uint8ClampedArray(width * height * 4);
    for (const {bytes, pixels_fnv1a64: wanted} of frames) {
      decoder.decode(bytesOf(bytes));
      decoder.paint(changed);
      assert.equal(fnv1a(changed), wanted);
      const whole = new Uint8ClampedArray(changed.length);
      decoder.paint(whole, true);
      assert.deepEqual(whole, changed);
    }
    assert.deepEqual([decoder.width, decoder.height], [width, height]);
    assert.ok(changed.every((value, i) => i % 4 !== 3 || value === 255));
  });
}

test('a missing frame is noticed, and a key frame goes on', () => {
  const frames = streams[0].frames.map(({bytes}) => bytesOf(bytes));
  const decoder = new P3xDecoder();
  decoder.decode(frames[0]);
  assert.throws(() => decoder.decode(frames[2]), P3xError);
  assert.throws(() => decoder.decode(frames[1]), P3xError);
  decoder.decode(frames[0]);
  decoder.decode(frames[1]);
});

test('broken bytes are refused in bounded time, whatever they are', () => {
  let seed = 1;
  const below = (limit) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % limit;
  for (const {frames} of streams) {
    for (let round = 0; round < 40; round++) {
      const decoder = new P3xDecoder();
      for (const {bytes} of frames) {
        const frame = bytesOf(bytes);
        if (below(2)) frame[below(frame.length)] ^= 1 << below(8);
        const cut = below(8) ? frame : frame.subarray(0, below(frame.length + 1));
        try {
          decoder.decode(cut);
        } catch (error) {
          assert.ok(error instanceof P3xError, `${error.stack}`);
          assert.ok(decoder.needsKey);
        }
      }
    }
  }
});
