"""`python -m contrastive_drill`."""

from contrastive_drill.cli import main

if __name__ == "__main__":
    main()
