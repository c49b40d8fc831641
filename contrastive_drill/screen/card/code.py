"""Code on a card, in colours."""

from rich.text import Text

# Those whose lexers take time in proportion to the code; others take hours for some short ones.
LANGUAGES = frozenset(
    ("python", "py", "pycon", "bash", "sh", "json", "toml", "sql", "rust", "diff", "latex", "tex")
)


def coloured(text: str, language: str) -> Text:
    """Code with its keywords, strings and comments distinguished, on any background."""
    from pygments import lex
    from pygments.lexers import TextLexer, get_lexer_by_name
    from pygments.token import Comment, Keyword, Literal

    known = language in LANGUAGES
    lexer = get_lexer_by_name(language, stripnl=False) if known else TextLexer()
    drawn = Text()
    styles = {Comment: "code.comment", Keyword: "code.keyword", Literal.String: "code.string"}
    for token, piece in lex(text, lexer):
        style = next((style for kind, style in styles.items() if token[: len(kind)] == kind), "")
        drawn.append(piece, style)
    drawn.rstrip()
    return drawn
