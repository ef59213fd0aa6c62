// What one slice of a P3X picture is decoded with: its model, which lives as long as the stream, and the walk over its cells
// (docs/P3X.md).
import {bitLength, bits, broken, learned, RangeDecoder, trees, treeShare} from './p3x_coder.js';

export const kSkip = 0;
const kCopy = 1, kCoded = 2;
export const kBlock = 8;
const kPalette = 4096;
const kNone = 0xffffffff;
const kMix = 0x9e3779b1;
const kW = 0x85ebca6b, kN = 0xc2b2ae35, kNw = 0x27d4eb2f, kNe = 0x165667b1, kWw = 0xd3a2646d, kNn = 0xfd7046c5;
const kPast = 0xb55a4f09, kEast = 0x8f1bbcdd, kSouth = 0xa24baed5;
const kRunBits = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 11, 12, 13];

export const stepDigest = (digest, value) => Math.imul(digest + value, kMix) >>> 0;
const finish = (sum) => Math.imul(sum ^ sum >>> 15, 0x2c1b3c6d) >>> 0;

// What one slice has learnt.
export class Model {
  constructor(tableBits) {
    this.shift = 32 - tableBits;
    this.space = new Uint32Array(1 << tableBits);
    this.time = new Uint32Array(1 << tableBits);
    this.hit = bits(8 * 4 * 8 * 4);
    this.candidate = bits(64);
    this.inPalette = bits(4);
    this.run = bits(32);
    this.skip = bits(64);
    this.coded = bits(27);
    this.colour = trees(kPalette);
    this.after = trees(4096);
    this.residual = trees(3 * 9 * 256);
    this.source = trees(8 * 8 * 8);
    this.sourceCount = trees(8);
    this.sameSource = trees(1);
    this.back = trees(256);
    this.magnitude = trees(32);
    this.sign = trees(2);
    this.pair = new Uint32Array(2048).fill(kNone);
    this.palette = new Uint32Array(kPalette);
    this.entered = this.runState = this.lastMiss = this.errorSpace = this.errorTime = 0;
    this.sources = Array.from({length: 8}, () => ({back: 1, dx: 0, dy: 0}));
    this.sourcesUsed = 1;
  }
}

const kTried = new Uint32Array(8);

// Decodes one slice into the decoder's picture in the making.
export class Slice {
  constructor(decoder, index, bytes, begin, end) {
    this.d = decoder;
    this.m = decoder.models[index];
    this.coder = new RangeDecoder(bytes, 1);
    this.runCoder = new RangeDecoder(bytes, -1);
    this.limit = bytes.length + 8;
    this.begin = begin;
    this.end = end;
    this.digest = decoder.digest + index >>> 0;
    this.hits = 0;
    this.runLeft = 0;
    this.runMisses = false;
  }

  run() {
    if (this.begin === this.end) return this.digest;
    this.#readSources();
    for (let row = this.begin; row < this.end; row++) {
      for (let column = 0; column < this.d.blockColumns; column++) this.#readBlock(column, row);
      this.#checkLength();
    }
    const {columns, rows} = this.d;
    this.top = this.begin * kBlock;
    this.bottom = Math.min(this.end * kBlock, rows);
    this.#fill();
    for (let y = this.top; y < this.bottom; y++) {
      const blocks = (y >> 3) * this.d.blockColumns;
      for (let x = 0; x < columns; x++) if (this.d.kinds[blocks + (x >> 3)] === kCoded) this.#readCell(x, y);
      this.#checkLength();
    }
    return this.digest;
  }

  #checkLength() {
    if (this.coder.taken + this.runCoder.taken > this.limit) broken('cut off');
  }

  #readComponent(axis) {
    const {m, coder} = this;
    const count = coder.tree(m.magnitude, 4, axis * 16);
    if (!count) return 0;
    const value = coder.evens(count - 1, 1);
    return coder.treeBit(m.sign, axis) ? -value : value;
  }

  #readSources() {
    const {m, coder} = this;
    const count = 1 + coder.tree(m.sourceCount, 3);
    for (let i = 1; i < count; i++) {
      if (!(i < m.sourcesUsed && coder.treeBit(m.sameSource, 0))) {
        const back = coder.tree(m.back, 8);
        const dx = this.#readComponent(0);
        m.sources[i] = {back, dx, dy: this.#readComponent(1)};
      }
      if (m.sources[i].back < 1 || m.sources[i].back > this.d.past.length) broken('source');
    }
    m.sourcesUsed = count;
  }

  #readBlock(column, row) {
    const {d, m, coder} = this;
    const {kinds, blockSources: sources, blockColumns: width} = d;
    const at = row * width + column;
    const hasWest = column > 0, hasNorth = row > this.begin, hasEast = column + 1 < width;
    const west = hasWest ? kinds[at - 1] : kSkip, north = hasNorth ? kinds[at - width] : kSkip;
    const corner = hasNorth && hasEast ? kinds[at - width + 1] : kSkip;
    const east = hasEast ? kinds[at + 1] : kSkip, south = row + 1 < this.end ? kinds[at + width] : kSkip;
    const here = kinds[at];
    const around = (west === kSkip ? 1 : 0) | (north === kSkip ? 2 : 0) | (corner === kSkip ? 4 : 0) |
        (here === kSkip ? 8 : 0) | (east === kSkip ? 16 : 0) | (south === kSkip ? 32 : 0);
    let kind = kSkip, source = 0;
    if (!coder.bit(m.skip, around)) {
      kind = coder.bit(m.coded, west * 9 + north * 3 + here) ? kCoded : kCopy;
      const beside = west !== kSkip ? sources[at - 1] : hasNorth ? sources[at - width] : 0;
      source = coder.tree(m.source, 3, (beside * 8 + sources[at]) * 8);
    }
    kinds[at] = kind;
    sources[at] = source;
    this.digest = stepDigest(this.digest, kind << 4 | source);
    if (source >= m.sourcesUsed) broken('block');
  }

  // Every cell as its block's source has it.
  #fill() {
    const {d, m} = this;
    const {picture, columns, rows} = d;
    const last = d.past[0];
    if (!last) {
      picture.fill(0, this.top * columns, this.bottom * columns);
      return;
    }
    picture.set(last.subarray(this.top * columns, this.bottom * columns), this.top * columns);
    for (let y = this.top; y < this.bottom; y++) {
      const blocks = (y >> 3) * d.blockColumns;
      for (let column = 0; column < d.blockColumns; column++) {
        const source = d.blockSources[blocks + column];
        if (source === 0) continue;
        const {back, dx, dy} = m.sources[source];
        const from = Math.min(Math.max(y + dy, 0), rows - 1) * columns;
        const right = Math.min(column * kBlock + kBlock, columns);
        for (let x = column * kBlock; x < right; x++) {
          picture[y * columns + x] = d.past[back - 1][from + Math.min(Math.max(x + dx, 0), columns - 1)];
        }
      }
    }
  }

  #readCell(x, y) {
    const {m, d} = this;
    const {picture, columns} = d;
    const at = y * columns + x;
    const inner = x > 0, above = y > this.top, right = x + 1 < columns;
    const w = inner ? picture[at - 1] : 0, n = above ? picture[at - columns] : 0;
    const nw = inner && above ? picture[at - columns - 1] : 0, ne = right && above ? picture[at - columns + 1] : 0;
    const ww = x > 1 ? picture[at - 2] : 0, nn = y > this.top + 1 ? picture[at - 2 * columns] : 0;
    const past = picture[at], east = right ? picture[at + 1] : 0, south = y + 1 < this.bottom ? picture[at + columns] : 0;
    const sum = Math.imul(w, kW) + Math.imul(n, kN) + Math.imul(nw, kNw) + Math.imul(ne, kNe) + Math.imul(ww, kWw) +
        Math.imul(nn, kNn) | 0;
    const spaceHash = finish(sum);
    const timeHash = finish(sum + Math.imul(past, kPast) + Math.imul(east, kEast) + Math.imul(south, kSouth) | 0);
    const spaceAt = spaceHash >>> m.shift, timeAt = timeHash >>> m.shift;
    const space = m.space[spaceAt], time = m.time[timeAt];
    const spaceTrust = (space >>> 3 & 31) === (spaceHash & 31) ? space & 7 : 0;
    const timeTrust = (time >>> 3 & 31) === (timeHash & 31) ? time & 7 : 0;
    const spaceColour = space >>> 8, timeColour = time >>> 8;
    const guess = timeTrust ? timeColour : spaceTrust ? spaceColour : past;
    let hit;
    if (timeTrust >= 5 && spaceTrust && spaceColour === timeColour) {
      hit = this.#nextRun();
    } else {
      const agree = !spaceTrust ? 0 : spaceColour !== guess ? 1 : spaceTrust < 3 ? 2 : 3;
      const like = (guess === past ? 1 : 0) | (guess === w ? 2 : 0) | (guess === n ? 4 : 0);
      hit = this.coder.bit(m.hit, ((timeTrust * 4 + agree) * 8 + like) * 4 + this.hits);
    }
    const colour = hit ? guess : this.#readMiss(spaceTrust ? spaceColour : guess, guess, past, w, n, ne, nw);
    this.hits = (this.hits << 1 | hit) & 3;
    learn(m.time, timeAt, timeHash, timeTrust, colour);
    learn(m.space, spaceAt, spaceHash, spaceTrust, colour);
    this.digest = stepDigest(this.digest, colour);
    picture[at] = colour;
  }

  #nextRun() {
    const {m} = this;
    if (this.runLeft === 0 && !this.runMisses) {
      const count = kRunBits[m.runState];
      if (this.runCoder.bit(m.run, m.runState)) {
        this.runLeft = 1 << count;
        m.runState = Math.min(31, m.runState + 1);
      } else {
        this.runLeft = this.runCoder.evens(count, 0);
        this.runMisses = true;
        m.runState = Math.max(0, m.runState - 1);
      }
    }
    if (this.runLeft > 0) {
      this.runLeft--;
      return 1;
    }
    this.runMisses = false;
    return 0;
  }

  #readMiss(first, guess, past, w, n, ne, nw) {
    const {m, coder} = this;
    const pair = finish(Math.imul(w, kW) + Math.imul(n, kN) | 0) >>> 21;
    kTried[0] = guess;
    let tried = 1;
    for (let i = 0; i < 7; i++) {
      const colour = i === 0 ? first : i === 1 ? m.pair[pair] : i === 2 ? past : i === 3 ? w : i === 4 ? n : i === 5 ? ne : nw;
      let again = colour === kNone;
      for (let k = 0; k < tried && !again; k++) again = kTried[k] === colour;
      if (again) continue;
      kTried[tried++] = colour;
      if (coder.bit(m.candidate, m.lastMiss * 8 + i)) {
        m.lastMiss = i;
        m.pair[pair] = colour;
        return colour;
      }
    }
    m.lastMiss = 7;
    const colour = m.entered > 0 && coder.bit(m.inPalette, this.hits) ? this.#readPalette(w) : this.#enter(past, w, n, nw);
    m.pair[pair] = colour;
    return colour;
  }

  #readPalette(w) {
    const {m, coder} = this;
    const entries = Math.min(m.entered, kPalette);
    const count = bitLength(entries - 1);
    const base = Math.imul(w, kW);
    let node = 1;
    for (let i = 0; i < count; i++) {
      const after = finish(base + Math.imul(node, kN) | 0) >>> 20;
      const share = treeShare(m.colour[node]) + treeShare(m.after[after]) >> 1;
      const one = coder.decide((coder.range >>> 15) * share);
      m.colour[node] = learned(m.colour[node], one);
      m.after[after] = learned(m.after[after], one);
      node = node << 1 | one;
    }
    const index = node - (1 << count);
    return index < entries ? m.palette[index] : 0;
  }

  #enter(past, w, n, nw) {
    const {m, coder} = this;
    const space = [0, 0, 0], then = [0, 0, 0], value = [0, 0, 0];
    let slope = 0;
    for (let i = 0; i < 3; i++) {
      const a = w >>> 8 * i & 255, b = n >>> 8 * i & 255, c = nw >>> 8 * i & 255;
      const low = Math.min(a, b), high = Math.max(a, b);
      space[i] = c >= high ? low : c <= low ? high : a + b - c;
      slope += Math.abs(a - c) + Math.abs(b - c);
      then[i] = past >>> 8 * i & 255;
    }
    const guess = m.errorTime < m.errorSpace ? then : space;
    let context = Math.min(8, bitLength(slope >> 2)), greenError = 0, spaceError = 0, timeError = 0;
    for (const i of [1, 2, 0]) {
      const base = guess[i] + greenError;
      value[i] = base + coder.tree(m.residual, 8, (i * 9 + context) * 256) & 255;
      if (i === 1) {
        greenError = value[1] - guess[1];
        context = bitLength(Math.abs(greenError));
      }
      spaceError += Math.abs(value[i] - space[i]);
      timeError += Math.abs(value[i] - then[i]);
    }
    m.errorSpace += spaceError - (m.errorSpace >>> 4);
    m.errorTime += timeError - (m.errorTime >>> 4);
    const colour = value[0] | value[1] << 8 | value[2] << 16;
    m.palette[m.entered % kPalette] = colour;
    m.entered++;
    return colour;
  }
}

function learn(table, at, hash, trust, colour) {
  const slot = table[at], held = slot & 7;
  if (trust && slot >>> 8 === colour) {
    if (held < 7) table[at] = slot + 1;
  } else if (trust ? held > 1 : held > 2) {
    table[at] = slot - 1;
  } else {
    table[at] = (colour << 8 | (hash & 31) << 3 | 2) >>> 0;
  }
}
