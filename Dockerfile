# The whole desk in one image: `docker build -t switchboard .`, then
# `docker run -p 8080:8080 -v switchboard:/app/var -e SWITCHBOARD_TELEGRAM__TOKEN switchboard`
FROM python:3.13-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    SWITCHBOARD_HTTP__HOST=0.0.0.0 \
    SWITCHBOARD_HTTP__PORT=8080

WORKDIR /app
RUN useradd --system --uid 10001 --no-create-home switchboard && install -d -o switchboard var

# Libraries change seldom and code often: with empty packages in the code's place, they get a layer of their own.
COPY pyproject.toml constraints.txt LICENSE ./
RUN mkdir bot storage && touch bot/__init__.py storage/__init__.py \
    && pip install --no-cache-dir --constraint constraints.txt --editable .

COPY bot bot
COPY storage storage
COPY config config
COPY flows flows
RUN python -m compileall -q bot storage

USER switchboard
VOLUME /app/var
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/health/live', timeout=4)"]
CMD ["sh", "-c", "switchboard migrate && exec switchboard run"]
