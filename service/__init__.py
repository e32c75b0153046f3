"""The HTTP service: ``gunicorn -c python:service.gunicorn_conf 'service.app:create_app()'``.

It reads requests strictly, asks :mod:`detector`, and writes JSON. It decides nothing about texts.
"""
