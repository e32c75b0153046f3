"""What the service does when nobody waits for it: its list of work, and the process that does it.

:mod:`service.background.ledger` is the file that work is written down in; web processes write,
one worker reads. :mod:`service.background.worker` is that worker, :mod:`service.background.keeper`
what starts it and starts it again.
"""
