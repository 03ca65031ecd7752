#!/bin/sh
# Starts nginx in a pod: tells /health which version runs, and waits for the name of the backend.
set -eu

# Only what a version can consist of: the value becomes part of a JSON text.
version="$(printf '%s' "${APP_VERSION:-unversioned}" | tr -cd 'A-Za-z0-9.+_-')"
mkdir -p /tmp/www
printf '{"status":"healthy","message":"serving","version":"%s"}' "$version" >/tmp/www/health.json

# nginx ends when it cannot resolve a name, and the DNS of a new cluster may need a moment.
backend="$(sed -n 's/^ *server \([^:;]*\):[0-9]* max_fails=0;.*/\1/p' /etc/nginx/nginx.conf)"
waited=0
until getent hosts "$backend" >/dev/null || [ "$waited" -ge 30 ]; do
  sleep 1
  waited=$((waited + 1))
done

exec nginx -g 'daemon off;'
