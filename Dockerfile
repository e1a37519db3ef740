# Faultline with its embedded environment (Kafka, PostgreSQL, Toxiproxy), for `docker run` and deploy/kubernetes.
# scripts/docker/build-runner.sh builds it. A team's own image: FROM this one, plus its workers and faultline.config.ts.
ARG NODE_IMAGE=node:20-bookworm-slim
ARG TOXIPROXY_IMAGE=ghcr.io/shopify/toxiproxy:2.12.0

FROM ${TOXIPROXY_IMAGE} AS toxiproxy

FROM ${NODE_IMAGE} AS base
# tini reaps what a killed worker leaves; setpriv and tar are there (util-linux, tar).
RUN apt-get update \
  && apt-get install -y --no-install-recommends openjdk-17-jre-headless procps tini \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 faultline \
  && useradd --uid 10001 --gid 10001 --create-home faultline \
  && install -d -o faultline -g faultline /opt/faultline /work
COPY --from=toxiproxy /toxiproxy /usr/local/bin/toxiproxy-server
ENV TOXIPROXY_BIN=/usr/local/bin/toxiproxy-server

FROM base AS build
RUN apt-get update && apt-get install -y --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
USER faultline
WORKDIR /opt/faultline
COPY --chown=faultline:faultline package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY --chown=faultline:faultline . .
# The same JDK and the same paths as in the last stage: Kafka's class archive is valid for no other.
RUN node scripts/build.mjs \
  && node dist/harness/cli/main.js setup \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf .faultline/unfinished

FROM base
COPY --from=build --chown=faultline:faultline /opt/faultline /opt/faultline
# Where a project's configuration and workers are mounted or copied; the parts are the image's.
WORKDIR /work
ENV FAULTLINE_HOME=/opt/faultline/.faultline
USER 10001:10001
ENTRYPOINT ["tini", "--", "node", "/opt/faultline/dist/harness/cli/main.js"]
CMD ["run"]
