"""What Copydesk costs and how well it does."""
