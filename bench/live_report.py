"""The HTML report of script/bench live: latency over time, its histogram, and bars, as plain SVG in one file."""
import html
import pathlib
import statistics

COLORS = {"ours": "#0a7", "in-process": "#07a", "reference": "#888", "gstreamer": "#c50"}
WIDTH, HEIGHT = 640, 180


def svg(parts: list[str], caption: str) -> str:
    return (f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(caption)}">'
            f'{"".join(parts)}</svg><figcaption>{html.escape(caption)}</figcaption></figure>')


def over_time(series: dict[str, list[float]], top_us: float) -> list[str]:
    parts = []
    for peer, latencies in series.items():
        step = WIDTH / max(1, len(latencies) - 1)
        points = " ".join(f"{i * step:.1f},{HEIGHT - min(value, top_us) / top_us * HEIGHT:.1f}"
                          for i, value in enumerate(latencies))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLORS[peer]}"/>')
    return parts


def histogram(series: dict[str, list[float]], top_us: float, bins: int = 80) -> list[str]:
    parts = []
    for peer, latencies in series.items():
        counts = [0] * bins
        for value in latencies:
            counts[min(bins - 1, int(value / top_us * bins))] += 1
        high = max(counts)
        points = " ".join(f"{i * WIDTH / bins:.1f},{HEIGHT - count / high * HEIGHT:.1f}" for i, count in enumerate(counts))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{COLORS[peer]}"/>')
    return parts


def bars(values: dict[str, float], unit: str) -> list[str]:
    top = max(values.values())
    parts = []
    for row, (peer, value) in enumerate(values.items()):
        y = 10 + row * 50
        parts.append(f'<rect x="0" y="{y}" width="{value / top * (WIDTH - 160):.1f}" height="30" fill="{COLORS[peer]}"/>'
                     f'<text x="{value / top * (WIDTH - 160) + 6:.1f}" y="{y + 21}">{peer} {value:.2f} {unit}</text>')
    return parts


def section(content: str, results: dict, rows: list[tuple[str, float, str]]) -> str:
    latencies = {peer: runs[content]["paced"][-1]["latencies_us"] for peer, runs in results.items()}
    top = 1.5 * max(sorted(values)[int(len(values) * 0.95)] for values in latencies.values())
    median = lambda kind, key: {peer: statistics.median(run[key] for run in runs[content][kind]) for peer, runs in results.items()}
    table = "".join(f"<tr><td>{html.escape(name)}<td>{value:.2f}<td>{html.escape(bound)}" for name, value, bound in rows)
    return (f"<h2>{content}</h2><table><tr><th>ratio<th>measured<th>must be{table}</table>"
            + svg(over_time(latencies, top), f"latency at 60 fps over the last round, 0 to {top / 1e3:.1f} ms")
            + svg(histogram(latencies, top), f"its histogram, 0 to {top / 1e3:.1f} ms")
            + svg(bars(median("fast", "fps"), "fps"), "frames a second, unthrottled")
            + svg(bars(median("paced", "cpu_ms_per_frame"), "ms"), "processor time of both ends a frame, at 60 fps"))


def write_report(path: pathlib.Path, results: dict, rows: dict) -> None:
    legend = " · ".join(f'<span style="color:{COLORS[peer]}">{peer}</span>' for peer in results)
    body = "".join(section(content, results, lines) for content, lines in rows.items())
    path.write_text("<!doctype html><html lang=en><meta charset=utf-8><title>script/bench live</title>"
                    "<style>body{font:15px sans-serif;max-width:700px;margin:2em auto}svg{width:100%;border:1px solid #ddd}"
                    "td,th{padding:2px 12px;text-align:left}</style><h1>script/bench live</h1>"
                    f"<p>{legend}</p>{body}</html>", encoding="utf-8")
