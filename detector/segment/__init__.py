"""The index on disk: immutable files that many processes read at once, and one writes."""
