"""How the running service behaves: ``python -m benchmarks.service LABELLED``."""
