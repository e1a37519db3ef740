#!/usr/bin/env bash
# Builds the runner's image and runs two shards and their merging in it as deploy/kubernetes does: not root, a read-only root file
# system, no capabilities, results on a shared volume. Needs: docker with a running daemon.
set -euo pipefail
cd "$(dirname "$0")/../.."
TAG="${TAG:-faultline-runner:local}"
VOLUME="faultline-runner-check-$$"

scripts/docker/build-runner.sh "$TAG"
user="$(docker image inspect --format '{{.Config.User}}' "$TAG")"
case "$user" in '' | 0 | 0:* | root*) echo "the image's user is root" >&2; exit 1 ;; esac

docker volume create "$VOLUME" >/dev/null
trap 'docker volume rm --force "$VOLUME" >/dev/null' EXIT
# As fsGroup does.
docker run --rm --user 0 --entrypoint chown --volume "$VOLUME:/results" "$TAG" 10001:10001 /results

LIMITS=(--rm --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --volume "$VOLUME:/results")
shard() { # completion index
  docker run "${LIMITS[@]}" --shm-size 1g -e "JOB_COMPLETION_INDEX=$1" -e SHARDS=2 -e RESULTS=/results/1 \
    --entrypoint tini "$TAG" -- /bin/sh /opt/faultline/deploy/kubernetes/shard.sh healthy worker-down --seed 1
}

shard 0
echo "one of two shards is no verdict:"
if docker run "${LIMITS[@]}" "$TAG" merge /results/1; then echo "merging one of two shards must fail" >&2; exit 1; else [ $? = 2 ]; fi
if shard 0; then echo "a shard that was begun must not be begun again" >&2; exit 1; else [ $? = 2 ]; fi
shard 1
docker run "${LIMITS[@]}" "$TAG" merge /results/1 --json /results/1/verdict.json
echo "passed: the runner's image"
