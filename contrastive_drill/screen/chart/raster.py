"""Small pictures as the bytes of a PNG file."""

import struct
import zlib
from base64 import b64encode

from contrastive_drill.demo.result import Pixels


def png_bytes(pixels: Pixels) -> bytes:
    """A PNG file of the pixels: 8 bits a channel, no filter (PNG specification, section 5)."""
    width, height = len(pixels[0]), len(pixels)
    lines = b"".join(b"\0" + bytes(part for colour in row for part in colour) for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def data_uri(pixels: Pixels) -> str:
    """The picture as an address that holds it."""
    return f"data:image/png;base64,{b64encode(png_bytes(pixels)).decode('ascii')}"
