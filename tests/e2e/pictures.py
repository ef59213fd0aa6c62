"""Pictures for the tests, made by Pillow: nothing of ours has touched them."""
import io

from PIL import Image


def encoded(image: Image.Image, format: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def solid(color, size=(8, 8), format="PNG", **options) -> bytes:
    return encoded(Image.new("RGB", size, color), format, **options)


def marker(size=(720, 720)) -> Image.Image:
    """Asymmetric in every way: four coloured corners on a gradient, so that no flip or turn goes unseen."""
    width, height = size
    image = Image.new("RGB", size)
    pixels = image.load()
    for y in range(height):
        for x in range(width):
            pixels[x, y] = (x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), (x + y) % 256)
    for corner, color in (((0, 0), (255, 0, 0)), ((width - 1, 0), (0, 255, 0)), ((0, height - 1), (0, 0, 255)),
                          ((width - 1, height - 1), (255, 255, 255))):
        image.putpixel(corner, color)
    return image


def noise(size, seed=1) -> Image.Image:
    import random

    return Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))


def animation(colors, format, duration=100, size=(8, 8)) -> bytes:
    frames = [Image.new("RGB", size, color) for color in colors]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=duration, loop=0)
