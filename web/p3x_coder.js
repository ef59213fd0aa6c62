// How P3X gets bits out of bytes (docs/P3X.md): a range decoder, and models that learn how likely each bit is.

const kTreeRates = [1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5];

export const bitLength = (value) => 32 - Math.clz32(value);
const kRates = Uint8Array.from({length: 128}, (_, seen) =>
  seen < 4 ? (seen < 1 ? 1 : 2) : Math.min(6, bitLength(seen + (seen >> 1))));

export class P3xError extends Error {}
export const broken = (what) => { throw new P3xError(`The P3X frame is broken (${what}).`); };

// A model is a place in an array: bits hold chance and seen in two arrays, tree bits both in 16 bits.
export const bits = (count) => ({chance: new Uint16Array(count).fill(0x8000), seen: new Uint8Array(count)});
export const trees = (count) => new Uint16Array(count).fill(0x8000);

export class RangeDecoder {
  constructor(bytes, step) {
    this.bytes = bytes;
    this.step = step;
    this.at = step > 0 ? 0 : bytes.length - 1;
    this.taken = 0;
    this.range = 0xffffffff;
    this.code = 0;
    for (let i = 0; i < 4; i++) this.code = (this.code << 8 | this.next()) >>> 0;
  }

  next() {
    if (this.taken++ >= this.bytes.length) return 0;
    const byte = this.bytes[this.at];
    this.at += this.step;
    return byte;
  }

  decide(bound) {
    const one = this.code < bound;
    if (one) {
      this.range = bound;
    } else {
      this.code = (this.code - bound) >>> 0;
      this.range = (this.range - bound) >>> 0;
    }
    while (this.range < 0x1000000) {
      this.range = this.range << 8 >>> 0;
      this.code = (this.code << 8 | this.next()) >>> 0;
    }
    return one ? 1 : 0;
  }

  even() { return this.decide(this.range >>> 1); }

  bit(models, i) {
    const chance = models.chance[i], rate = kRates[models.seen[i]];
    const one = this.decide((this.range >>> 15) * (chance >> 1 | 1));
    models.chance[i] = one ? chance + (0xffff - chance >> rate) : chance - (chance >> rate);
    if (models.seen[i] < 127) models.seen[i]++;
    return one;
  }

  treeBit(models, i) {
    const one = this.decide((this.range >>> 15) * treeShare(models[i]));
    models[i] = learned(models[i], one);
    return one;
  }

  tree(models, count, base = 0) {
    let node = 1;
    for (let i = 0; i < count; i++) node = node << 1 | this.treeBit(models, base + node);
    return node - (1 << count);
  }

  evens(count, value) {
    for (let i = 0; i < count; i++) value = value << 1 | this.even();
    return value;
  }
}

export const treeShare = (state) => state >> 4 << 3 | 4;
export function learned(state, one) {
  const seen = state & 15, chance = state >> 4, rate = kTreeRates[seen];
  const next = one ? chance + (0xfff - chance >> rate) : chance - (chance >> rate);
  return next << 4 | Math.min(seen + 1, 15);
}
