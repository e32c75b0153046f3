"""``copydesk key``: who may use the service. Its secret is shown once, when a key is made."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from detector.cli import options
from detector.cli.options import Format
from detector.cli.screen import say, write
from detector.errors import UsageError
from detector.keys import DEFAULT_TENANT, make_key, read_keys, save_keys

keys = typer.Typer(no_args_is_help=True, help="Make, list and remove keys of the service.")


@keys.command()
def add(
    name: options.KeyName,
    file: options.KeysFile,
    tenant: options.Tenant = DEFAULT_TENANT,
    scope: options.Scope = None,
) -> None:
    """Make a key. Its secret is printed once and kept nowhere."""
    known = read_keys(Path(file))
    if any(key.name == name for key in known):
        raise UsageError(f"there is a key {name!r} already", code="bad_parameter")
    key, secret = make_key(name, tenant, scope or ["read"])
    save_keys(Path(file), [*known, key])
    say(f"key {name!r} of {tenant!r} may {', '.join(key.scopes)}; its secret is shown only now")
    write(f"{secret}\n")


@keys.command()
def ls(file: options.KeysFile, form: options.Shown = Format.TEXT) -> None:
    """List the keys, without their secrets."""
    for key in read_keys(Path(file)):
        row = {
            "name": key.name,
            "tenant": key.tenant,
            "scopes": list(key.scopes),
            "made_at": key.made_at,
        }
        if form is Format.JSON:
            write(f"{json.dumps(row)}\n")
        else:
            write(f"{key.name}\t{key.tenant}\t{','.join(key.scopes)}\t{key.made_at}\n")


@keys.command()
def rm(name: options.KeyName, file: options.KeysFile) -> None:
    """Remove a key: it stops working at once, also while the service runs."""
    known = read_keys(Path(file))
    left = [key for key in known if key.name != name]
    if len(left) == len(known):
        raise UsageError(f"there is no key {name!r}", code="not_found")
    save_keys(Path(file), left)
