"""Draw the picture-caption set from the artists' own vectors: run once, by hand, when it changes.

    mkdir /tmp/npm && cd /tmp/npm
    npm pack @iconify-json/noto@1.2.9 @iconify-json/fluent-emoji-flat@1.2.6 \\
        @iconify-json/twemoji@1.2.5 emojibase-data@17.0.0
    for file in *.tgz; do
        mkdir "${file%.tgz}" && tar xzf "$file" -C "${file%.tgz}" --strip-components=1
    done
    pip install resvg-py==0.5.0 pillow==13.0.0 numpy
    python demos/data/render.py /tmp/npm

It takes five seconds and writes, beside itself, one `.npz` an artist, `names.json` and
`manifest.json`, which records the packages and the digest of each file. Reading them needs numpy.
"""

import argparse
import io
import json
import sys
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import resvg_py
from PIL import Image

SIZE = 32  # pixels: the smallest at which a person still tells the faces apart
COLOURS = 256  # one byte a pixel; 32 to 36 dB against the full picture

NAMES = "emojibase-data-17.0.0"
ARTISTS = {  # permissive licences only: see NOTICE
    "noto": "iconify-json-noto-1.2.9",
    "fluent": "iconify-json-fluent-emoji-flat-1.2.6",
    "twemoji": "iconify-json-twemoji-1.2.5",
}

Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def read(path: Path) -> Any:
    """The value of a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def plain(hexcode: str) -> str:
    """A code point sequence without variation selectors: packages differ in where they put them."""
    return "-".join(part for part in hexcode.lower().split("-") if part not in ("fe0e", "fe0f"))


def concepts(folder: Path) -> list[dict[str, Any]]:
    """Every emoji of its own (no skin tones, no loose parts), in Unicode's order."""
    english = folder / NAMES / "en"
    messages = read(english / "messages.json")
    groups = {entry["order"]: entry for entry in messages["groups"]}
    subgroups = {entry["order"]: entry["message"] for entry in messages["subgroups"]}
    return [
        {
            "hexcode": entry["hexcode"],
            "name": entry["label"],
            "keywords": entry.get("tags", []),
            "group": groups[entry["group"]]["message"],
            "subgroup": subgroups[entry["subgroup"]],
        }
        for entry in sorted(read(english / "data.json"), key=lambda entry: entry.get("order", 0))
        if "group" in entry and groups[entry["group"]]["key"] != "component"
    ]


def document(icons: dict[str, Any], name: str) -> str:
    """The drawing `name` of an icon set as one SVG document, its aliases followed."""
    while name not in icons["icons"]:
        name = icons["aliases"][name]["parent"]
    icon = icons["icons"][name]
    left, top = icon.get("left", 0), icon.get("top", 0)
    width = icon.get("width", icons.get("width", 16))
    height = icon.get("height", icons.get("height", 16))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{SIZE}" height="{SIZE}" viewBox="{left} {top} {width} {height}">'
        f"{icon['body']}</svg>"
    )


def picture(svg: str) -> Pixels:
    """An SVG document drawn on white: uint8 [SIZE, SIZE, 3]."""
    png = resvg_py.svg_to_bytes(svg_string=svg, background="#ffffff", skip_system_fonts=True)
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGB"))


def palettized(pictures: Pixels) -> tuple[Pixels, Pixels]:
    """Pictures [n, SIZE, SIZE, 3] as palette indices [n, SIZE, SIZE] and a palette [COLOURS, 3]."""
    column = Image.fromarray(pictures.reshape(-1, SIZE, 3))
    reduced = column.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = np.zeros((COLOURS, 3), np.uint8)
    found = np.array(reduced.getpalette(), np.uint8).reshape(-1, 3)[:COLOURS]
    palette[: len(found)] = found
    return np.asarray(reduced).reshape(-1, SIZE, SIZE), palette


def render(folder: Path, out: Path) -> None:
    """Read the unpacked packages under `folder`; write the set and its manifest to `out`."""
    known = concepts(folder)
    for artist, package in ARTISTS.items():
        icons = read(folder / package / "icons.json")
        drawings = {
            plain(code): name for code, name in read(folder / package / "chars.json").items()
        }
        names = {
            index: drawings[plain(concept["hexcode"])]
            for index, concept in enumerate(known)
            if plain(concept["hexcode"]) in drawings
        }
        pictures = np.stack([picture(document(icons, name)) for name in names.values()])
        indices, palette = palettized(pictures)
        rows = np.array(list(names), np.uint16)
        np.savez_compressed(out / f"{artist}.npz", pictures=indices, palette=palette, concepts=rows)
    columns = tuple(known[0])
    lines = (
        json.dumps([concept[column] for column in columns], ensure_ascii=False) for concept in known
    )
    written = f'{{"schema": 1, "columns": {json.dumps(columns)}, "rows": [\n'
    written += ",\n".join(lines) + "\n]}\n"
    (out / "names.json").write_text(written, encoding="utf-8", newline="\n")
    manifest = {
        "schema": 1,
        "size": SIZE,
        "packages": [*ARTISTS.values(), NAMES],
        "drawn_with": {name: version(name) for name in ("resvg-py", "pillow", "numpy")},
        "sha256": {
            name: sha256((out / name).read_bytes()).hexdigest()
            for name in (*(f"{artist}.npz" for artist in ARTISTS), "names.json")
        },
    }
    text = json.dumps(manifest, indent=2) + "\n"
    (out / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the demos' picture-caption set.")
    parser.add_argument("packages", type=Path, help="folder of the unpacked npm packages")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    arguments = parser.parse_args()
    for package in (*ARTISTS.values(), NAMES):
        if not (arguments.packages / package).is_dir():
            sys.exit(f"{arguments.packages / package} is missing: unpack the npm package there")
    render(arguments.packages, arguments.out)
