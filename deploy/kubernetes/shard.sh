#!/bin/sh
# One pod of the Indexed Job: its completion index is its shard. Arguments are those of `faultline run`.
#   SHARDS   how many there are (the Job's completions)
#   RESULTS  folder that all pods share; each writes below its own
# Ends with 0 when the shard has a verdict, whatever it is: the verdict of the whole is the merging Job's, and Kubernetes must
# not take a failed trial for a broken pod. Anything else has no verdict, and its index fails.
set -u
: "${JOB_COMPLETION_INDEX:?is set by Kubernetes in a Job with completionMode Indexed}" "${SHARDS:?}" "${RESULTS:?}"
index=$((JOB_COMPLETION_INDEX + 1))
out="$RESULTS/shard-$index"

# A pod that comes again for the same shard would hide what the first one found.
if [ -e "$out" ]; then
  echo "$out is there already: this shard was begun before; give RESULTS another folder for another run" >&2
  exit 2
fi
mkdir -p "$out" || exit 2

node /opt/faultline/dist/harness/cli/main.js run "$@" --shard "$index/$SHARDS" --out "$out" &
run=$!
trap 'kill -TERM "$run" 2>/dev/null' TERM INT
wait "$run"
code=$?
# A signal ends the wait, not the run: it finishes its trial first.
while kill -0 "$run" 2>/dev/null; do
  wait "$run"
  code=$?
done
case "$code" in
  0 | 1 | 3) exit 0 ;;
  *) exit "$code" ;;
esac
