// The golden vectors of the stream's wire, read and written by the page's own code.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {test} from 'node:test';

import {areaOnPanel, buildHeader, clockOffset, parseControl, parseFrame, parseMixed} from '../../web/wire.js';

const load = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8'));
const {frames, limits} = load('frames.json');
const {payloads: mixed} = load('mixed.json');
const {vectors: texts} = load('control.json');
const options = {maxLossyBytes: limits.max_lossy_bytes, maxLosslessBytes: limits.max_lossless_bytes};

const bytesOf = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hexOf = (bytes) => Buffer.from(bytes).toString('hex');
const refusal = (code) => (error) => error.code === code;

function extensionOf({extension}) {
  if (!extension) return null;
  const {kind, sequence, region} = extension;
  return {kind, sequence, captureUs: BigInt(extension.capture_us), presentationUs: BigInt(extension.presentation_us),
          region};
}

function checkFrame(vector) {
  const frame = parseFrame(bytesOf(vector.message), options);
  assert.deepEqual({...frame, payload: hexOf(frame.payload)}, {
    format: vector.format, bare: vector.bare, payload: vector.payload, extension: extensionOf(vector),
  });
  if (vector.canonical) {
    const header = buildHeader(frame.format, frame.payload.length, frame.extension);
    assert.equal(hexOf(header) + vector.payload, vector.message);
  }
  if (vector.area_error) {
    assert.throws(() => areaOnPanel(frame, ...vector.panel), refusal(vector.area_error));
  } else {
    assert.deepEqual(areaOnPanel(frame, ...vector.panel), vector.area);
  }
}

for (const vector of frames) {
  test(`frame: ${vector.name}`, () => {
    if (vector.error) {
      assert.throws(() => parseFrame(bytesOf(vector.message), options), refusal(vector.error));
    } else {
      checkFrame(vector);
    }
  });
}

for (const {name, payload, windows, patches, p3x, error} of mixed) {
  test(`mixed: ${name}`, () => {
    if (error) return assert.throws(() => parseMixed(bytesOf(payload)), refusal(error));
    const frame = parseMixed(bytesOf(payload));
    assert.deepEqual(frame.windows, windows);
    assert.equal(hexOf(frame.p3x), p3x);
    return assert.deepEqual(frame.patches.map(({area, file}) => [area, hexOf(file)]), patches);
  });
}

for (const {name, text, fields, error} of texts) {
  test(`control: ${name}`, () => {
    if (fields) {
      assert.deepEqual(parseControl(text), fields);
      assert.equal(JSON.stringify(fields), text);
    } else if (error) {
      assert.throws(() => parseControl(text), refusal(error));
    } else {
      assert.equal(parseControl(text), null);
    }
  });
}

test('a message that begins inside a larger buffer is read from its own start', () => {
  const whole = bytesOf('ffff4450010004000000ffd8ffd9');
  assert.equal(hexOf(parseFrame(whole.subarray(2)).payload), 'ffd8ffd9');
});

test('the clock offset is that of NTP', () => {
  assert.deepEqual(clockOffset(1000, 6300, 6320, 1620), {offsetUs: 5000, roundTripUs: 600});
});
