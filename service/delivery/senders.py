"""One event to one target: as a signed webhook, a message in Slack or an e-mail."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from typing import Any

from detector.report import visible
from detector.version import VERSION
from service.delivery.config import Email, Targets, origin_of
from service.delivery.post import DEADLINE_SECONDS, Undeliverable, post

SIGNATURE = "Copydesk-Signature"
_MAX_SUBJECT = 150


def send(targets: Targets, tenant: str, target: Mapping[str, str], event: dict[str, Any]) -> None:
    """Send an event, which has an ``id`` and an ``event``, to a tenant's target.

    Raises Undeliverable where it was not taken, or the target is not configured any more.
    """
    ((kind, name),) = target.items()
    if kind == "webhook":
        _send_webhook(targets, tenant, name, event)
    elif kind == "slack" and (tenant, name) in targets.slack:
        channel = targets.slack[tenant, name]
        body = json.dumps({"text": slack_text(event)}).encode()
        post(channel.url, body, {"Content-Type": "application/json"}, channel.addresses)
    elif kind == "email" and (tenant, name) in targets.email:
        _send_email(targets.email[tenant, name], event)
    else:
        raise Undeliverable(f"{kind} {name} is not configured")


def signature(secret: bytes, moment: int, body: bytes) -> str:
    """What the header says: the time in seconds since 1970, and HMAC-SHA256 (RFC 2104) over that
    time, a full stop and the body. Receivers refuse old times, so nothing can be sent again later.

    >>> signature(b"key", 1700000000, b"{}")[:22]
    't=1700000000,v1=9d713e'
    """
    mac = hmac.new(secret, b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


def slack_text(event: Mapping[str, Any]) -> str:
    r"""An event for people. What Slack would take for markup is written as text.

    >>> slack_text(
    ...     {"event": "watch.hit", "sentence": "A <b> & c", "urls": [None, "https://x.example"]}
    ... )
    'A &lt;b&gt; &amp; c\nhttps://x.example'
    """
    plain = said(event)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def said(event: Mapping[str, Any]) -> str:
    """An event in a few lines of text."""
    about = event.get("batch", event)
    lines = [event.get("sentence") or f"{event['event']}: {about.get('url', '')}"]
    lines += [url for url in event.get("urls", ()) if url]
    return "\n".join(map(visible, lines))


def _send_webhook(targets: Targets, tenant: str, url: str, event: dict[str, Any]) -> None:
    webhook = targets.webhooks.get((tenant, origin_of(url)))
    if webhook is None:
        raise Undeliverable("its origin is not allowed")
    body = json.dumps(event).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"copydesk/{VERSION}",
        "Copydesk-Event": event["event"],
        "Copydesk-Delivery": str(event["id"]),
        SIGNATURE: signature(webhook.secret, int(time.time()), body),
    }
    post(url, body, headers, webhook.addresses)


def _send_email(target: Email, event: Mapping[str, Any]) -> None:
    text = said(event)
    message = EmailMessage()
    message["From"], message["To"] = target.sender, ", ".join(target.to)
    message["Subject"] = f"Copydesk: {text.splitlines()[0][:_MAX_SUBJECT]}"
    message["Message-ID"] = f"<{event['id']}@copydesk.invalid>"
    message.set_content(text)
    try:
        _hand_over(target, message)
    except (OSError, smtplib.SMTPException) as error:
        raise Undeliverable(f"the mail server did not take it: {type(error).__name__}") from error


def _hand_over(target: Email, message: EmailMessage) -> None:
    context = ssl.create_default_context()
    server = _mail_server(target, context)
    try:
        if target.security == "starttls":
            server.starttls(context=context)
        if target.user and target.password:
            server.login(target.user, target.password)
        server.send_message(message)
        with suppress(OSError, smtplib.SMTPException):  # it has the message, whatever it says now
            server.quit()
    finally:
        server.close()


def _mail_server(target: Email, context: ssl.SSLContext) -> smtplib.SMTP:
    if target.security == "tls":
        return smtplib.SMTP_SSL(target.host, target.port, timeout=DEADLINE_SECONDS, context=context)
    return smtplib.SMTP(target.host, target.port, timeout=DEADLINE_SECONDS)
