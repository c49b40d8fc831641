"""What the demo `bridge` shows."""
from contrastive_drill.demo.result import Cell, Chart, Finding, LabelledFormula, Note, Series, Table
LINEAR, MLP, GATED = "linear", "MLP", "gated cross-attention"
ONE, FOUR, SIXTEEN, BOTH = "1 query", "4 queries", "16 queries", "linear, decoder trained too"
FORMULA = LabelledFormula(
    "Gated cross-attention: words y ask the picture z; with a = 0 the decoder is what it was.",
    r"y \leftarrow y + \tanh(a) \, \mathrm{Attention}(y, z), \qquad a = 0",
)
