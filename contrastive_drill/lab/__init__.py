"""Building blocks of the demos, in torch: each file one idea, each tested against an oracle."""
