# docker build -t amelia .
# docker run -e AMELIA_TOKEN=<a long random text> -e ANTHROPIC_API_KEY -p 127.0.0.1:8000:8000 \
#   -v amelia:/home/amelia/data --stop-timeout 40 amelia
#
# The server has to listen on all addresses of its container, and so refuses to start without
# AMELIA_TOKEN. To be reached under another name than localhost it needs ALLOWED_HOSTS.
# docs/setup.md has more, such as how to add Claude Code.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json bun.lock bunfig.toml ./
RUN npx --yes bun@1.4.5 install --frozen-lockfile
COPY tsconfig.json ./
COPY src src
COPY views views
COPY static static
COPY drizzle drizzle
COPY sample sample
COPY docs docs
COPY CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE .env.example ./
RUN node_modules/.bin/bun run build

FROM debian:bookworm-slim
ARG UID=10001
# For the repositories that Claude Code works in.
RUN apt-get update \
  && apt-get install -y --no-install-recommends git ca-certificates \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid "$UID" --create-home amelia \
  && install -d -o amelia -g amelia -m 0700 /home/amelia/data
COPY --from=build /app/dist/amelia /usr/local/bin/amelia
USER amelia
ENV AMELIA_HOME=/home/amelia/data AMELIA_HOST=0.0.0.0 AMELIA_PORT=8000
VOLUME /home/amelia/data
EXPOSE 8000
ENTRYPOINT ["amelia"]
CMD ["serve"]
