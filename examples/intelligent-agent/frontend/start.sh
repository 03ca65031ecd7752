#!/bin/sh
# Starts nginx for a pod: tells /health which version runs, waits for the name of the backend, and leaves gently.
set -eu

# Seconds to go on serving after SIGTERM: the time that load balancers need to notice.
drain="${DRAIN_SECONDS:-5}"

# Only what a version can consist of: the value becomes part of a JSON text.
version="$(printf '%s' "${APP_VERSION:-unversioned}" | tr -cd 'A-Za-z0-9.+_-')"
mkdir -p /tmp/www
printf '{"status":"healthy","message":"serving","version":"%s"}' "$version" >/tmp/www/health.json

# nginx ends when it cannot resolve a name; a new cluster's DNS may need a moment.
waited=0
until getent hosts backend >/dev/null || [ "$waited" -ge 30 ]; do
  sleep 1
  waited=$((waited + 1))
done

nginx -g 'daemon off;' &
nginx=$!
# nginx takes SIGTERM as "stop now" and SIGQUIT as "finish what is running".
leave() {
  sleep "$drain"
  kill -QUIT "$nginx"
}
trap leave TERM INT
# The first wait ends with the signal, the second with nginx.
wait "$nginx" || true
trap - TERM INT
wait "$nginx"
