"""A decoder of P3X streams written from docs/P3X.md alone, for clarity and not for speed: what the specification says,
a second time. The golden streams hold it and the C++ decoder to the same pixels.

    decoder = Decoder()
    decoder.decode(frame)      # raises Broken; then only a key frame goes on
    decoder.pixels()           # R,G,B bytes at the output size
"""
M32 = 0xFFFFFFFF
BLOCK = 8
SKIP, COPY, CODED = 0, 1, 2
MIX = 0x9E3779B1
W, N, NW, NE, WW, NN = 0x85EBCA6B, 0xC2B2AE35, 0x27D4EB2F, 0x165667B1, 0xD3A2646D, 0xFD7046C5
PAST, EAST, SOUTH = 0xB55A4F09, 0x8F1BBCDD, 0xA24BAED5
RUN_BITS = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 11, 12, 13]
RATES = [1, 2, 2, 2] + [min(6, (n + n // 2).bit_length()) for n in range(4, 128)]
TREE_RATES = [1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 5]


class Broken(Exception):
    """The frame cannot be decoded; a key frame is needed."""


class Bit:
    def __init__(self):
        self.chance, self.seen = 0x8000, 0

    def share(self):
        return self.chance >> 1 | 1

    def learn(self, bit):
        rate = RATES[self.seen]
        self.chance += (0xFFFF - self.chance) >> rate if bit else -(self.chance >> rate)
        self.seen = min(self.seen + 1, 127)


class TreeBit:
    def __init__(self):
        self.chance, self.seen = 0x800, 0

    def share(self):
        return self.chance << 3 | 4

    def learn(self, bit):
        rate = TREE_RATES[self.seen]
        self.chance += (0xFFF - self.chance) >> rate if bit else -(self.chance >> rate)
        self.seen = min(self.seen + 1, 15)


class Mean:
    """Two models of one decision."""

    def __init__(self, first, second):
        self.both = first, second

    def share(self):
        return (self.both[0].share() + self.both[1].share()) >> 1

    def learn(self, bit):
        for model in self.both:
            model.learn(bit)


class RangeDecoder:
    def __init__(self, data):
        self.data, self.taken, self.range, self.code = data, 0, M32, 0
        for _ in range(4):
            self.code = self.code << 8 | self.next()

    def next(self):
        self.taken += 1
        return self.data[self.taken - 1] if self.taken <= len(self.data) else 0

    def decide(self, bound):
        one = self.code < bound
        if one:
            self.range = bound
        else:
            self.code -= bound
            self.range -= bound
        return one

    def fill(self):
        while self.range < 1 << 24:
            self.range = self.range << 8
            self.code = self.code << 8 | self.next()

    def bit(self, model):
        one = self.decide((self.range >> 15) * model.share())
        model.learn(one)
        self.fill()
        return int(one)

    def even(self):
        one = self.decide(self.range >> 1)
        self.fill()
        return int(one)

    def tree(self, models, count):
        node = 1
        for _ in range(count):
            node = node << 1 | self.bit(models[node])
        return node - (1 << count)

    def evens(self, count, value=0):
        for _ in range(count):
            value = value << 1 | self.even()
        return value


def trees(count):
    return [TreeBit() for _ in range(count)]


def bits(count):
    return [Bit() for _ in range(count)]


def read_axis(coder, size):
    """The starts of all cells, and the size at the end."""
    kind_models, same, swap, magnitude = trees(4), trees(64), trees(64), trees(16)

    def width():
        count = coder.tree(magnitude, 4)
        return coder.evens(count - 1, 1) if count else 0

    kind = coder.tree(kind_models, 2)
    if kind > 2:
        raise Broken("axis kind")
    if kind:
        cells = width()
        if not 1 <= cells <= size:
            raise Broken("axis cells")
        half = cells if kind == 1 else 0
        return [max(0, -((half - 2 * i * size) // (2 * cells))) for i in range(cells)] + [size]
    starts, last, other, past = [0], 0, 0, 0
    while starts[-1] < size:
        step, again = last, coder.bit(same[past])
        if not again:
            step = other if coder.bit(swap[past]) else width()
            other, last = last, step
        past = (past << 1 | again) & 63
        if not 1 <= step <= size - starts[-1]:
            raise Broken("axis width")
        starts.append(starts[-1] + step)
    return starts


def finish(total):
    total &= M32
    return ((total ^ total >> 15) * 0x2C1B3C6D) & M32


def step_digest(digest, value):
    return ((digest + value) * MIX) & M32


class Slice:
    """The models of one slice."""

    def __init__(self, table_bits):
        self.table_bits = table_bits
        self.tables = [0] * (1 << table_bits), [0] * (1 << table_bits)
        self.hit, self.candidate, self.in_palette, self.run = bits(9 * 128), bits(64), bits(8), bits(32)
        self.colour, self.colour_after = trees(4096), trees(4096)
        self.residual = [[trees(256) for _ in range(9)] for _ in range(3)]
        self.pair, self.palette = [None] * 2048, []
        self.entered = self.run_state = self.last_miss = self.error_space = self.error_time = 0
        self.skip, self.coded = bits(64), bits(27)
        self.source = [[trees(8) for _ in range(8)] for _ in range(8)]
        self.source_count, self.same_source, self.back = trees(8), TreeBit(), trees(256)
        self.magnitude, self.sign = [trees(16), trees(16)], trees(2)
        self.sources = [(1, 0, 0)] * 8
        self.sources_used = 1


class Runs:
    def __init__(self, coder, models):
        self.coder, self.models, self.left, self.miss = coder, models, 0, False

    def next(self):
        if not self.left and not self.miss:
            count = RUN_BITS[self.models.run_state]
            if self.coder.bit(self.models.run[self.models.run_state]):
                self.left = 1 << count
                self.models.run_state = min(31, self.models.run_state + 1)
            else:
                self.left, self.miss = self.coder.evens(count), True
                self.models.run_state = max(0, self.models.run_state - 1)
        if self.left:
            self.left -= 1
            return True
        self.miss = False
        return False


class Found:
    """What a context table says: colour << 8 | tag << 3 | trust."""

    def __init__(self, table, table_bits, value):
        self.table, self.index, self.tag = table, value >> (32 - table_bits), (value & 31) << 3
        slot = table[self.index]
        self.colour, self.trust, self.known = slot >> 8, slot & 7, slot & 0xF8 == self.tag and slot & 7 != 0

    def learn(self, actual):
        if self.known and self.colour == actual:
            change = 1 if self.trust < 7 else 0
        elif self.known and self.trust > 1 or not self.known and self.trust > 2:
            change = -1
        else:
            self.table[self.index] = actual << 8 | self.tag | 2
            return
        self.table[self.index] += change


def channel(colour, i):
    return colour >> 8 * i & 255


class Decoder:
    def __init__(self):
        self.ok = False

    def decode(self, frame):
        was_ok, self.ok = self.ok, False
        if len(frame) < 4 or frame[0] >> 4 != 1 or frame[0] & 15 > 3:
            raise Broken("head")
        kind, sequence, check, at = frame[0] & 15, frame[1], frame[2] | frame[3] << 8, 4
        if kind != 2 and (not was_ok or sequence != self.sequence):
            raise Broken("a frame is missing")
        if kind == 2:
            self.size = frame[4] | frame[5] << 8, frame[6] | frame[7] << 8
            table_bits, self.slices, pictures = frame[8:11]
            if not (all(1 <= side <= 2048 for side in self.size) and 10 <= table_bits <= 18 and 1 <= self.slices <= 2):
                raise Broken("parameters")
            self.models = [Slice(table_bits) for _ in range(self.slices)]
            self.digest, at = 0, 11
        elif kind == 3:
            pictures, at = frame[4], 5
        if kind >= 2:
            length = frame[at] | frame[at + 1] << 8
            self.take_grid(frame[at + 2:at + 2 + length], pictures, kind == 3)
            at += 2 + length
        self.sequence = (sequence + 1) & 255
        if kind != 0:
            self.decode_picture(frame[at:])
        if (self.digest ^ self.digest >> 16) & 0xFFFF != check:
            raise Broken("check")
        if kind != 0:
            self.past = [self.picture] + self.past[:self.keep - 2]
        self.ok = True

    def take_grid(self, data, pictures, resample):
        if not 2 <= pictures <= 250:
            raise Broken("pictures")
        coder = RangeDecoder(data)
        columns, rows = read_axis(coder, self.size[0]), read_axis(coder, self.size[1])
        if resample:
            def cell(starts, x):
                return max(i for i in range(len(starts) - 1) if starts[i] <= x)
            old_columns = [cell(self.column_starts, x) for x in columns[:-1]]
            old_rows = [cell(self.row_starts, y) for y in rows[:-1]]
            self.past = [[[self.past[0][y][x] for x in old_columns] for y in old_rows]]
        else:
            self.past = []
        self.column_starts, self.row_starts, self.keep = columns, rows, pictures
        self.columns, self.rows = len(columns) - 1, len(rows) - 1
        self.block_columns, self.block_rows = -(-self.columns // BLOCK), -(-self.rows // BLOCK)
        self.blocks = [[(SKIP, 0)] * self.block_columns for _ in range(self.block_rows)]

    def decode_picture(self, data):
        self.picture = [[0] * self.columns for _ in range(self.rows)]
        digest = 0
        for i in range(self.slices):
            if i + 1 < self.slices:
                length = int.from_bytes(data[:4], "little")
                if len(data) < 4 + length:
                    raise Broken("slice")
                part, data = data[4:4 + length], data[4 + length:]
            else:
                part = data
            begin, end = (-(-self.block_rows * k // self.slices) for k in (i, i + 1))
            digest = step_digest(digest, SliceDecoder(self, i, part, begin, end).run())
        self.digest = digest

    def pixels(self):
        out = bytearray()
        for y in range(self.rows):
            row = bytearray()
            for x in range(self.columns):
                row += self.past[0][y][x].to_bytes(3, "little") * (self.column_starts[x + 1] - self.column_starts[x])
            out += row * (self.row_starts[y + 1] - self.row_starts[y])
        return bytes(out)


class SliceDecoder:
    def __init__(self, decoder, index, data, begin, end):
        self.d, self.m, self.begin, self.end = decoder, decoder.models[index], begin, end
        self.coder, self.run_coder = RangeDecoder(data), RangeDecoder(data[::-1])
        self.runs = Runs(self.run_coder, self.m)
        self.limit = len(data) + 8
        self.digest = (decoder.digest + index) & M32
        self.hits = 0

    def run(self):
        if self.begin == self.end:
            return self.digest
        self.read_sources()
        self.read_blocks()
        self.top, self.bottom = self.begin * BLOCK, min(self.end * BLOCK, self.d.rows)
        for y in range(self.top, self.bottom):
            for x in range(self.d.columns):
                self.d.picture[y][x] = self.fetch(x, y)
        for y in range(self.top, self.bottom):
            for x in range(self.d.columns):
                if self.d.blocks[y // BLOCK][x // BLOCK][0] == CODED:
                    self.d.picture[y][x] = self.read_cell(x, y)
        if self.coder.taken + self.run_coder.taken > self.limit:
            raise Broken("overrun")
        return self.digest

    def read_component(self, axis):
        count = self.coder.tree(self.m.magnitude[axis], 4)
        if not count:
            return 0
        value = self.coder.evens(count - 1, 1)
        return -value if self.coder.bit(self.m.sign[axis]) else value

    def read_sources(self):
        count, before = 1 + self.coder.tree(self.m.source_count, 3), self.m.sources_used
        for i in range(1, count):
            if not (i < before and self.coder.bit(self.m.same_source)):
                self.m.sources[i] = (self.coder.tree(self.m.back, 8), self.read_component(0), self.read_component(1))
            if not 1 <= self.m.sources[i][0] <= len(self.d.past):
                raise Broken("source")
        self.m.sources_used = count

    def read_blocks(self):
        for row in range(self.begin, self.end):
            for column in range(self.d.block_columns):
                self.d.blocks[row][column] = block = self.read_block(column, row)
                self.digest = step_digest(self.digest, block[0] << 4 | block[1])
                if block[1] >= self.m.sources_used:
                    raise Broken("block")

    def block(self, column, row):
        if 0 <= column < self.d.block_columns and self.begin <= row < self.end:
            return self.d.blocks[row][column]
        return SKIP, 0

    def read_block(self, column, row):
        here = self.d.blocks[row][column]
        west, north, corner = self.block(column - 1, row), self.block(column, row - 1), self.block(column + 1, row - 1)
        east, south = self.block(column + 1, row), self.block(column, row + 1)
        around = sum((b[0] == SKIP) << i for i, b in enumerate((west, north, corner, here, east, south)))
        if self.coder.bit(self.m.skip[around]):
            return SKIP, 0
        kind = CODED if self.coder.bit(self.m.coded[west[0] * 9 + north[0] * 3 + here[0]]) else COPY
        beside = north if west[0] == SKIP else west
        return kind, self.coder.tree(self.m.source[beside[1]][here[1]], 3)

    def fetch(self, x, y):
        source = self.d.blocks[y // BLOCK][x // BLOCK][1]
        back, dx, dy = self.m.sources[source] if source else (1, 0, 0)
        if not self.d.past:
            return 0
        return self.d.past[back - 1][min(max(y + dy, 0), self.d.rows - 1)][min(max(x + dx, 0), self.d.columns - 1)]

    def at(self, x, y):
        inside = 0 <= x < self.d.columns and self.top <= y < self.bottom
        return self.d.picture[y][x] if inside else 0

    def read_cell(self, x, y):
        m = self.m
        self.w, self.n, self.nw, self.ne = self.at(x - 1, y), self.at(x, y - 1), self.at(x - 1, y - 1), self.at(x + 1, y - 1)
        self.past = self.at(x, y)
        total = (self.w * W + self.n * N + self.nw * NW + self.ne * NE + self.at(x - 2, y) * WW + self.at(x, y - 2) * NN)
        space = Found(m.tables[1], m.table_bits, finish(total))
        total += self.past * PAST + self.at(x + 1, y) * EAST + self.at(x, y + 1) * SOUTH
        time = Found(m.tables[0], m.table_bits, finish(total))
        sure = time.known and time.trust >= 5 and space.known and space.colour == time.colour
        guess = time.colour if time.known else space.colour if space.known else self.past
        hit = self.runs.next() if sure else self.read_hit(time, space, guess)
        colour = guess if hit else self.read_miss(space, guess)
        self.hits = (self.hits << 1 | hit) & 3
        time.learn(colour)
        space.learn(colour)
        self.digest = step_digest(self.digest, colour)
        return colour

    def read_hit(self, time, space, guess):
        trust = time.trust if time.known else 0
        agree = 0 if not space.known else 1 if space.colour != guess else 2 if space.trust < 3 else 3
        like = (guess == self.past) | (guess == self.w) << 1 | (guess == self.n) << 2
        return self.coder.bit(self.m.hit[((trust * 4 + agree) * 8 + like) * 4 + self.hits])

    def read_miss(self, space, guess):
        m = self.m
        pair = finish(self.w * W + self.n * N) >> 21
        tried = [guess]
        candidates = [space.colour if space.known else guess, m.pair[pair], self.past, self.w, self.n, self.ne, self.nw]
        for i, colour in enumerate(candidates):
            if colour is None or colour in tried:
                continue
            tried.append(colour)
            if self.coder.bit(m.candidate[m.last_miss * 8 + i]):
                m.last_miss = i
                break
        else:
            m.last_miss = 7
            if m.entered and self.coder.bit(m.in_palette[self.hits]):
                colour = self.read_palette()
            else:
                colour = self.read_new()
                if m.entered < 4096:
                    m.palette.append(colour)
                else:
                    m.palette[m.entered % 4096] = colour
                m.entered += 1
        m.pair[pair] = colour
        return colour

    def read_palette(self):
        count = (len(self.m.palette) - 1).bit_length()
        node = 1
        for _ in range(count):
            after = finish(self.w * W + node * N) >> 20
            node = node << 1 | self.coder.bit(Mean(self.m.colour[node], self.m.colour_after[after]))
        index = node - (1 << count)
        return self.m.palette[index] if index < len(self.m.palette) else 0

    def read_new(self):
        m = self.m
        space, slope = [], 0
        for i in range(3):
            w, n, nw = channel(self.w, i), channel(self.n, i), channel(self.nw, i)
            space.append(min(w, n) if nw >= max(w, n) else max(w, n) if nw <= min(w, n) else w + n - nw)
            slope += abs(w - nw) + abs(n - nw)
        past = [channel(self.past, i) for i in range(3)]
        guess = past if m.error_time < m.error_space else space
        context, value, green_error = min((slope // 4).bit_length(), 8), [0, 0, 0], 0
        for i in (1, 2, 0):
            value[i] = (guess[i] + green_error + self.coder.tree(m.residual[i][context], 8)) & 255
            if i == 1:
                green_error = value[1] - guess[1]
                context = abs(green_error).bit_length()
        m.error_space += sum(abs(v - s) for v, s in zip(value, space)) - (m.error_space >> 4)
        m.error_time += sum(abs(v - p) for v, p in zip(value, past)) - (m.error_time >> 4)
        return value[0] | value[1] << 8 | value[2] << 16


def read_file(data):
    """The frames of a .p3x file (section 11): a list of (bytes, microseconds)."""
    if len(data) < 32 or data[:8] != b"\x89P3X\r\n\x1a\n" or data[8] != 1 or data[11] or any(data[28:32]):
        raise Broken("file head")
    frames, index = int.from_bytes(data[16:20], "little"), int.from_bytes(data[24:28], "little")
    if frames == 0 or index + 8 * frames != len(data):
        raise Broken("index")
    at, out = 32, []
    for i in range(frames):
        entry = data[index + 8 * i:index + 8 * i + 8]
        size, delay = int.from_bytes(entry[:4], "little"), int.from_bytes(entry[4:], "little")
        key, size = size >> 31, size & 0x7FFFFFFF
        if size < 4 or (i == 0 and not key) or (frames > 1 and delay < 1000):
            raise Broken("index entry")
        out.append((data[at:at + size], delay))
        at += size
    if at != index:
        raise Broken("sizes")
    return out
