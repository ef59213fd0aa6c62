"""The sequences that script/bench codec measures: made here from Debian packages' graphics and from our own generators.

Nothing of others is kept in the repository: packages are downloaded with apt-get, unpacked (not installed) and their
pictures composed into moving ones. A sequence has native pixels and a way to come to 720 x 720.

Packages (licences as in their debian/copyright):
  mrrescue           Mr. Rescue: graphics zlib and CC-BY-SA-3.0
  crawl-tiles-data   Dungeon Crawl Stone Soup: tiles CC0-1.0
  abe-data           Abe's Amazing Adventure: GPL-2+
  kobodeluxe-data    Kobo Deluxe: GPL-2+, artwork LGPL-2.1+
  psf-unifont        GNU Unifont: GPL-2+ with font exception
  python3-scipy      scipy.misc.face, the photograph of a raccoon: CC0-1.0
"""
import bz2
import dataclasses
import functools
import gzip
import io
import pathlib
import subprocess
import tarfile
import zipfile

import numpy as np
from PIL import Image, ImageDraw

PACKAGES = ["mrrescue", "crawl-tiles-data", "abe-data", "kobodeluxe-data", "psf-unifont", "python3-scipy"]
FRAMES = 60
SIDE = 720


def fetch(folder: pathlib.Path) -> None:
    """Downloads and unpacks what is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in PACKAGES:
        target = folder / package
        if target.exists():
            continue
        subprocess.run(["apt-get", "download", package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        archive = next(folder.glob(f"{package}_*.deb"))
        subprocess.run(["dpkg", "-x", archive, target], check=True)


# Ways to 720 x 720. Each takes native frames and returns an index of rows and of columns, or None for "as it is".


def centres(size: int, out: int = SIDE):
    return ((2 * np.arange(out) + 1) * size) // (2 * out)


def edges(size: int, out: int = SIDE):
    return (np.arange(out) * size) // out


@dataclasses.dataclass
class Sequence:
    name: str
    kind: str  # A art, G game graphics, B scrollers, C interfaces, D generative, E rich, S scenes that follow each other
    native: np.ndarray  # frames, height, width, 3
    way: str = "centres"  # centres, edges, letterbox, none
    overlay: bool = False

    def upscaled(self) -> np.ndarray:
        frames, height, width, _ = self.native.shape
        if self.way == "none":
            out = self.native
        elif self.way == "letterbox":
            factor = SIDE // max(height, width)
            big = self.native.repeat(factor, 1).repeat(factor, 2)
            out = np.zeros((frames, SIDE, SIDE, 3), np.uint8)
            top, left = (SIDE - big.shape[1]) // 2, (SIDE - big.shape[2]) // 2
            out[:, top:top + big.shape[1], left:left + big.shape[2]] = big
        else:
            index = centres if self.way == "centres" else edges
            out = self.native[:, index(height)][:, :, index(width)]
        if self.overlay:
            out = out.copy()
            for i, frame in enumerate(out):
                picture = Image.fromarray(frame)
                draw_overlay(ImageDraw.Draw(picture), i)
                out[i] = np.asarray(picture)
        return np.ascontiguousarray(out)


def draw_overlay(draw: ImageDraw.ImageDraw, i: int) -> None:
    draw.rounded_rectangle((20, 640, 320, 700), 14, fill=(20, 20, 30), outline=(240, 240, 240), width=2)
    draw.text((36, 655), f"NOW PLAYING  {i // 30:02d}:{i % 30:02d}", fill=(255, 220, 120))


class Data:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder

    @functools.cached_property
    def rescue(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(next(self.folder.glob("mrrescue/usr/share/games/mrrescue/*.love")))

    @functools.cached_property
    def abe_tar(self) -> tarfile.TarFile:
        return tarfile.open(next(self.folder.glob("abe-data/usr/share/games/abe/images/images.tar")))

    @functools.lru_cache(None)
    def mr(self, name: str) -> np.ndarray:
        path = next(n for n in self.rescue.namelist() if n.endswith("/" + name + ".png"))
        return np.asarray(Image.open(io.BytesIO(self.rescue.read(path))).convert("RGBA"))

    @functools.lru_cache(None)
    def abe(self, name: str) -> np.ndarray:
        member = next(m for m in self.abe_tar.getmembers() if pathlib.PurePosixPath(m.name).name == name + ".bmp")
        rgb = np.asarray(Image.open(self.abe_tar.extractfile(member)).convert("RGB"))
        key = (rgb == rgb[0, 0]).all(-1)  # the corner's colour is see-through
        return np.dstack([rgb, np.where(key, 0, 255).astype(np.uint8)])

    @functools.lru_cache(None)
    def crawl(self, name: str) -> np.ndarray:
        return np.asarray(Image.open(next(self.folder.glob(f"crawl-tiles-data/**/tiles/{name}.png"))).convert("RGBA"))

    @functools.lru_cache(None)
    def kobo(self, name: str) -> np.ndarray:
        return np.asarray(Image.open(next(self.folder.glob(f"kobodeluxe-data/**/gfx/{name}.png"))).convert("RGBA"))

    @functools.cached_property
    def face(self) -> np.ndarray:
        return np.frombuffer(bz2.decompress(next(self.folder.glob("python3-scipy/**/face.dat")).read_bytes()), np.uint8).reshape(768, 1024, 3)

    @functools.cached_property
    def font(self) -> np.ndarray:
        raw = gzip.decompress(next(self.folder.glob("psf-unifont/**/*.psf.gz")).read_bytes())
        glyphs = np.frombuffer(raw[4 if raw[:2] == b"\x36\x04" else 32:], np.uint8)[:256 * 16]
        return np.unpackbits(glyphs.reshape(256, 16, 1), axis=2)


def put(canvas: np.ndarray, sprite: np.ndarray, x: int, y: int) -> None:
    """Draws a sprite with hard edges, clipped."""
    height, width = canvas.shape[:2]
    left, top = max(0, -x), max(0, -y)
    part = sprite[top:max(top, height - y), left:max(left, width - x)]
    if part.size == 0:
        return
    area = canvas[y + top:y + top + part.shape[0], x + left:x + left + part.shape[1]]
    mask = part[..., 3] > 127
    area[mask] = part[..., :3][mask]


def cell(sheet: np.ndarray, i: int, width: int, height: int) -> np.ndarray:
    columns = sheet.shape[1] // width
    i %= columns * max(1, sheet.shape[0] // height)
    return sheet[i // columns * height:(i // columns + 1) * height, i % columns * width:(i % columns + 1) * width]


def tile_field(sheet, side, rows, columns, seed, kinds=6, first=0):
    """A map of random tiles of a sheet, in clumps as in games."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, kinds, (rows // 3 + 1, columns // 3 + 1)).repeat(3, 0).repeat(3, 1)[:rows, :columns]
    coarse = np.where(rng.random((rows, columns)) < 0.2, rng.integers(0, kinds, (rows, columns)), coarse)
    field = np.zeros((rows * side, columns * side, 3), np.uint8)
    for y in range(rows):
        for x in range(columns):
            put(field, cell(sheet, first + int(coarse[y, x]), side, side), x * side, y * side)
    return field


def movie(height, width, draw, frames=FRAMES, back=(0, 0, 0)):
    out = np.zeros((frames, height, width, 3), np.uint8)
    out[:] = back
    for i in range(frames):
        draw(out[i], i)
    return out


# A: art


def sprite_loop(data, sheet, width, height, side, hold, back, mover=None):
    def draw(canvas, i):
        sprite = cell(data.mr(sheet), i // hold, width, height)
        x, y = (side - width) // 2, side - height - side // 16
        put(canvas, sprite, *(mover(i, x, y) if mover else (x, y)))
    return movie(side, side, draw, back=back)


def campfire(data, side):
    def draw(canvas, i):
        canvas[side * 3 // 4:] = (60, 40, 30)
        for k in range(side // 16):
            put(canvas, cell(data.mr("fire_floor"), i // 4 + k, 16, 16), k * 16, side * 3 // 4 - 14)
        put(canvas, cell(data.mr("player_running"), 0, 16, 22), side // 2 - 8 + i // 3 % 12, side // 2)
    return movie(side, side, draw, back=(16, 16, 40))


def snow(side, count, seed):
    rng = np.random.default_rng(seed)
    x, y, speed = rng.integers(0, side, count), rng.integers(0, side, count), rng.integers(1, 4, count)

    def draw(canvas, i):
        canvas[:] = (np.arange(side)[:, None, None] // (side // 8) * np.array([4, 6, 12]) + 10).astype(np.uint8)
        hill = side * 3 // 4 + (np.sin(np.arange(side) / side * 9) * side / 16).astype(int)
        canvas[np.arange(side)[:, None] > hill[None, :]] = (200, 210, 230)
        canvas[(y + i * speed) % side, (x + (i * speed) // 3) % side] = (255, 255, 255)
    return movie(side, side, draw)


def fountain(side, seed):
    rng = np.random.default_rng(seed)
    particles = []

    def draw(canvas, i):
        for _ in range(6):
            particles.append([side / 2, side * 0.8, rng.normal(0, side / 90), -side / 28 - rng.random() * side / 40,
                              rng.integers(0, 5)])
        for p in particles:
            p[0] += p[2]
            p[1] += p[3]
            p[3] += side / 600
            px, py = int(p[0]), int(p[1])
            if 0 <= px < side and 0 <= py < side:
                canvas[py, px] = ((255, 240, 160), (255, 190, 70), (240, 110, 40), (160, 60, 60), (90, 50, 90))[p[4]]
    return movie(side, side, draw, back=(12, 10, 24))


def palette_cycle(side, seed):
    rng = np.random.default_rng(seed)
    yy, xx = np.mgrid[:side, :side]
    field = (np.hypot(xx - side / 2, yy - side / 2) + 4 * np.sin(xx / 5) + rng.integers(0, 2, (side, side))).astype(int)
    ramp = np.array([(int(40 + 200 * k / 15), int(20 + 120 * abs(k - 8) / 8), 200 - 10 * k) for k in range(16)], np.uint8)
    return np.stack([ramp[(field // 2 - i // 2) % 16] for i in range(FRAMES)])


def idle_sprites(data, side):
    def draw(canvas, i):
        for k in range(4):
            sprite = data.crawl("player")[64 + 32 * (k // 2):96 + 32 * (k // 2), 32 * k * 3:32 * k * 3 + 32]
            put(canvas, sprite, k % 2 * 32, k // 2 * 32 + (1 if (i // 8 + k) % 2 else 0))
    return movie(side, side, draw, back=(34, 32, 52))


def glow(side):
    yy, xx = np.mgrid[:side, :side]

    def draw(canvas, i):
        d = np.hypot(xx - side / 2 + side / 6 * np.sin(i / 10), yy - side / 2)
        level = np.clip(255 - d * (510 / side) * (1 + 0.15 * np.sin(i / 5)), 0, 255)
        canvas[:] = np.stack([level // 8 * 8, level // 16 * 12, level // 32 * 24], -1).astype(np.uint8)
    return movie(side, side, draw)


# G: scenes as the games draw them


def rescue_scene(data, seed):
    rng = np.random.default_rng(seed)
    walls = tile_field(data.mr("tiles"), 16, 13, 40, seed, kinds=9, first=16)
    people = [(rng.integers(0, 600), rng.integers(0, 5) * 40 + 8, rng.integers(1, 5), rng.choice([-1, 1])) for _ in range(10)]
    fires = [(rng.integers(0, 40) * 16, rng.integers(0, 5) * 40 + 24) for _ in range(20)]

    def draw(canvas, i):
        shift = i * 2
        canvas[:] = walls[:200, shift:shift + 256]
        for x, y in fires:
            put(canvas, cell(data.mr("fire_floor"), i // 4 + x, 16, 16), x - shift, y)
        for x, y, who, way in people:
            sprite = cell(data.mr(f"human_{who}_run"), i // 5, 32, 32)
            put(canvas, sprite if way > 0 else sprite[:, ::-1], x + way * i - shift, y)
        put(canvas, cell(data.mr("player_running"), i // 4, 16, 22), 120, 98)
        put(canvas, data.mr("hud")[:, :256], 0, 168)
    return movie(200, 256, draw)


def abe_scene(data, seed):
    rng = np.random.default_rng(seed)
    level = np.zeros((240, 640, 3), np.uint8)
    for x in range(0, 640, 80):
        for y in range(0, 240, 80):
            put(level, data.abe("sky"), x, y)
        put(level, data.abe("rock"), x, 200)
        put(level, data.abe("grass"), x, 180)
    for _ in range(14):
        put(level, data.abe(str(rng.choice(["brick2", "moss", "platform", "crystal", "column"]))),
            int(rng.integers(0, 16)) * 40, int(rng.integers(1, 4)) * 40)

    def draw(canvas, i):
        shift = max(0, i - 10) * 3
        canvas[:] = level[:, shift:shift + 320]
        put(canvas, data.abe(f"tom{1 + i // 4 % 8}"), 110, 102)
        put(canvas, data.abe(f"bat{1 + i // 6 % 2}"), 280 - i * 2, 40)
        put(canvas, data.abe(f"bear{1 + i // 5 % 6}"), 400 - shift - i, 122)
        put(canvas, data.abe(f"torch{1 + i // 5 % 3}"), 200 - shift, 60)
    return movie(240, 320, draw)


def kobo_scene(data, seed):
    rng = np.random.default_rng(seed)
    stars = rng.integers(0, 230, (60, 2))
    field = tile_field(data.kobo("tiles-green"), 16, 30, 30, seed, kinds=30)
    gaps = rng.random((30, 30)).repeat(16, 0).repeat(16, 1) < 0.7
    field[gaps] = 0
    ships = rng.integers(0, 230, (6, 2))

    def draw(canvas, i):
        canvas[(stars[:, 0] - i) % 230, stars[:, 1]] = (150, 150, 190)
        part = field[240 - i * 2:470 - i * 2, i:i + 230]
        mask = part.any(-1)
        canvas[mask] = part[mask]
        for k, (x, y) in enumerate(ships):
            put(canvas, cell(data.kobo("fighter"), (i // 3 + k) % 16, 40, 40), int(x + 40 * np.sin(i / 9 + k)), int(y + i) % 230)
        put(canvas, cell(data.kobo("player"), 0, 40, 40), 95, 150)
    return movie(230, 230, draw)


def boss(data, hold):
    back = np.zeros((144, 160, 3), np.uint8)
    put(back, data.mr("night")[:144, 60:220], 0, 0)

    def draw(canvas, i):
        canvas[:] = back
        put(canvas, cell(data.mr("magmahulk_jump"), i // hold, 64, 64), 48, 70 - abs(i % 30 - 15) * 2)
        put(canvas, cell(data.mr("gasleak_walk"), i // hold, 64, 64), i, 70)
        for k in range(10):
            put(canvas, cell(data.mr("fire_floor"), i // 4 + k, 16, 16), k * 16, 130)
    return movie(144, 160, draw)


# B: scrollers


def map_scroll(data, side, path, seed, sheet="floor"):
    field = tile_field(data.crawl(sheet), 32, 20, 20, seed, kinds=14, first=40)

    def draw(canvas, i):
        x, y = path(i)
        canvas[:] = field[y:y + side, x:x + side]
        for k in range(3):
            put(canvas, cell(data.crawl("player"), 70 + k * 5, 32, 32), side // 2 + k * 24 - 40, side // 2 + (i // 8 + k) % 2)
    return movie(side, side, draw)


def parallax(data, width, height, speeds, seed):
    near = tile_field(data.mr("tiles"), 16, 4, 80, seed, kinds=6, first=8)
    hills = data.mr("mountains")
    night = data.mr("night")[:height]

    def draw(canvas, i):
        put(canvas, night[:, :width], 0, 0)
        for x in range(-512, width + 512, 512):
            put(canvas, hills, x - int(i * speeds[0]) % 512, height - 230)
        shift = int(i * speeds[1])
        canvas[height - 32:] = near[:32, shift:shift + width]
        put(canvas, cell(data.mr("player_running"), i // 4, 16, 22), width // 3, height - 54)
    return movie(height, width, draw)


# C: interfaces


def write(canvas, font, text, x, y, ink):
    for k, character in enumerate(text):
        glyph = font[ord(character) & 255]
        area = canvas[y:y + 16, x + 8 * k:x + 8 * k + 8]
        if area.shape[:2] == (16, 8):
            area[glyph == 1] = ink


def terminal(data, width, height):
    rng = np.random.default_rng(5)
    words = "make test ninja build core codec decode frame panel ok 720 42 warning: none in and the of linking target".split()
    lines = [" ".join(rng.choice(words) for _ in range(rng.integers(3, 14))) for _ in range(90)]

    def draw(canvas, i):
        done = i // 2
        for row in range(height // 16):
            text = lines[row + done] if row + done < 90 else ""
            if row == height // 16 - 1:
                text = text[:i % 2 * 20 + 10]
            write(canvas, data.font, text[:width // 8], 0, row * 16, ((170, 170, 170), (90, 220, 90))[row % 7 == 0])
    return movie(height, width, draw, back=(0, 0, 30))


def dashboard():
    rng = np.random.default_rng(8)
    values = np.cumsum(rng.normal(0, 6, 400)) + 100

    def draw(canvas, i):
        big = Image.new("RGB", (SIDE, SIDE), (24, 26, 32))
        d = ImageDraw.Draw(big)
        for k in range(3):
            d.rounded_rectangle((20 + k * 230, 20, 240 + k * 230, 160), 12, fill=(40, 44, 56))
            level = 0.5 + 0.4 * np.sin(i / 12 + k)
            d.arc((60 + k * 230, 40, 180 + k * 230, 160), 150, 150 + 240 * level, fill=(90, 200, 250), width=10)
            d.text((110 + k * 230, 90), f"{level * 100:.0f} %", fill=(255, 255, 255))
        d.rounded_rectangle((20, 190, 700, 500), 12, fill=(40, 44, 56))
        points = [(30 + k * 6, 350 - (values[(i + k) % 400] - 100) * 2) for k in range(111)]
        d.line(points, fill=(250, 160, 60), width=2)
        for k in range(6):
            d.text((40, 530 + k * 26), f"sensor {k}: {values[(i // 10 + k * 7) % 400]:.2f}", fill=(180, 190, 200))
        canvas[:] = np.asarray(big)
    return movie(SIDE, SIDE, draw)


def pixel_menu(data):
    def draw(canvas, i):
        for k, text in enumerate(["NEW GAME", "CONTINUE", "OPTIONS", "SOUND: ON", "CREDITS", "QUIT"]):
            write(canvas, data.font, text, 50, 30 + k * 22, (255, 255, 255) if k == i // 10 % 6 else (120, 120, 160))
        write(canvas, data.font, ">", 34 + (i // 4) % 3, 30 + i // 10 % 6 * 22, (255, 200, 60))
        canvas[170:176, 10:10 + i * 160 // FRAMES] = (80, 200, 120)
    return movie(180, 180, draw, back=(28, 24, 48))


# D: generative


def life(side, seed):
    state = (np.random.default_rng(seed).random((side, side)) < 0.3).astype(np.uint8)

    def draw(canvas, i):
        nonlocal state
        around = sum(np.roll(state, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1) if (x, y) != (0, 0))
        canvas[state == 1] = (120, 255, 160)
        state = ((around == 3) | ((state == 1) & (around == 2))).astype(np.uint8)
    return movie(side, side, draw, back=(8, 16, 12))


def rule(side, number):
    row = np.zeros(side, int)
    row[side // 2] = 1
    rows = []
    for _ in range(side + FRAMES * 2):
        rows.append(row)
        row = (number >> (4 * np.roll(row, 1) + 2 * row + np.roll(row, -1))) & 1
    picture = np.array([(20, 20, 40), (240, 200, 90)], np.uint8)[np.array(rows)]
    return np.stack([picture[i * 2:i * 2 + side] for i in range(FRAMES)])


def quantised_noise(side, levels):
    rng = np.random.default_rng(11)
    coarse = rng.random((14, 14, 14))
    coarse = np.array([np.asarray(Image.fromarray(c.astype(np.float32)).resize((side, side), Image.BICUBIC)) for c in coarse])
    ramp = np.array([(30 + 200 * k // levels, 60 + 100 * k // levels, 160 - 90 * k // levels) for k in range(levels)], np.uint8)
    out = []
    for i in range(FRAMES):
        t = i * 12 / FRAMES
        field = coarse[int(t)] * (1 - t % 1) + coarse[int(t) + 1] * (t % 1)
        out.append(ramp[np.clip((field * levels).astype(int), 0, levels - 1)])
    return np.stack(out)


def plasma(side):
    yy, xx = np.mgrid[:side, :side] / side * 12

    def draw(canvas, i):
        v = np.sin(xx + i / 9) + np.sin(yy * 1.3 - i / 11) + np.sin((xx + yy) * 0.7 + i / 13)
        canvas[:] = np.stack([127 + 127 * np.sin(v + k) for k in (0, 2.1, 4.2)], -1).astype(np.uint8)
    return movie(side, side, draw)


def feedback(side):
    rng = np.random.default_rng(13)
    state = Image.fromarray(rng.integers(0, 2, (side, side, 3), np.uint8) * 255)

    def draw(canvas, i):
        nonlocal state
        turned = np.asarray(state.rotate(3, Image.BILINEAR).resize((side, side), Image.BILINEAR, box=(2, 2, side - 2, side - 2))).copy()
        turned[side // 2 - 4:side // 2 + 4, side // 2 - 4:side // 2 + 4] = ((i * 40) % 256, 255 - (i * 24) % 256, 128)
        state = Image.fromarray(turned // 32 * 32 + 16)
        canvas[:] = np.asarray(state)
    return movie(side, side, draw)


# E: rich: full resolution, or as many colours as pixels


def photograph(data):
    return np.stack([data.face[i // 2:i // 2 + SIDE, i * 4:i * 4 + SIDE] for i in range(FRAMES)])


def noise():
    return np.random.default_rng(4).integers(0, 256, (FRAMES, SIDE, SIDE, 3), np.uint8)


def gradient():
    yy, xx = np.mgrid[:SIDE, :SIDE]
    return np.stack([np.stack([(xx + 2 * i) * 255 // 840, yy * 255 // 719, (xx + yy + i) * 255 // 1500], -1).astype(np.uint8)
                     for i in range(FRAMES)])


def still(data):
    return np.stack([data.face[:SIDE, 150:150 + SIDE]] * FRAMES)


# S: scenes


def scenes(makers):
    """What follows each other for 12 frames each, upscaled already: sequences of all kinds."""
    out = []
    for k, (native, way) in enumerate(makers):
        upscaled = Sequence("", "", native, way).upscaled()
        out.append(upscaled[k * 12 % FRAMES:][:12])
    return np.concatenate(out)


def ken_burns(data, name):
    picture = Image.fromarray(data.crawl(name)[..., :3])
    width, height = picture.size
    out = []
    for i in range(FRAMES):
        size = min(width, height) * (1 - i / 300)
        box = (i / 4, i / 6, i / 4 + size * 0.9, i / 6 + size * 0.9)
        out.append(np.asarray(picture.resize((SIDE, SIDE), Image.BICUBIC, box=box)))
    return np.stack(out)


def camera(data, name, side):
    picture = np.asarray(Image.fromarray(data.crawl(name)[..., :3]).resize((side, side), Image.LANCZOS)).astype(float)
    rng = np.random.default_rng(3)
    return np.stack([np.clip(picture + rng.normal(0, 2, picture.shape), 0, 255).astype(np.uint8) for _ in range(FRAMES)])


def sequences(folder: pathlib.Path):
    """Name, class, a function that makes the native frames, way, overlay."""
    data = Data(folder)
    hop = lambda i, x, y: (x + i % 24 - 12, y - abs(i % 12 - 6) * 2)  # noqa: E731
    loop = functools.partial(sprite_loop, data)
    plan = [
        ("a01_run32", "A", lambda: loop("enemy_thief_run", 32, 32, 32, 4, (40, 40, 70)), "centres", False),
        ("a02_hop64", "A", lambda: loop("human_1_run", 32, 32, 64, 4, (60, 90, 60), hop), "centres", False),
        ("a03_hulk64", "A", lambda: loop("magmahulk_land", 64, 64, 64, 5, (30, 10, 20)), "edges", False),
        ("a04_gas128", "A", lambda: loop("gasleak_walk", 64, 128, 128, 5, (20, 30, 30), hop), "centres", False),
        ("a05_fire64", "A", lambda: campfire(data, 64), "centres", False),
        ("a06_fire128", "A", lambda: campfire(data, 128), "edges", False),
        ("a07_snow128", "A", lambda: snow(128, 160, 2), "centres", False),
        ("a08_fountain128", "A", lambda: fountain(128, 4), "centres", False),
        ("a09_cycle64", "A", lambda: palette_cycle(64, 1), "centres", False),
        ("a10_idle64", "A", lambda: idle_sprites(data, 64), "centres", False),
        ("a11_glow64", "A", lambda: glow(64), "centres", False),
        ("a12_roll32", "A", lambda: loop("charcoal_roll", 32, 32, 32, 3, (90, 60, 60)), "edges", False),
        ("a13_transform64", "A", lambda: loop("charcoal_transform", 64, 64, 64, 4, (50, 30, 60)), "centres", True),
        ("a14_tiny16", "A", lambda: loop("water", 16, 16, 16, 4, (0, 0, 0)), "edges", False),
        ("g01_rescue256", "G", lambda: rescue_scene(data, 1), "centres", False),
        ("g02_rescue256lb", "G", lambda: rescue_scene(data, 2), "letterbox", False),
        ("g03_abe320", "G", lambda: abe_scene(data, 3), "centres", False),
        ("g04_kobo230", "G", lambda: kobo_scene(data, 4), "centres", False),
        ("g05_boss160", "G", lambda: boss(data, 5), "letterbox", False),
        ("b01_map180", "B", lambda: map_scroll(data, 180, lambda i: (i, 40), 7), "edges", False),
        ("b02_map240diagonal", "B", lambda: map_scroll(data, 240, lambda i: (i * 2, i), 8), "edges", False),
        ("b03_dungeon128", "B", lambda: map_scroll(data, 128, lambda i: (100, i * 3), 9, "wall"), "centres", False),
        ("b04_parallax240", "B", lambda: parallax(data, 240, 135, (0.5, 2), 3), "letterbox", False),
        ("b05_parallax160", "B", lambda: parallax(data, 160, 144, (1, 3), 4), "centres", False),
        ("b06_map360", "B", lambda: map_scroll(data, 360, lambda i: (i * 3, 60), 10), "edges", False),
        ("b07_still180", "B", lambda: map_scroll(data, 180, lambda i: (20, 20), 11), "edges", False),
        ("c01_terminal720", "C", lambda: terminal(data, 720, 720), "none", False),
        ("c02_dash720", "C", dashboard, "none", False),
        ("c03_menu180", "C", lambda: pixel_menu(data), "edges", False),
        ("c04_terminal240", "C", lambda: terminal(data, 240, 240), "edges", False),
        ("d01_life180", "D", lambda: life(180, 6), "edges", False),
        ("d02_rule128", "D", lambda: rule(128, 110), "centres", False),
        ("d03_noise120", "D", lambda: quantised_noise(120, 16), "edges", False),
        ("d04_feedback120", "D", lambda: feedback(120), "edges", False),
        ("d05_plasma64", "D", lambda: plasma(64), "centres", False),
        ("e01_kenburns720", "E", lambda: ken_burns(data, "title_denzi_dragon"), "none", False),
        ("e02_camera180", "E", lambda: camera(data, "title_firemage", 180), "edges", False),
        ("e03_photo720", "E", lambda: photograph(data), "none", False),
        ("e04_plasma720", "E", lambda: plasma(720), "none", False),
        ("e05_noise720", "E", noise, "none", False),
        ("e06_gradient720", "E", gradient, "none", False),
        ("e07_photostill720", "E", lambda: still(data), "none", False),
        ("s01_scenes", "S", lambda: scenes([(rescue_scene(data, 1), "centres"), (dashboard(), "none"), (campfire(data, 64), "centres"),
                                            (terminal(data, 720, 720), "none"), (boss(data, 5), "letterbox")]), "none", False),
    ]
    for name, kind, make, way, overlay in plan:
        yield name, kind, lambda n=name, k=kind, m=make, w=way, o=overlay: Sequence(n, k, m(), w, o)
