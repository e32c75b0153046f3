# Two stages: the first builds the wheel and an environment with exactly the locked packages, the
# second carries only that environment.
#
#   docker build -t copydesk .
#   docker run --rm --network host -v "$PWD/seeds:/data:ro" copydesk
#
# Without keys the service refuses any bind but loopback, and loopback inside a container is the
# container's own: --network host makes it the host's, at 127.0.0.1:8000. Publishing the port with -p
# does not reach it.

FROM python:3.11-slim-bookworm AS build

WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

# What changes seldom comes first, so that a change to the code reuses it.
COPY requirements.lock requirements-dev.lock ./
RUN python -m venv /venv \
    && /venv/bin/pip install --require-hashes -r requirements.lock \
    # the backend that builds the wheel is pinned in the developers' lock
    && awk '/^[^ #]/ { keep = /^setuptools==/ } keep' requirements-dev.lock > build.lock \
    && pip install --require-hashes -r build.lock

# For the compiled kernel; without it the wheel would be slower and otherwise the same. A compiler of
# the distribution has no version worth pinning.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*

COPY pyproject.toml setup.py README.md LICENSE ./
COPY detector detector
COPY service service
RUN pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
    && /venv/bin/pip install --no-deps /dist/*.whl \
    # installation goes on without the compiled kernel; an image does not
    && /venv/bin/python -c 'import detector._kernel'


FROM python:3.11-slim-bookworm

LABEL org.opencontainers.image.title="Copydesk" \
      org.opencontainers.image.description="Near-duplicate and news-syndication detector" \
      org.opencontainers.image.licenses="MIT"

# For reports in PDF: Pango and fonts, which lack Chinese, Japanese and Korean (fonts-noto-cjk, 90 MB
# more).
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-noto-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*

RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin copydesk \
    && install -d -o copydesk -g copydesk /data

COPY --from=build /venv /venv
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1

USER 10001
WORKDIR /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]

# `docker run copydesk compare a.txt b.txt` works too: any command of Copydesk may follow.
ENTRYPOINT ["copydesk"]
CMD ["serve", "--against", "/data"]
