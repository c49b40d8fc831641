"""A remark on a wrong number: it names the likely slip, and never misleads."""

import math

from cases import every
from hypothesis import given
from hypothesis import strategies as st

from contrastive_drill.cards.quantity import Number, Quantity, read
from contrastive_drill.cards.slips import remark


@every(
    ("wanted", "given", "said"),
    [
        ("9.4 nats", "9.4 GB", "the unit is nats"),
        ("0.5", "0.5 nats", "the unit is none: a plain number"),
        ("9.4 nats", "9.4 nast", "the unit is nats"),
        ("4 GFLOPs", "2 GMACs", "a multiply-add is two FLOPs; the unit is GFLOPs"),
        ("4 GMACs", "4 GFLOPs", "a multiply-add is two FLOPs; the unit is GMACs"),
        ("4 GMACs", "8", "are those FLOPs?"),
        ("4 GFLOPs", "2", "are those multiply-adds?"),
        ("4 GFLOPs", "8", "a factor of 2 too many?"),
        ("4 GMACs", "2", "a factor of 2 left out?"),
        ("16 GiB", "128", "bits for bytes?"),
        ("16 GiB", "2", "an eighth of it"),
        ("2 GB", "2 Gb", "b (bits) for B (bytes)?"),
        ("16 GiB", "17.18", "7 % too much: powers of 1000 and of 1024 exchanged?"),
        ("16 GiB", "16 GB", "7 % too little: powers of 1000"),
        ("16 MiB", "16 MB", "5 % too little"),
        ("16 MB", "16 MiB", "5 % too much"),
        ("16 GB", "16 GiB", "7 % too much"),
        ("16 KiB", "16 kB", "2 % too little: 1000 and 1024"),
        ("16 kB", "16 KiB", "2 % too much: 1000 and 1024"),
        ("35 GFLOPs", "35 TFLOPs", "1000 times as much: is the prefix right?"),
        ("35 GFLOPs", "35 MFLOPs", "1/1000 times as much: is the prefix right?"),
        ("16 GiB", "16 MiB", "1/1024 times as much: is the prefix right?"),
        ("100 ms", "100 s", "1000 times as much: is the prefix right?"),
        ("2.36 million", "2.36k", "is the prefix right?"),
        ("6 %", "0.06", "a share for a percentage?"),
        ("0.06", "6", "a percentage for a share?"),
        ("9.4 nats", "13.56", "log₂ where ln is meant?"),
        ("9.4 nats", "4.082", "log₁₀ where ln is meant?"),
        ("6.64 bits", "4.605", "ln where log₂ is meant?"),
        ("6.64 bits", "2", "log₁₀ where log₂ is meant?"),
        ("0.38", "-0.38", "the sign is the other way round"),
        ("-2.3 bits", "2.3", "the sign is the other way round"),
        ("9.4 nats", "18.8", "twice as much"),
        # Nothing is said where nothing is known.
        ("9.4 nats", "5", ""),
        ("0", "5", ""),
        ("0.5", "0.512", ""),
        ("0.5", "4", ""),
        ("0.5", "0.0625", ""),
        ("0.5", "0.7213", ""),
        ("0.5", "500", ""),
        ("98", "9800", ""),
        ("9.4 nats", "75.2", ""),
        ("9.4 nats", "1.175", ""),
        ("9.4 nats", "9626", ""),
        ("9.4 nats", "940", ""),
        ("16 GiB", "11.09", ""),
        ("16 GiB", "23.08", ""),
        ("100 tokens", "102.4", ""),
        ("100 tokens", "800", ""),
        ("4 times", "4000", ""),
        ("35 GFLOPs", "280", ""),
        ("6.64 bits", "53.12", ""),
    ],
)
def test_a_remark_tells_the_likely_slip_of_its_unit_and_no_other(
    wanted: str, given: str, said: str
) -> None:
    quantity, typed = read(wanted), read(given)
    assert quantity is not None
    assert typed is not None
    number = Number(quantity, 0.002)
    assert not number.accepts(typed)
    assert said in remark(number, typed)
    assert said or not remark(number, typed)


INFORMATION, STORAGE = {"nats", "bits"}, {"B", "KiB", "GiB", "GB"}
OTHERS = {"", "%", "times", "million", "tokens", "s", "ms"}


@given(
    st.sampled_from(sorted(INFORMATION | STORAGE | OTHERS | {"GFLOPs", "GMACs"})),
    st.floats(0.01, 1e4),
    st.floats(-14, 14).map(math.exp)
    | st.sampled_from([2, 0.5, 8, 0.125, 1.024, 1.0737, 1.4427, 100]),
)  # fmt: skip
def test_no_hint_speaks_of_what_is_not_asked(unit: str, value: float, ratio: float) -> None:
    said = remark(Number(Quantity(value, unit), 1e-9), Quantity(value * ratio, unit))
    assert ("bits" in said or "exchanged" in said) <= (unit in STORAGE)
    assert ("log" in said or "ln" in said) <= (unit in INFORMATION)
    assert ("FLOP" in said) <= (unit in ("GFLOPs", "GMACs"))
    assert ("percentage" in said) <= (unit in ("", "%"))
    assert ("prefix" in said) <= (unit not in ("", "%", "times", "nats"))
    if "percentage for a share" in said:
        assert value <= 1
