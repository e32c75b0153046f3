"""How well Copydesk finds, names and delimits copying, beside simple detectors, on labelled data.

::

    python -m benchmarks.quality LABELLED -o quality.json
"""
