# The desk in a container (docs/deploying.md). All that is its own lies in the volume /srv/inboxd: config.toml, rules/,
# kb/ and var/; the image holds the program only and is exchanged as a whole.
#   docker build -t inboxd .

FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE config.example.toml ./
COPY inboxd inboxd
COPY migrations migrations
COPY rules rules
COPY kb kb
# PyPI's torch brings 4 GB for graphics cards; this index has the one without. Everything is pinned, and nothing of pip's
# cache and of the sources ends in the image below.
ARG PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu
RUN python3 -m venv /opt/inboxd \
 && /opt/inboxd/bin/python -m pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt .

FROM python:3.11-slim
# tini is process 1: it passes signals on and buries what others leave behind. git: for the commit that rules are at.
RUN apt-get update \
 && apt-get install -y --no-install-recommends git tini \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 8025 --home-dir /srv/inboxd --create-home --shell /usr/sbin/nologin inboxd
COPY --from=build /opt/inboxd /opt/inboxd
ENV PATH=/opt/inboxd/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    INBOXD_CACHE=/srv/inboxd/var/cache
USER inboxd
WORKDIR /srv/inboxd
VOLUME /srv/inboxd
# Of use only when config.toml says [intake.smtp] listen = "0.0.0.0:8025".
EXPOSE 8025
# Asks [metrics] listen = "127.0.0.1:9095"; 503, silence and a desk without [metrics] are all "unhealthy".
HEALTHCHECK --interval=1m --timeout=10s --start-period=2m \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9095/healthz', timeout=8)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "inboxd"]
CMD ["run"]
