"""What a soak saw, as a table and as a page with curves that needs nothing but a browser."""
import html
import pathlib

COLUMNS = [("rss_kib", "memory, KiB", "{:.0f}"), ("files", "open files", "{}"), ("threads", "threads", "{}"), ("p50_ms", "latency p50, ms", "{:.1f}"),
           ("p99_ms", "latency p99, ms", "{:.1f}"), ("frames", "frames", "{}"), ("dropped", "dropped", "{}")]


def slope(x: list[float], y: list[float]) -> tuple[float, float]:
    """Least squares: (growth of y with x, its standard error); (0, inf) when there is too little to say."""
    count = len(x)
    mean_x, mean_y = sum(x) / max(1, count), sum(y) / max(1, count)
    spread = sum((a - mean_x) ** 2 for a in x)
    if count < 3 or spread == 0:
        return 0.0, float("inf")
    rate = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / spread
    rest = sum((b - mean_y - rate * (a - mean_x)) ** 2 for a, b in zip(x, y))
    return rate, (rest / (count - 2) / spread) ** 0.5


def print_table(samples: list[dict], rows: int = 12):
    print(f"{'minute':>7}" + "".join(f"{title:>17}" for _, title, _ in COLUMNS))
    step = max(1, len(samples) // rows)
    for sample in samples[step - 1::step]:
        print(f"{sample['s'] / 60:7.1f}" + "".join(f"{form.format(sample[key]):>17}" for key, _, form in COLUMNS))


def curve(samples: list[dict], key: str, title: str, form: str) -> str:
    width, height, left = 900, 130, 70
    values = [sample[key] for sample in samples]
    top, bottom = max(values), min(values)
    last = samples[-1]["s"] or 1
    points = " ".join(f"{left + sample['s'] / last * (width - left):.1f},{height - 20 - (sample[key] - bottom) / ((top - bottom) or 1) * (height - 40):.1f}"
                      for sample in samples)
    return (f'<h2>{html.escape(title)}</h2><svg viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(title)}">'
            f'<text x="0" y="24">{form.format(top)}</text><text x="0" y="{height - 20}">{form.format(bottom)}</text>'
            f'<text x="{left}" y="{height - 2}">0</text><text x="{width}" y="{height - 2}" text-anchor="end">{last / 60:.1f} min</text>'
            f'<polyline points="{points}" fill="none" stroke="#0a6" stroke-width="1.5"/></svg>')


def write_page(path: pathlib.Path, samples: list[dict], title: str):
    curves = "".join(curve(samples, *column) for column in COLUMNS)
    path.write_text('<!doctype html><html lang="en"><meta charset="utf-8"><title>Soak</title><style>body{font:14px sans-serif;max-width:60em;margin:2em auto}'
                    'svg{width:100%;background:#f6f6f6}h2{font-size:1em;margin:1em 0 .2em}text{font:11px sans-serif}</style>'
                    f"<h1>A soak of {html.escape(title)}</h1>{curves}</html>\n", encoding="utf-8")
