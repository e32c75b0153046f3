"""Batches: many texts sent at once, compared with each other while nobody waits."""
