r"""The commands of symbols: the character of each, and its spelling in ASCII.

An entry of a table has the names of a symbol (without the backslash), the symbol, and its spelling
in ASCII, two blanks apart; the next entry is four blanks away. Letters are spelled by their names.
"""

import re

from contrastive_drill.formula.tex.nodes import AtomKind

_LETTERS = """
alpha α, beta β, gamma γ, delta δ, epsilon ϵ, varepsilon ε, zeta ζ, eta η, theta θ, vartheta ϑ,
iota ι, kappa κ, lambda λ, mu μ, nu ν, xi ξ, omicron ο, pi π, varpi ϖ, rho ρ, varrho ϱ, sigma σ,
varsigma ς, tau τ, upsilon υ, phi ϕ, varphi φ, chi χ, psi ψ, omega ω, Gamma Γ, Delta Δ, Theta Θ,
Lambda Λ, Xi Ξ, Pi Π, Sigma Σ, Upsilon Υ, Phi Φ, Psi Ψ, Omega Ω, ell ℓ, hbar ℏ, imath ı, jmath ȷ,
aleph ℵ, wp ℘, Re ℜ, Im ℑ, partial ∂, digamma ϝ, varkappa ϰ, eth ð
"""

_TABLES = {
    AtomKind.ORD: r"""
infty  ∞  infinity    nabla  ∇  grad    forall  ∀  for all    exists  ∃  exists    nexists  ∄  no
emptyset varnothing  ∅  {}    top  ⊤  T    bot  ⊥  _|_    prime  ′  '    ldots dots dotsc  …  ...
cdots dotsb dotsm  ⋯  ...    vdots  ⋮  :    ddots  ⋱  '.    dagger  †  dagger    ddagger  ‡  ddagger
neg lnot  ¬  not    angle  ∠  angle    degree  °  deg    square Box  □  []    Diamond lozenge  ◊  <>
blacksquare  ■  []    checkmark  ✓  ok    triangle bigtriangleup  △  triangle
triangledown bigtriangledown  ▽  triangle    copyright  ©  (c)    pounds  £  GBP    yen  ¥  JPY
euro  €  EUR    complement  ∁  complement    intercal  ⊺  T    measuredangle  ∡  angle
iddots  ⋰  .'    surd  √  sqrt    clubsuit  ♣  clubs    heartsuit  ♡  hearts    spadesuit  ♠  spades
diamondsuit  ♢  diamonds    mho  ℧  mho    S  §  sec.    vert  |  |    | Vert  ‖  ||    _  _  _
%  %  %    #  #  #    &  &  &    $  $  $    backslash  \  \
""",
    AtomKind.REL: r"""
eq  =  =    lt  <  <    gt  >  >    le leq leqslant  ≤  <=    ge geq geqslant  ≥  >=    leqq  ≦  <=
geqq  ≧  >=    ne neq  ≠  !=    approx  ≈  ~=    sim  ∼  ~    nsim  ≁  !~    simeq  ≃  ~-
approxeq  ≊  ~==    cong  ≅  =~    equiv  ≡  ==    doteq  ≐  .=    propto  ∝  propto    in  ∈  in
notin  ∉  not in    ni  ∋  contains    subset  ⊂  subset    supset  ⊃  superset
subseteq  ⊆  subseteq    supseteq  ⊇  superseteq    subsetneq  ⊊  subsetneq
supsetneq  ⊋  supersetneq    sqsubseteq  ⊑  sqsubseteq    sqsupseteq  ⊒  sqsuperseteq
prec  ≺  precedes    succ  ≻  succeeds    preceq  ⪯  precedes=    preccurlyeq  ≼  precedes=
succeq  ⪰  succeeds=    succcurlyeq  ≽  succeeds=    ll  ≪  <<    gg  ≫  >>    lll  ⋘  <<<
ggg  ⋙  >>>
lesssim  ≲  <~    gtrsim  ≳  >~    lessapprox  ⪅  <~~    gtrapprox  ⪆  >~~    mid given  |  |
nmid  ∤  !|    parallel  ∥  ||    perp  ⊥  _|_    models  ⊨  |=    vdash  ⊢  |-    dashv  ⊣  -|
triangleq  ≜  :=    coloneqq coloneq  ≔  :=    eqqcolon  ≕  =:    asymp  ≍  =^=
to rightarrow  →  ->    gets leftarrow  ←  <-    leftrightarrow  ↔  <->    longrightarrow  ⟶  -->
longleftarrow  ⟵  <--    uparrow  ↑  up    downarrow  ↓  down    updownarrow  ↕  updown
nearrow  ↗  up    searrow  ↘  down    nwarrow  ↖  up    swarrow  ↙  down    Uparrow  ⇑  up
Downarrow  ⇓  down    Rightarrow  ⇒  =>    Leftarrow  ⇐  <==    Leftrightarrow  ⇔  <=>
implies Longrightarrow  ⟹  ==>    impliedby Longleftarrow  ⟸  <===
iff Longleftrightarrow  ⟺  <==>    mapsto  ↦  |->    longmapsto  ⟼  |-->    hookrightarrow  ↪  c->
twoheadrightarrow  ↠  ->>    rightsquigarrow leadsto  ⇝  ~>    rightleftarrows  ⇄  <=>
rightharpoonup  ⇀  ->    rightleftharpoons  ⇌  <=>    therefore  ∴  therefore    because  ∵  because
""",
    AtomKind.BIN: r"""
times  ×  x    cdot  ·  *    div  ÷  div    pm  ±  +-    mp  ∓  -+    ast  ∗  *    star  ⋆  star
bullet  ∙  *    diamond  ⋄  <>    circ  ∘  o    oplus  ⊕  (+)    ominus  ⊖  (-)    otimes  ⊗  (x)
oslash  ⊘  (/)    odot  ⊙  (.)    bigcirc  ◯  O    triangleleft  ◃  <|    triangleright  ▹  |>
boxplus  ⊞  [+]    boxtimes  ⊠  [x]    ltimes  ⋉  |x    rtimes  ⋊  x|    amalg  ⨿  coprod
wr  ≀  wr    cup  ∪  union    cap  ∩  intersect    sqcup  ⊔  join    sqcap  ⊓  meet    uplus  ⊎  (u)
setminus smallsetminus  ∖  minus    wedge land  ∧  and    vee lor  ∨  or
""",
    AtomKind.OP: r"""
sum  ∑  sum    prod  ∏  prod    coprod  ∐  coprod    int  ∫  int    iint  ∬  iint    iiint  ∭  iiint
oint  ∮  oint    bigcup  ⋃  union    bigcap  ⋂  intersect    bigoplus  ⨁  (+)    bigotimes  ⨂  (x)
bigodot  ⨀  (.)    bigvee  ⋁  or    bigwedge  ⋀  and    bigsqcup  ⨆  join    biguplus  ⨄  (u)
""",
    AtomKind.OPEN: r"""
langle lang  ⟨  <    lbrace  {  {    {  {  {    lbrack  [  [    lvert  |  |    lVert  ‖  ||
llbracket  ⟦  [[    lceil  ⌈  ceil(    lfloor  ⌊  floor(
""",
    AtomKind.CLOSE: r"""
rangle rang  ⟩  >    rbrace  }  }    }  }  }    rbrack  ]  ]    rvert  |  |    rVert  ‖  ||
rrbracket  ⟧  ]]    rceil  ⌉  )    rfloor  ⌋  )
""",
}

_FUNCTIONS = """
log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth arg deg det dim ker
hom gcd Pr max min sup inf lim argmax argmin softmax sigmoid sgn sign tr Tr rank diag Var Cov KL
ReLU erf id plim injlim projlim
"""

SYMBOLS: dict[str, tuple[str, AtomKind]] = {
    "colon": (":", AtomKind.PUNCT),
    "bmod": ("mod", AtomKind.BIN),
    "mod": ("mod", AtomKind.BIN),
    "vcentcolon": (":", AtomKind.REL),
}
ASCII: dict[str, str] = {"−": "-", "√": "sqrt", "∛": "cbrt", "∜": "root4"}
ASCII |= dict(zip("“”‘’–—⁄", "\"\"''--/", strict=True))

for _line in _LETTERS.replace("\n", " ").split(","):
    _name, _symbol = _line.split()
    SYMBOLS[_name] = (_symbol, AtomKind.ORD)
    ASCII[_symbol] = _name
for _kind, _table in _TABLES.items():
    for _entry in re.split(r"\n| {4}", _table.strip()):
        _names, _symbol, _spelling = _entry.split("  ")
        for _name in _names.split():
            SYMBOLS[_name] = (_symbol, _kind)
        if not _symbol.isascii():
            ASCII.setdefault(_symbol, _spelling)

# A character typed as itself behaves like the command that prints it.
CHARACTERS: dict[str, tuple[str, AtomKind]] = {
    symbol: (symbol, kind) for symbol, kind in reversed(SYMBOLS.values()) if not symbol.isascii()
} | {
    symbol: (symbol, kind)
    for kind, symbols in (
        (AtomKind.BIN, "+−"),
        (AtomKind.REL, "=<>:"),
        (AtomKind.PUNCT, ",;"),
        (AtomKind.OPEN, "(["),
        (AtomKind.CLOSE, ")]"),
    )
    for symbol in symbols
}
CHARACTERS |= {"-": ("−", AtomKind.BIN), "*": ("∗", AtomKind.BIN)}

# \not and the relation after it.
NEGATED: dict[str, str] = dict(
    zip("=∈∋⊂⊃⊆⊇≡∼≃≅≈<>≤≥≺≻|∥∃→⇒⊢⊨", "≠∉∌⊄⊅⊈⊉≢≁≄≇≉≮≯≰≱⊀⊁∤∦∄↛⇏⊬⊭", strict=True)
)
ASCII |= {
    after: f"not {ASCII.get(before, before)}"
    for before, after in NEGATED.items()
    if after not in ASCII
}

# Fonts from here to the end of the group.
SWITCHES: dict[str, str] = {
    "rm": "rm", "bf": "bf", "sf": "sf", "tt": "tt", "it": "", "cal": "cal"
}  # fmt: skip

# Sets and the expectation, which most preambles define.
DOUBLE_STRUCK = frozenset("CENQRZ")

FUNCTIONS: dict[str, str] = {name: name for name in _FUNCTIONS.split()} | {
    "limsup": "lim sup",
    "liminf": "lim inf",
}

# Operators whose scripts are set above and below them.
LIMITS: frozenset[str] = frozenset("∑∏∐⋃⋂⨁⨂⨀⋁⋀⨆").union(
    ["max", "min", "sup", "inf", "lim", "lim sup", "lim inf", "argmax", "argmin"],
    ["det", "gcd", "Pr"],
)

SPACES: dict[str, int] = {
    ",": 1, ":": 1, ";": 1, ">": 1, " ": 1, "!": 0, "thinspace": 1, "medspace": 1,
    "thickspace": 1, "enspace": 1, "enskip": 1, "quad": 2, "qquad": 4, "space": 1,
    "negthinspace": 0,
}  # fmt: skip

# Commands of size and numbering, which change nothing on a terminal.
SILENT: frozenset[str] = frozenset(
    ["displaystyle", "textstyle", "scriptstyle", "scriptscriptstyle", "nonumber", "notag", "strut"]
).union(["mathstrut", "allowbreak", "nobreak"])

BIG: dict[str, AtomKind | None] = {
    f"{size}{side}": kind
    for size in ("big", "Big", "bigg", "Bigg")
    for side, kind in (("", None), ("l", AtomKind.OPEN), ("r", AtomKind.CLOSE), ("m", AtomKind.REL))
}

# The commands that may follow \left, \right, \middle and \big.
DELIMITERS: dict[str, str] = {
    name: symbol
    for name, (symbol, kind) in SYMBOLS.items()
    if kind in (AtomKind.OPEN, AtomKind.CLOSE)
} | {"|": "‖", "Vert": "‖", "vert": "|", "backslash": "\\", "uparrow": "↑", "downarrow": "↓"}

MACROS = "define it under macros at the top of the file"

# What to write instead of LaTeX's commands that are missing here.
HINTS: dict[str, str] = {
    name: hint
    for names, hint in (
        ("over", r"write \frac{a}{b}"),
        ("choose", r"write \binom{n}{k}"),
        ("genfrac", r"write \frac{a}{b} or \binom{n}{k}"),
        ("atop", r"write \substack{a \\ b}"),
        ("tag label color textcolor colorbox boxed fbox cancel bcancel xcancel", "leave it out"),
        ("phantom hphantom vphantom smash rule raisebox hfill href url class", "leave it out"),
        ("hspace hskip kern mkern mskip", r"write \quad, or \! to close a gap"),
        ("limits nolimits", "put it after an operator"),
        ("hline", "put it at the start of a row"),
        ("cline", r"write \hline"),
        ("intertext", "end the alignment before it"),
        ("newcommand renewcommand providecommand def let DeclareMathOperator", MACROS),
        ("num SI si qty unit ce", "write it out"),
        ("infinity", r"write \infty"),
        ("lte", r"write \le"),
        ("gte", r"write \ge"),
        ("P", r"write \Pr or \mathbb{P}"),
        ("verb", "put it in `code`"),
    )
    for name in names.split()
}
