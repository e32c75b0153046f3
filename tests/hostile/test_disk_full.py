"""The service on a disk that fills up: a small file system in memory, which only it sees."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.service.newsroom import HARBOUR, MILL
from tests.service.server import ask, running

SIZE_MB = 8
MOUNTED = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
MOUNT = f'mount -t tmpfs -o size={SIZE_MB}m tmpfs "$0"'


def test_a_full_disk_stops_writes_only_and_only_as_long_as_it_is_full(tmp_path: Path) -> None:
    try:
        subprocess.run([*MOUNTED, MOUNT, str(tmp_path)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs file systems of its own: unshare --user --mount")
    disk = [*MOUNTED, f'{MOUNT} && exec "$@"', str(tmp_path)]
    with running(before=disk, COPYDESK_INDEX=str(tmp_path / "news.db")) as (port, process):
        filler = Path(f"/proc/{process.pid}/root{tmp_path}/filler")
        filler.write_bytes(bytes(SIZE_MB // 2 << 20))
        stored = []
        for number in range(200):
            text = f"Day {number}. {HARBOUR * 20} {MILL} {number}"
            status, told = ask(port, "PUT", f"/v1/documents/d{number}", {"text": text})
            if status != 201:
                break
            stored.append(f"d{number}")
        assert (status, told["code"]) == (507, "storage_full")
        assert told["detail"] == "No space left for new documents."
        assert told["retryable"]
        assert ask(port, "POST", "/v1/check", {"text": MILL})[1]["total"] == len(stored)
        assert ask(port, "GET", "/readyz")[0] == 200
        filler.unlink()
        assert ask(port, "PUT", "/v1/documents/after", {"text": MILL})[0] == 201
        assert {ask(port, "GET", f"/v1/documents/{name}")[0] for name in stored} == {200}
