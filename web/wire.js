// The stream's wire (docs/PROTOCOL.md): builds and parses frames and control messages. No DOM, no sockets, no clock.

const kMagic = 0x5044;
const kHeaderBytes = 8;
const kExtensionBytes = 32;
const kMaxExtensionBytes = 256;
const kMaxTextBytes = 4096;
const kFlagExtension = 0x01;
const kKinds = ['key', 'delta'];
const kNoRegion = [0, 0, 0, 0];

export const kFormats = new Map([[0x01, 'jpeg'], [0x02, 'png'], [0x03, 'webp'], [0x04, 'rgb565'], [0x05, 'rgb888'],
                                 [0x10, 'pixelart'], [0x11, 'mixed'], [0x40, 'audio']]);
const kNumbers = new Map([...kFormats].map(([number, name]) => [name, number]));
const kLossy = ['jpeg', 'webp', 'audio'];
const kPictureFiles = ['jpeg', 'png', 'webp'];
const kBytesPerPixel = {rgb565: 2, rgb888: 3};

// `code` is the display's own for the same fault.
export class WireError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const startsWith = (bytes, magic, at = 0) => magic.every((byte, i) => bytes[at + i] === byte);
const ascii = (text) => [...text].map((letter) => letter.charCodeAt(0));

// The format of a JPEG, PNG or WebP file by its first bytes, else null.
function pictureFileFormat(bytes) {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (startsWith(bytes, [0x89, ...ascii('PNG\r\n\x1a\n')])) return 'png';
  if (startsWith(bytes, ascii('RIFF')) && startsWith(bytes, ascii('WEBP'), 8)) return 'webp';
  return null;
}

// What goes before the payload. `extension`: any of kind, sequence, captureUs and presentationUs (BigInt), region.
export function buildHeader(format, payloadBytes, extension = null) {
  const block = extension ? kExtensionBytes : 0;
  const bytes = new Uint8Array(kHeaderBytes + block);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, kMagic, true);
  view.setUint8(2, kNumbers.get(format));
  view.setUint8(3, extension ? kFlagExtension : 0);
  view.setUint32(4, block + payloadBytes, true);
  if (extension) {
    view.setUint16(8, kExtensionBytes, true);
    view.setUint8(10, kKinds.indexOf(extension.kind ?? 'key'));
    view.setUint32(12, extension.sequence ?? 0, true);
    view.setBigInt64(16, extension.captureUs ?? 0n, true);
    view.setBigInt64(24, extension.presentationUs ?? 0n, true);
    (extension.region ?? kNoRegion).forEach((number, i) => view.setUint16(32 + 2 * i, number, true));
  }
  return bytes;
}

// {extension, length} of the block that `bytes` begins with.
function parseExtension(bytes) {
  const length = bytes.length < 2 ? 0 : bytes[0] | bytes[1] << 8;
  if (length % 8 || length < 8 || length > kMaxExtensionBytes || length > bytes.length) {
    throw new WireError('BAD_FRAME', `The extension block's length is ${length}.`);
  }
  const known = new Uint8Array(kExtensionBytes); // a field left out is 0
  known.set(bytes.subarray(0, Math.min(length, kExtensionBytes)));
  const view = new DataView(known.buffer);
  const kind = kKinds[view.getUint8(2)];
  if (!kind || view.getUint8(3) !== 0) throw new WireError('BAD_FRAME', 'An unknown frame kind or reserved byte.');
  const region = [24, 26, 28, 30].map((at) => view.getUint16(at, true));
  if (region.some(Boolean) && !(region[2] && region[3])) throw new WireError('BAD_FRAME', 'The region is empty.');
  const extension = {
    kind,
    sequence: view.getUint32(4, true),
    captureUs: view.getBigInt64(8, true),
    presentationUs: view.getBigInt64(16, true),
    region,
  };
  return {extension, length};
}

function parseHeader(message) {
  if (startsWith(message, ascii('GIF8'))) throw new WireError('UNKNOWN_FORMAT', 'A GIF is no stream frame.');
  if (!startsWith(message, [0x44, 0x50]) || message.length < kHeaderBytes) {
    throw new WireError('BAD_FRAME', 'Neither a header nor a picture file.');
  }
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const format = kFormats.get(view.getUint8(2));
  const flags = view.getUint8(3);
  if (!format) throw new WireError('UNKNOWN_FORMAT', `Format ${view.getUint8(2)} is not known.`);
  if (flags & ~kFlagExtension) throw new WireError('BAD_FRAME', `The flags are ${flags}.`);
  let payload = message.subarray(kHeaderBytes);
  const size = view.getUint32(4, true);
  if (size !== payload.length) {
    throw new WireError('BAD_FRAME', `The size is ${size}, but ${payload.length} bytes follow.`);
  }
  if (!(flags & kFlagExtension)) return {format, bare: false, payload, extension: null};
  const {extension, length} = parseExtension(payload);
  payload = payload.subarray(length);
  return {format, bare: false, payload, extension};
}

// `message`: a Uint8Array; the payload is a view of it.
export function parseFrame(message, {maxLossyBytes = 200 << 10, maxLosslessBytes = 2 << 20} = {}) {
  if (message.length === 0) throw new WireError('EMPTY_BODY', 'The message is empty.');
  const file = pictureFileFormat(message);
  const frame = file ? {format: file, bare: true, payload: message, extension: null} : parseHeader(message);
  const {format, payload} = frame;
  if (payload.length === 0) throw new WireError('EMPTY_BODY', 'There is no payload.');
  const limit = kLossy.includes(format) ? maxLossyBytes : maxLosslessBytes;
  if (payload.length > limit) throw new WireError('FRAME_TOO_LARGE', `At most ${limit} bytes of ${format}.`);
  if (kPictureFiles.includes(format) && pictureFileFormat(payload) !== format) {
    throw new WireError('FORMAT_MISMATCH', `The payload is no ${format} file.`);
  }
  return frame;
}

// Where on a panel of that size the picture goes: [x, y, w, h].
export function areaOnPanel({format, payload, extension}, width, height) {
  const region = extension?.region ?? kNoRegion;
  const area = region.some(Boolean) ? region : [0, 0, width, height];
  const [x, y, w, h] = area;
  if (x + w > width || y + h > height) throw new WireError('BAD_FRAME', 'The region reaches beyond the panel.');
  const pixelBytes = kBytesPerPixel[format];
  if (pixelBytes && payload.length !== w * h * pixelBytes) {
    throw new WireError('LENGTH_MISMATCH', `${payload.length} bytes for ${w} x ${h} pixels.`);
  }
  return area;
}

// What must be there, by type of message. Anything else may be there, and is not looked at.
const kRequired = new Map(Object.entries({
  hello: {},
  ack: {frame: 'integer', received_us: 'integer'},
  stats: {now_us: 'integer', frames_in: 'integer', presented: 'integer', dropped: 'object', latency_us: 'object',
          fps: 'number'},
  error: {code: 'string', error: 'string'},
  ping: {t0_us: 'integer'},
  pong: {t0_us: 'integer', t1_us: 'integer', t2_us: 'integer'},
  touch: {kind: 'string', id: 'integer', x: 'integer', y: 'integer'},
  source: {owner: 'string', you: 'boolean'},
  take: {},
  release: {},
  key_request: {},
}));

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
function is(kind, value) {
  if (kind === 'integer') return Number.isInteger(value);
  return kind === 'object' ? isObject(value) : typeof value === kind;
}

const kMaxWindows = 4;
const kMaxPatches = 16;
const overlap = (a, b) => a[0] < b[0] + b[2] && b[0] < a[0] + a[2] && a[1] < b[1] + b[3] && b[1] < a[1] + a[3];
const liesIn = (window, area) => area[0] >= window[0] && area[1] >= window[1]
  && area[0] + area[2] <= window[0] + window[2] && area[1] + area[3] <= window[1] + window[3];
const pixels = (areas) => areas.reduce((sum, area) => sum + area[2] * area[3], 0);

// What a mixed frame's payload holds: {windows: [[x, y, w, h]], patches: [{area, file}], p3x}, views of it.
export function parseMixed(payload) {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  let at = 8;
  const need = (bytes) => {
    if (at + bytes > payload.length) throw new WireError('BAD_FRAME', 'The mixed frame is cut off.');
  };
  const take = (size) => {
    need(size);
    at += size;
    return payload.subarray(at - size, at);
  };
  const rect = () => {
    need(8);
    at += 8;
    return [8, 6, 4, 2].map((back) => view.getUint16(at - back, true));
  };
  need(0);
  const counts = [view.getUint8(0), view.getUint8(1)];
  if (counts[0] > kMaxWindows || counts[1] > kMaxPatches || view.getUint16(2, true) !== 0) {
    throw new WireError('BAD_FRAME', 'The numbers of the mixed frame are out of range.');
  }
  const windows = Array.from({length: counts[0]}, rect);
  const heads = Array.from({length: counts[1]}, () => {
    const area = rect();
    take(4);
    return {area, size: view.getUint32(at - 4, true)};
  });
  const p3x = take(view.getUint32(4, true));
  const patches = heads.map(({area, size}) => ({area, file: take(size)}));
  const areas = heads.map(({area}) => area);
  const sound = at === payload.length && p3x.length > 0 && patches.every(({file}) => file.length > 0)
    && [...windows, ...areas].every((area) => area[2] > 0 && area[3] > 0)
    && !windows.some((a, i) => windows.slice(0, i).some((b) => overlap(a, b)))
    && areas.every((area) => windows.some((window) => liesIn(window, area)))
    && pixels(areas) <= 2 * pixels(windows);
  if (!sound) throw new WireError('BAD_FRAME', 'The mixed frame\'s parts do not fit.');
  return {windows, patches, p3x};
}

// The message; null for a type that is not known here, which is to be ignored.
export function parseControl(text) {
  if (new TextEncoder().encode(text).length > kMaxTextBytes) {
    throw new WireError('PAYLOAD_TOO_LARGE', `A text message has at most ${kMaxTextBytes} bytes.`);
  }
  let message;
  try {
    message = JSON.parse(text);
  } catch (error) {
    throw new WireError('INVALID_JSON', error.message);
  }
  if (!isObject(message) || typeof message.type !== 'string') {
    throw new WireError('INVALID_VALUE', 'A control message is an object with a text member "type".');
  }
  const required = kRequired.get(message.type);
  if (!required) return null;
  for (const [member, kind] of Object.entries(required)) {
    if (!is(kind, message[member])) {
      throw new WireError('INVALID_VALUE', `${message.type} wants the member "${member}".`);
    }
  }
  return message;
}

// RFC 5905 section 8. t0, t3: our clock, at ping and pong; t1, t2: the display's, from the pong. All in µs.
export function clockOffset(t0, t1, t2, t3) {
  return {offsetUs: ((t1 - t0) + (t2 - t3)) / 2, roundTripUs: (t3 - t0) - (t2 - t1)};
}
