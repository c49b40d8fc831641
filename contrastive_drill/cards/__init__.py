"""What a card is, how it is asked, and how an answer to it is judged."""
