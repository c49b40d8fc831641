"""What the tests of Anki share."""

from collections.abc import Iterator

import pytest
from anki_oracle import Oracle


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    """One collection, in which Anki's own check finds nothing to mend at the end."""
    oracle = Oracle(tmp_path_factory.mktemp("anki"))
    yield oracle
    assert oracle.sound()
    oracle.col.close()
