"""Watches: saved queries on what arrives, and the events that they give."""
