"""Sending: signed webhooks, Slack and e-mail, from an outbox that survives a crash."""
