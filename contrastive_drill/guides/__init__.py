"""The guides, a Markdown page each; `contrastive-drill help` shows them."""
