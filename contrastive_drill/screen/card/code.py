"""Code on a card, in colours."""

from rich.text import Text


def coloured(text: str, language: str) -> Text:
    """Code with its keywords, strings and comments distinguished, on any background."""
    from pygments import lex
    from pygments.lexers import TextLexer, get_lexer_by_name
    from pygments.token import Comment, Keyword, Literal
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False) if language else TextLexer()
    except ClassNotFound:
        lexer = TextLexer()
    drawn = Text()
    styles = {Comment: "code.comment", Keyword: "code.keyword", Literal.String: "code.string"}
    for token, piece in lex(text, lexer):
        style = next((style for kind, style in styles.items() if token[: len(kind)] == kind), "")
        drawn.append(piece, style)
    drawn.rstrip()
    return drawn
