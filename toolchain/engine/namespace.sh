#!/bin/sh
# Gives the engine a private view of the machine, and starts it there. The view, all mounts, and every process in it
# end with the engine, however it ends: this shell is the first process of a process namespace of its own.
# usage: namespace.sh VIEW STATE PARTS CONTENT ENGINE-ARGUMENTS...
#   VIEW     directory to mount the view's parts in
#   STATE    directory of the engine's state; the file STATE.clean tells that the engine has written it down completely
#   PARTS    output of the step engine-binaries
#   CONTENT  directory with the blobs of built-in images, or an empty word
set -eu
private=$1 state=$2 parts=$3 content=$4
shift 4

mount -t tmpfs -o mode=755 tmpfs "$private"
mkdir "$private/parts" "$private/content" "$private/content/blobs" "$private/content/ingest"
mount --bind "$parts" "$private/parts"
[ -z "$content" ] || mount --bind "$content" "$private/content/blobs"

# The engine rewrites files in /etc and links in /usr/bin: what it writes stays in memory.
for directory in /etc /usr/bin; do
  layer=$private/$(basename "$directory")
  mkdir "$layer" "$layer/upper" "$layer/work"
  mount -t overlay -o "lowerdir=$directory,upperdir=$layer/upper,workdir=$layer/work" overlay "$directory"
done
ln -sf /usr/sbin/xtables-legacy-multi /usr/sbin/xtables-nft-multi /usr/bin/

# By default it logs every call twice: gigabytes over the days. An administrator's own configuration stays in force.
mkdir -p /etc/dagger
[ -e /etc/dagger/engine.json ] || echo '{"logLevel":"warn"}' >/etc/dagger/engine.json

# Sockets, address leases and name tables of the container network: stale ones of a killed engine are never seen.
mkdir -p /run/buildkit /run/containers /var/lib/cni
for directory in /run/buildkit /run/containers /var/lib/cni; do mount -t tmpfs tmpfs "$directory"; done

"$private/parts/dagger-engine" --root "$state" "$@" </dev/null &
engine=$!
trap 'kill -TERM "$engine"' TERM
# wait returns at each signal; the engine's own end is the one that counts.
while kill -0 "$engine" 2>/dev/null; do
  wait "$engine" && status=0 || status=$?
done
[ "$status" -ne 0 ] || touch "$state.clean"
exit "$status"
