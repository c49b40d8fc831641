"""Numbers as people type them: every spelling, what must not agree."""

import math
import time

import pytest
from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.cards.quantity import FOLDED, UNITS, Number, Quantity, measure, read
from contrastive_drill.cards.slips import remark


@every(
    ("text", "value", "unit"),
    [
        # Grouped thousands against decimal commas.
        ("1,024", 1024, ""),
        ("1,024.5", 1024.5, ""),
        ("1,000,000", 1e6, ""),
        ("1 000 000", 1e6, ""),
        ("1\u202f000\u00a0000", 1e6, ""),
        ("1'000", 1000, ""),
        ("1_000", 1000, ""),
        ("1 024,5", 1024.5, ""),
        ("10,4", 10.4, ""),
        ("10,4 nats", 10.4, "nats"),
        ("12,34", 12.34, ""),
        ("0,512", 0.512, ""),  # no thousand begins with 0
        ("1,0245", 1.0245, ""),
        ("1024,512", 1024.512, ""),
        # Powers, fractions, exponents.
        ("2.1e9 B", 2.1e9, "B"),
        ("1e-3", 1e-3, ""),
        ("1E+3", 1e3, ""),
        ("2^31", 2**31, ""),
        ("2**31", 2**31, ""),
        ("2³¹", 2**31, ""),
        ("−2^2", -4, ""),
        ("1/16", 1 / 16, ""),
        ("1 / 3", 1 / 3, ""),
        ("3×10^8", 3e8, ""),
        ("3 x 10**8 FLOPs", 3e8, "FLOPs"),
        ("3 * 10^8", 3e8, ""),
        ("3·10⁻⁸", 3e-8, ""),
        ("3 × 10⁸ B", 3e8, "B"),
        # Units, with or without a space.
        ("6 %", 6, "%"),
        ("6%", 6, "%"),
        ("2GiB", 2, "GiB"),
        ("4×", 4, "×"),
        ("4x", 4, "x"),
        ("4-fold", 4, "-fold"),
        ("2 million  parameters", 2, "million parameters"),
        # Around the number.
        ("~9.4 nats", 9.4, "nats"),
        ("≈ 9.4", 9.4, ""),
        ("About 9.4.", 9.4, ""),
        ("ca. 9.4", 9.4, ""),
        ("= 5", 5, ""),
        ("  5\t", 5, ""),
        (".5", 0.5, ""),
        ("5.", 5, ""),
        ("+5", 5, ""),
        ("-5", -5, ""),
        ("−5", -5, ""),
        ("- 5", -5, ""),
        ("007", 7, ""),
        ("٣٤", 34, ""),
        ("１２", 12, ""),
    ],
)  # fmt: skip
def test_every_usual_spelling_is_read(text: str, value: float, unit: str) -> None:
    found = read(text)
    assert found is not None
    assert found.value == pytest.approx(value, rel=1e-15)
    assert found.unit == unit


@every(
    "text",
    [
        *("", " ", "abc", "nan", "inf", "-inf", "NaN nats", "infinity", "-", ".", ",", "%", "²"),
        *("x4", "9**9**9", "2^31-1", "2^31 - 1", "2*3", "1/2/3", "-8^(1/2)", "1 / 2^3", "log(2)"),
        *("5 + 5", "1e400", "1e4000", "9^999", "10^1000", "10^-1^3", "3x10^999", "0^-1", "1/0"),
        *("1e3e3", "2.5.6", "1,2,3", "1,024,", "1,024,5", "0.1,5", "1.024,5", "1.024.000", "1 23"),
        *("3, 4", "1234 567", "0.000 1", "1 e3", "3 x 7", "$5", "5 5", "5\n5", "1\x00", "\ud800"),
    ],
)  # fmt: skip
def test_what_is_not_one_number_is_not_read(text: str) -> None:
    assert read(text) is None


PIECES = st.sampled_from(
    [*"0123456789eE.,_'+-−*/^×x·%~= \t\n٣⁹½", "**", "10", "nan", "inf", " B", "GiB", "e999"]
)  # fmt: skip


@given(st.text(max_size=60) | st.lists(PIECES, max_size=25).map("".join))
def test_no_text_breaks_the_reading(text: str) -> None:
    found = read(text)
    if found is not None:
        assert math.isfinite(found.value)
        assert found.unit == found.unit.strip()
        wanted = Number(Quantity(9.4, "nats"), 0.01)
        assert isinstance(wanted.accepts(found), bool)
        assert remark(wanted, found).count("\n") == 0
        assert read(str(found)) is not None


@every(
    "text",
    [
        *("1" * 50_000, "1," * 25_000, "1 " * 25_000, "1,000" * 10_000, " " * 50_000 + "x"),
        *("1" + " " * 50_000 + "1", "1." + "1" * 50_000 + "!", "9" * 25_000 + "^" + "9" * 25_000),
        *("1e" * 25_000, "**".join("9" * 20_000), "5 " + "(" * 50_000),
        *("5 a" + " of" * 15_000, "5 a" + " of" * 15_000 + "\n!"),
    ],
)  # fmt: skip
def test_no_text_hangs_the_reading(text: str) -> None:
    begun = time.process_time()
    found = read(text)
    if found is not None:
        measure(found.unit)
    assert time.process_time() - begun < 1


SPELT = sorted(unit for unit in UNITS if unit not in ("", "x", "×", "-fold"))


@given(
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e30, max_value=1e30),
    st.sampled_from(["", "×", *SPELT, "nats", "bits", "GFLOPs", "million parameters"]),
)
def test_what_is_printed_reads_back(value: float, unit: str) -> None:
    written = Quantity(value, unit)
    found = read(str(written))
    assert found is not None
    assert found.unit == unit
    assert found.value == pytest.approx(value, rel=5.1e-4)
    assert Number(written, 6e-4).accepts(found)
    assert "e" not in str(Quantity(value)) or not 1e-4 <= abs(value) < 1e12


@every(
    ("quantity", "text"),
    [
        (Quantity(2, "GiB"), "2 GiB"),
        (Quantity(12207.03, "vectors"), "12207 vectors"),
        (Quantity(9999.6), "10000"),
        (Quantity(1024), "1024"),
        (Quantity(123456789012.0), "123456789012"),
        (Quantity(1.5e12), "1.5e+12"),
        (Quantity(-0.0), "0"),
        (Quantity(6.25, "%"), "6.25 %"),
        (Quantity(4.075, "×"), "4.075×"),
        (Quantity(9.40335, "nats"), "9.403 nats"),
    ],
)
def test_numbers_are_printed_to_four_digits(quantity: Quantity, text: str) -> None:
    assert str(quantity) == text


# What measures the same, by what it is in the smallest of them; no two groups agree.
FAMILIES = {
    "storage": {
        "B": 1, "byte": 1, "bytes": 1, "Bytes": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "mb": 1e6,
        "GB": 1e9, "gb": 1e9, "GB.": 1e9, "gigabytes": 1e9, "GBytes": 1e9, "TB": 1e12,
        "KiB": 2**10, "kib": 2**10, "MiB": 2**20, "GiB": 2**30, "GIB": 2**30, "gibibytes": 2**30,
        "TiB": 2**40, "bits": 1 / 8, "Gbit": 1e9 / 8, "Gb": 1e9 / 8, "GB (decimal)": 1e9,
        "GB of memory": 1e9,
    },
    "information": {"nat": 1, "nats": 1, "Nats": 1, "bit": math.log(2), "Bits": math.log(2)},
    "FLOPs": {"FLOP": 1, "FLOPs": 1, "flops": 1, "GFLOPs": 1e9, "gflops": 1e9, "TFLOPS": 1e12},
    "MACs": {"MAC": 1, "MACs": 1, "GMACs": 1e9, "gmacs": 1e9, "multiply-adds": 1},
    "time": {
        "s": 1, "sec": 1, "seconds": 1, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "μs": 1e-6,
        "min": 60, "minutes": 60, "h": 3600, "hours": 3600, "days": 86400,
    },
    "share": {"%": 0.01, "percent": 0.01, "": 1, "times": 1, "x": 1, "×": 1, "-fold": 1},
    "tokens": {"token": 1, "tokens": 1, "Tokens": 1, "k tokens": 1e3, "K tokens": 1e3},
    "parameters": {
        "parameters": 1, "params": 1, "M params": 1e6, "Mparams": 1e6, "million parameters": 1e6,
        "B parameters": 1e9, "b params": 1e9, "billion weights": 1e9, "weights": 1,
    },
    "vectors": {"vectors": 1, "thousand vectors": 1e3},
}  # fmt: skip
IN_WORDS = {"million": 1e6, "millions": 1e6, "billion": 1e9, "billions": 1e9, "thousand": 1e3,
            "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "bn": 1e9}  # fmt: skip


@every("family", FAMILIES)
def test_units_of_one_family_agree(family: str) -> None:
    for one, size in FAMILIES[family].items():
        for other, scale in FAMILIES[family].items():
            if not other or {one, other} <= {"bits", "bit", "Bits"}:
                continue
            wanted = Number(Quantity(3, one), 1e-6)
            assert wanted.accepts(Quantity(3 * size / scale, other)), (one, other)
            assert not wanted.accepts(Quantity(3.1 * size / scale, other)), (one, other)


def test_units_of_different_families_never_agree() -> None:
    bits = {"bit", "bits", "Bits", "Gbit", "Gb"}  # of storage or of information
    counted = {"tokens", "parameters", "vectors"}  # 7B of them is seven billion
    for family, units in FAMILIES.items():
        for other, foreign in FAMILIES.items():
            if family == other:
                continue
            for unit in units:
                for strange in foreign:
                    if not strange or unit in bits or strange in bits:
                        continue
                    if family in counted and strange == "B":
                        continue
                    wanted = Number(Quantity(3, unit), 1e9)  # wide enough for any number
                    assert not wanted.accepts(Quantity(3, strange)), (unit, strange)
                    assert "the unit is" in remark(wanted, Quantity(3, strange))


def test_a_byte_is_no_nat_though_a_bit_is_kin_to_both() -> None:
    assert Number(Quantity(8, "bits"), 1e-9).accepts(Quantity(1, "B"))
    assert Number(Quantity(1, "B"), 1e-9).accepts(Quantity(8, "bits"))
    assert Number(Quantity(1, "bit"), 1e-9).accepts(Quantity(math.log(2), "nats"))
    assert Number(Quantity(math.log(2), "nats"), 1e-9).accepts(Quantity(1, "bit"))
    assert not Number(Quantity(8 * math.log(2), "nats"), 1).accepts(Quantity(1, "B"))
    assert not Number(Quantity(1, "B"), 1).accepts(Quantity(8 * math.log(2), "nats"))


@every(
    ("wanted", "given", "right"),
    [
        # Without a unit: in the wanted one, or in full.
        ("9.4 nats", "9.4", True),
        ("16 GiB", "16", True),
        ("16 GiB", "17179869184", True),
        ("2.36 million", "2.36", True),
        ("2.36 million", "2,360,000", True),
        ("100 ms", "100", True),
        ("100 ms", "0.1", False),
        ("6 %", "6", True),
        ("6 %", "0.06", False),
        # A scale alone counts what is asked for.
        ("2.36 million", "2.36M", True),
        ("2.36 million", "2.36 M parameters", True),
        ("2.36 million", "2.36 millions", True),
        ("2.36 million", "0.00236B", True),
        ("7 billion parameters", "7B", True),
        ("7 billion", "7B parameters", True),
        ("12207 vectors", "12.207k", True),
        ("35.1 GFLOPs", "35.1 G", True),
        ("35.1 GFLOPs", "35.1 billion", True),
        ("2 million", "2 GB", False),
        ("2 million", "2 M nats", False),
        ("0.5", "0.5 tokens", False),
        ("4.07 times", "4.07x", True),
        ("4.07 times", "407 %", True),
        # What looks alike.
        ("16 GiB", "16 GB", False),
        ("16 GiB", "16 gib", True),
        ("16 GB", "16 Gb", False),
        ("4 GFLOPs", "4 GMACs", False),
        ("4 GFLOPs", "8 GMACs", False),
        ("100 ms", "100 Ms", False),
        ("4.25 bits", "4.25 bits a weight", False),
    ],
)
def test_what_counts_as_the_same(wanted: str, given: str, right: bool) -> None:
    number, typed = read(wanted), read(given)
    assert number is not None
    assert typed is not None
    assert Number(number, 0.001).accepts(typed) is right


@every("word", sorted(IN_WORDS))
def test_a_scale_in_words_is_a_number(word: str) -> None:
    assert measure(word) == ("", IN_WORDS[word])


def test_every_prefix_has_its_power() -> None:
    words = [
        ("k", "kilo", "kibi"),
        ("M", "mega", "mebi"),
        ("G", "giga", "gibi"),
        ("T", "tera", "tebi"),
    ]
    for power, (sign, word, binary) in enumerate(words, start=1):
        for decimal in (f"{sign}B", f"{word}byte", f"{word}bytes"):
            assert measure(decimal) == ("byte", 1000**power)
        for half in (f"{sign.upper()}iB", f"{binary}bytes"):
            assert measure(half) == ("byte", 1024**power)
    assert measure("PFLOPs") == ("FLOP", 1e15)
    assert measure("EFLOPs") == ("FLOP", 1e18)
    assert measure("trillion tokens") == ("token", 1e12)


def test_a_number_says_how_far_off_an_answer_may_be() -> None:
    assert str(Number(Quantity(9.4, "nats"), 0.01)) == "9.4 nats, give or take 1 %"
    assert str(Number(Quantity(9.4), 0.05, relative=False)) == "9.4, give or take 0.05"


@every("unit", ["gb/s", "nast", "E", "m", "b/s", "GiBs2", "ps", "knats", "Mx", "k%"])
def test_an_unknown_word_is_a_family_of_its_own(unit: str) -> None:
    known = {"E": ("", 1e18)}
    assert measure(unit) == known.get(unit, (unit.lower().removesuffix("s"), 1.0))


def test_one_and_many_of_an_unknown_thing_agree() -> None:
    assert Number(Quantity(12, "layers"), 0.01).accepts(Quantity(12, "Layer"))
    assert not Number(Quantity(12, "layers"), 0.01).accepts(Quantity(12, "heads"))


def test_capitals_only_matter_where_they_tell_two_units_apart() -> None:
    for name, size in UNITS.items():
        if len(name) > 1 and name.lower() not in UNITS:
            family, scale = FOLDED[name.lower()]
            same = (family, scale) == size
            assert same or {family, size[0]} == {"byte", "bit"}, name


@given(
    st.floats(1e-6, 1e6),
    st.floats(0.001, 0.2),
    st.sampled_from(["", "nats", "GiB", "%", "million", "tokens"]),
)
def test_a_tolerance_is_a_share_to_either_side(value: float, share: float, unit: str) -> None:
    number = Number(Quantity(value, unit), share)
    for side in (-1, 1):
        assert number.accepts(Quantity(value * (1 + 0.999 * side * share), unit))
        assert number.accepts(Quantity(value * (1 + side * share), unit))
        assert not number.accepts(Quantity(value * (1 + 1.001 * side * share), unit))


def test_a_tolerance_in_the_unit_itself() -> None:
    number = Number(Quantity(9.5, "nats"), 0.1, relative=False)
    assert number.accepts(Quantity(9.4, "nats"))  # 9.5 - 9.4 is more than 0.1 in binary
    assert number.accepts(Quantity(9.6))
    assert not number.accepts(Quantity(9.61))
    zero = Number(Quantity(0), 0.05, relative=False)
    assert zero.accepts(Quantity(-0.05))
    assert not zero.accepts(Quantity(0.06))
