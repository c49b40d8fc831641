"""Names as their authors write them, and prompts that ask the same."""

from dataclasses import replace

from contrastive_drill.bank import checks
from contrastive_drill.bank.markdown import read, read_line
from contrastive_drill.bank.wording import misspelt, repeated
from contrastive_drill.cards.card import Card, KeyPoint, Level, Source, SourceKind
from contrastive_drill.cards.kinds import Kind


def card(name: str, prompt: str, answer: str = "Yes.") -> Card:
    """A card with a prompt and an answer."""
    return Card(
        id=name,
        section="toy",
        level=Level.MID,
        kind=Kind.RECALL,
        prompt=read(prompt)[0],
        answer=read(answer)[0],
        points=(KeyPoint(read_line("It holds.")[0], required=True),),
        sources=(Source(SourceKind.TEXT, "A book"),),
        origin=f"{name}.yaml:1",
    )


def test_a_name_is_written_as_its_authors_do() -> None:
    assert [*misspelt(card("a", "Siglip or LLAVA, and BLIP2?"))] == [
        "'BLIP2' is written BLIP-2",
        "'LLAVA' is written LLaVA",
        "'Siglip' is written SigLIP",
    ]
    assert [*misspelt(card("a", "SigLIP, LLaVA, BLIP-2 and ViTs clip what they align."))] == []


def test_code_and_formulas_may_hold_other_forms() -> None:
    assert [*misspelt(card("a", "`siglip` and $hnsw$", "```\nimport llava\n```"))] == []


def test_prompts_that_ask_the_same_are_found_and_others_are_not() -> None:
    first = card("a", "Why does CLIP need a large batch?")
    second = card("b", "Why does a large batch need CLIP?")
    third = card("c", "Why does CLIP clamp the temperature?")
    (found,) = checks.wording([first, second, third])
    assert str(found).startswith("b.yaml:1:1: asks nearly the same as 'a'")
    assert checks.wording([first, third]) == []
    (against,) = checks.wording([second], among=[first])
    assert against.path == "b.yaml"
    assert checks.wording([third], among=[first, second]) == []


def test_what_is_said_counts_and_formulas_and_drawn_numbers_do_not() -> None:
    prompts = (
        "How large is it with $n$ of [[size]] bytes?",
        "How large is $n + 1$, [[size]] bytes?",
    )
    one, other = (card(name, prompt) for name, prompt in zip("ab", prompts, strict=True))
    texts = (
        "Multiply pages by tokens, then by width and depth of a model.",
        "The logarithm of candidates at chance, less the entropy of labels.",
    )
    said = [
        replace(each, say=read(text)[0]) for each, text in zip((one, other), texts, strict=True)
    ]
    assert [*repeated([one, other])] == [(other, one)]
    assert [*repeated(said)] == []
    formula = r"What is $\sum_{i} \frac{\exp x_i}{\log y_i}$, and {}?"
    alone = card("c", formula.replace("{}", "why bounded"))
    assert [*repeated([alone, card("d", formula.replace("{}", "how computed"))])] == []


def test_a_card_and_its_follow_up_may_share_their_words() -> None:
    first, second = card("a", "Why is a batch large?"), card("b", "Why is the batch large?")
    for pair in ([first, second], [second, first]):
        assert [*repeated(pair)] == [(pair[1], pair[0])]
    for kin in (replace(first, follow_ups=("b",)), replace(first, needs=("b",))):
        assert [*repeated([kin, second])] == [*repeated([second, kin])] == []
