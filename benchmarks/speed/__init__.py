"""Speed: Copydesk beside its peers, in one run on one core."""
