#!/usr/bin/env bash
# Builds the runner's image from the Dockerfile, as faultline-runner:local or the tag given.
# Where no image registry answers, a stand-in for the official Node image is made first, under the same tag, from Debian's
# packages and this machine's own Node. The stand-in trusts what this machine trusts; it is for here and not for publishing.
#   Needs: docker with a running daemon; for the stand-in also root and mmdebstrap.
set -euo pipefail
cd "$(dirname "$0")/../.."
TAG="${1:-faultline-runner:local}"
NODE_IMAGE="${NODE_IMAGE:-node:20-bookworm-slim}"
TOXIPROXY_IMAGE="${TOXIPROXY_IMAGE:-ghcr.io/shopify/toxiproxy:2.12.0}"
# The classic builder: needs no plugin.
export DOCKER_BUILDKIT=0

there() { docker image inspect "$1" >/dev/null 2>&1 || docker pull --quiet "$1" >/dev/null 2>&1; }

node_stand_in() {
  local work mirror
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' RETURN
  mirror="$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' | awk '$2 == "bookworm" { print $1; exit }')"
  # setsid: mmdebstrap ends its whole process group when it fails.
  setsid -w mmdebstrap --quiet --mode=root --variant=minbase --include=ca-certificates,libstdc++6,libatomic1 \
    bookworm "$work/base.tar" "deb $mirror bookworm main"
  docker import "$work/base.tar" faultline-debian:local >/dev/null
  mkdir "$work/node" "$work/certificates"
  cp "$(command -v node)" "$work/node/"
  cp -R "$(npm root -g)/npm" "$work/node/npm"
  cp /usr/local/share/ca-certificates/*.crt "$work/certificates/" 2>/dev/null || true
  cat >"$work/Dockerfile" <<'STAND_IN'
FROM faultline-debian:local
COPY certificates/ /usr/local/share/ca-certificates/
RUN update-ca-certificates
COPY node/node /usr/local/bin/node
COPY node/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
STAND_IN
  docker build --quiet --tag "$NODE_IMAGE" "$work" >/dev/null
}

if ! there "$NODE_IMAGE"; then
  echo "$NODE_IMAGE cannot be pulled: making a stand-in"
  node_stand_in
fi
# Its stand-in is made with the others.
there "$TOXIPROXY_IMAGE" || scripts/docker/build-images.sh toxiproxy
docker build --network host --tag "$TAG" \
  --build-arg "NODE_IMAGE=$NODE_IMAGE" --build-arg "TOXIPROXY_IMAGE=$TOXIPROXY_IMAGE" .
docker image inspect --format '{{.Config.User}} {{.Size}}' "$TAG"
