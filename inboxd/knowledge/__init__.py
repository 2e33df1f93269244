"""Articles, and which of them answers a mail, how surely."""
