"""The fields of a message in protobuf's wire format, as far as Anki's settings use it."""

from collections.abc import Iterator

FIXED = {1: 8, 5: 4}  # bytes of a value, by its wire type


def message(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Each field of a message: its number and its value, which is a number or bytes.

    Raises:
        ValueError: when it is cut off or of another format.
    """
    place = 0
    while place < len(data):
        key, place = _number(data, place)
        number, wire = divmod(key, 8)
        if wire == 0:
            value, place = _number(data, place)
            yield number, value
            continue
        if wire == 2:
            length, place = _number(data, place)
        elif wire in FIXED:
            length = FIXED[wire]
        else:
            raise ValueError("its settings are of another format")
        if place + length > len(data):
            raise ValueError("its settings are cut off")
        yield number, data[place : place + length]
        place += length


def text_of(value: bytes | int | None) -> str:
    """The words in a field; none where it is left out."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _number(data: bytes, place: int) -> tuple[int, int]:
    """The number at a place, seven bits a byte, and the place after it."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(data):
            break
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, place
    raise ValueError("its settings are cut off")
