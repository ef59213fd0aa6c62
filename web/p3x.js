// P3X, the lossless pixel-art stream (docs/P3X.md), decoded: frames in, pixels on a canvas's ImageData out. The third
// decoder of the format; the golden streams hold all three to the same pixels. No DOM, no sockets, no clock.
//
//   const decoder = new P3xDecoder();
//   decoder.decode(bytes);  // throws P3xError; then only a key frame goes on
//   decoder.paint(pixels);  // R,G,B,A of width × height
import {broken, RangeDecoder, trees} from './p3x_coder.js';
import {kBlock, kSkip, Model, Slice, stepDigest} from './p3x_slice.js';

export {P3xError} from './p3x_coder.js';

const kMaxSide = 2048;
const kMaxPictureBytes = 64 << 20;

// The first pixel of every cell, and the size at the end.
function readAxis(coder, size) {
  const kinds = trees(4), same = trees(64), swap = trees(64), magnitude = trees(16);
  const width = () => {
    const count = coder.tree(magnitude, 4);
    return count ? coder.evens(count - 1, 1) : 0;
  };
  const kind = coder.tree(kinds, 2);
  if (kind > 2) broken('grid');
  const starts = [0];
  if (kind > 0) {
    const cells = width();
    if (cells < 1 || cells > size) broken('grid');
    const half = kind === 1 ? cells : 0;
    for (let i = 1; i < cells; i++) starts.push(Math.ceil((2 * i * size - half) / (2 * cells)));
    starts.push(size);
    return Uint16Array.from(starts);
  }
  for (let at = 0, last = 0, other = 0, past = 0; at < size; starts.push(at)) {
    let step = last;
    const again = coder.treeBit(same, past);
    if (!again) {
      step = coder.treeBit(swap, past) ? other : width();
      other = last;
      last = step;
    }
    past = (past << 1 | again) & 63;
    if (step < 1 || step > size - at) broken('grid');
    at += step;
  }
  return Uint16Array.from(starts);
}

export class P3xDecoder {
  constructor() {
    this.ok = false;
    this.width = this.height = 0;
  }

  // Whether only a key frame can be decoded next. Then there is no picture.
  get needsKey() { return !this.ok; }

  // One frame, a Uint8Array. After a P3xError what was painted so far is still right.
  decode(frame) {
    const wasOk = this.ok;
    this.ok = false;
    if (frame.length < 4 || frame[0] >> 4 !== 1 || (frame[0] & 15) > 3) broken('head');
    const type = frame[0] & 15;
    if (type !== 2 && (!wasOk || frame[1] !== this.sequence)) broken('a frame is missing');
    const at = type >= 2 ? this.#readHead(frame, type) : 4;
    this.sequence = frame[1] + 1 & 255;
    if (type === 0 && frame.length > 4) broken('repeat');
    this.allNew = type >= 2;
    this.repeated = type === 0;
    if (type !== 0) this.#decodePicture(frame.subarray(at));
    if (((this.digest ^ this.digest >>> 16) & 0xffff) !== (frame[2] | frame[3] << 8)) broken('check');
    if (type !== 0) this.#keep();
    this.ok = true;
  }

  #readHead(frame, type) {
    const key = type === 2;
    let at = key ? 11 : 5;
    if (frame.length < at + 2) broken('head');
    const pictures = frame[at - 1];
    const length = frame[at] | frame[at + 1] << 8;
    at += 2;
    if (pictures < 2 || pictures > 250 || frame.length < at + length) broken('head');
    let width = this.width, height = this.height;
    if (key) {
      width = frame[4] | frame[5] << 8;
      height = frame[6] | frame[7] << 8;
      const sides = [width, height];
      if (sides.some((side) => side < 1 || side > kMaxSide)) broken('size');
      if (frame[8] < 10 || frame[8] > 18 || frame[9] < 1 || frame[9] > 2) broken('parameters');
    }
    const coder = new RangeDecoder(frame.subarray(at, at + length), 1);
    const columns = readAxis(coder, width), rows = readAxis(coder, height);
    if ((columns.length + 1) * rows.length * 4 * pictures > kMaxPictureBytes) broken('too much memory');
    if (key) {
      this.width = width;
      this.height = height;
      this.slices = frame[9];
      this.models = Array.from({length: this.slices}, () => new Model(frame[8]));
      this.digest = 0;
      this.past = [];
    }
    this.#takeGrid(columns, rows, key ? null : this.past[0]);
    this.pictures = pictures;
    return at + length;
  }

  #takeGrid(columnStarts, rowStarts, last) {
    const columns = columnStarts.length - 1, rows = rowStarts.length - 1;
    if (last) {
      const cellOf = (starts, pixel) => {
        let cell = 0;
        while (starts[cell + 1] <= pixel) cell++;
        return cell;
      };
      const from = Array.from(columnStarts.subarray(0, columns), (x) => cellOf(this.columnStarts, x));
      const picture = new Uint32Array(columns * rows);
      for (let y = 0; y < rows; y++) {
        const row = cellOf(this.rowStarts, rowStarts[y]) * this.columns;
        for (let x = 0; x < columns; x++) picture[y * columns + x] = last[row + from[x]];
      }
      this.past = [picture];
    }
    Object.assign(this, {columnStarts, rowStarts, columns, rows});
    this.blockColumns = Math.ceil(columns / kBlock);
    this.blockRows = Math.ceil(rows / kBlock);
    this.kinds = new Uint8Array(this.blockColumns * this.blockRows);
    this.blockSources = new Uint8Array(this.blockColumns * this.blockRows);
    this.picture = new Uint32Array(columns * rows);
  }

  #decodePicture(bytes) {
    let digest = 0;
    for (let i = 0; i < this.slices; i++) {
      let part = bytes;
      if (i + 1 < this.slices) {
        if (bytes.length < 4) broken('slice');
        const length = (bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24) >>> 0;
        if (bytes.length - 4 < length) broken('slice');
        part = bytes.subarray(4, 4 + length);
        bytes = bytes.subarray(4 + length);
      }
      const begin = Math.ceil(this.blockRows * i / this.slices), end = Math.ceil(this.blockRows * (i + 1) / this.slices);
      digest = stepDigest(digest, new Slice(this, i, part, begin, end).run());
    }
    this.digest = digest;
  }

  // The memory of a picture that is forgotten is used again.
  #keep() {
    this.past.unshift(this.picture);
    this.picture = this.past.length >= this.pictures ? this.past.pop() : new Uint32Array(this.columns * this.rows);
  }

  // Paints R,G,B,A of width × height: what the last frame changed, or everything.
  paint(pixels, everything = false) {
    const whole = everything || this.allNew;
    if (!this.ok || (this.repeated && !whole)) return;
    const words = new Uint32Array(pixels.buffer, pixels.byteOffset, this.width * this.height);
    for (let y = 0; y < this.rows; y++) {
      const blocks = (y >> 3) * this.blockColumns;
      for (let column = 0; column < this.blockColumns; column++) {
        if (!whole && this.kinds[blocks + column] === kSkip) continue;
        this.#paintCells(words, y, column * kBlock, Math.min(column * kBlock + kBlock, this.columns));
      }
    }
  }

  #paintCells(words, y, from, to) {
    const picture = this.past[0], starts = this.columnStarts;
    const top = this.rowStarts[y] * this.width;
    const left = top + starts[from], right = top + starts[to];
    for (let x = from; x < to; x++) {
      words.fill(picture[y * this.columns + x] | 0xff000000, top + starts[x], top + starts[x + 1]);
    }
    const height = this.rowStarts[y + 1] - this.rowStarts[y];
    for (let i = 1; i < height; i++) words.copyWithin(left + i * this.width, left, right);
  }
}
