"""The worker: one process that runs batches, looks after the corpora, watches and sends.

Each of these goes round on a thread of its own, so that a long batch holds up no message. Whatever
ends the process, what it had not finished is on the list when the next one starts.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from detector.config import read_config
from detector.corpus.durable import DurableCorpus
from detector.errors import CopydeskError
from detector.partners import read_partners_file
from service.background.ledger import JOBS, Ledger
from service.background.stop import Stopped
from service.batches.calls import batch_facts
from service.batches.rows import Batch, Batches
from service.batches.run import run_next
from service.corpora import Corpora, beside
from service.delivery import outbox
from service.delivery.config import Targets, read_targets
from service.delivery.senders import send
from service.watches.look import Lookout
from service.watches.rows import Watches

log = logging.getLogger("copydesk.worker")

PAUSE_SECONDS = 0.25
"""So long a thread rests that found nothing to do."""
AFTER_ERROR_SECONDS = 5.0
EXPIRE_SECONDS = 60.0
SEAL_SECONDS = 3600.0
GRACE_SECONDS = 5.0
"""So long threads have to end; what they have not finished by then is begun anew."""
Round = Callable[[], bool]
"""Does some of what is due; whether there was anything."""


@dataclass
class Every:
    """Says yes once in so many seconds, the first time at once."""

    seconds: float
    _last: float | None = None

    def is_due(self) -> bool:
        """Whether it is time again."""
        now = time.monotonic()
        if self._last is not None and now - self._last < self.seconds:
            return False
        self._last = now
        return True


@dataclass
class Worker:
    """What the worker works on. Its rounds may be called one by one, as tests do."""

    corpora: Corpora
    ledger: Ledger
    targets: Targets
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.batches, self.watches = Batches(self.ledger), Watches(self.ledger)
        is_stopping = self.stopping.is_set
        self._lookout = Lookout(self.watches, self.corpora.partners, is_stopping)
        self._outbox = outbox.Outbox(self.ledger, partial(send, self.targets))
        self._expiry, self._sealing = Every(EXPIRE_SECONDS), Every(SEAL_SECONDS)

    def run_batch(self) -> bool:
        """Run the next batch."""
        return run_next(self.batches, self.corpora, self.stopping.is_set, self._announce)

    def relate(self) -> bool:
        """Find what documents that came in bulk share with others."""
        return self._for_each_tenant(self._relate)

    def look(self) -> bool:
        """Hold what arrived against the watches."""
        return self._for_each_tenant(self._lookout.look)

    def deliver(self) -> bool:
        """Send what is due."""
        return self._outbox.begin_due()

    def tidy(self) -> bool:
        """Let documents, results and records go whose time is over; seal indexes now and then."""
        if self._expiry.is_due():
            self._for_each_tenant(lambda _, corpus: bool(corpus.expire()))
            now = time.time()
            self.batches.sweep(now)
            self.watches.sweep(now)
            outbox.sweep(self.ledger, now)
        if self._sealing.is_due():
            self._for_each_tenant(_seal)
        return False

    def _announce(self, batch: Batch) -> None:
        self._lookout.announce_batch(batch.tenant, batch_facts(batch))

    def _relate(self, _: str, corpus: DurableCorpus) -> bool:
        if corpus.first_unrelated() is None:
            return False
        corpus.relate(self._refuse_to_go_on)
        return True

    def _refuse_to_go_on(self, *_: object) -> None:
        if self.stopping.is_set():
            raise Stopped

    def _for_each_tenant(self, do: Callable[[str, DurableCorpus], bool]) -> bool:
        """Do something to every tenant's corpus. One that is damaged holds up no other."""
        had_some = False
        for tenant in self.corpora.tenants():
            try:
                had_some |= do(tenant, self.corpora.stored(tenant))
            except CopydeskError as error:
                log.error("tenant %s: %s", tenant, error.message)
                self.stopping.wait(AFTER_ERROR_SECONDS)
        return had_some


def serve(worker: Worker, parent: int) -> None:
    """Go round until told to stop, or until the process ``parent`` is gone."""
    worker.batches.take_up_again()
    rounds = (worker.run_batch, worker.relate, worker.look, worker.deliver, worker.tidy)
    threads = [
        threading.Thread(target=_go_round, args=(each, worker.stopping), daemon=True)
        for each in rounds
    ]
    for thread in threads:
        thread.start()
    while not worker.stopping.wait(PAUSE_SECONDS):
        if os.getppid() != parent:
            worker.stopping.set()
    end = time.monotonic() + GRACE_SECONDS
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


def main() -> None:
    """Work for the index that the configuration names, as soon as no other worker does, and as long
    as the parent lives whose process id is the argument."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    config, parent = read_config(os.environ), int(sys.argv[1])
    licences = read_partners_file(config.partners)
    corpora = Corpora(config.settings, index=config.index, partners=licences)
    ledger = Ledger(beside(config.index or "", JOBS))
    worker = Worker(corpora, ledger, read_targets(os.environ.get("COPYDESK_DELIVERY")))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stopping.set())
    if _is_alone(ledger.path.with_suffix(".lock"), worker.stopping, parent):
        serve(worker, parent)
    logging.shutdown()
    os._exit(0)  # a thread that is still busy has nothing that must not be lost


def _go_round(once: Round, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            pause = 0.0 if once() else PAUSE_SECONDS
        except Stopped:
            return
        except Exception:
            log.exception("%s failed; it is tried again", getattr(once, "__name__", once))
            pause = AFTER_ERROR_SECONDS
        stopping.wait(pause)


def _is_alone(lock: Path, stopping: threading.Event, parent: int) -> bool:
    """Wait until no other worker of this index runs; the system frees the lock when one ends."""
    file = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)  # never closed: it is ours while we live
    while not stopping.is_set() and os.getppid() == parent:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stopping.wait(PAUSE_SECONDS)
        else:
            return True
    return False


def _seal(_: str, corpus: DurableCorpus) -> bool:
    corpus.seal()
    return False


if __name__ == "__main__":
    main()
