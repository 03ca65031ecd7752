#!/bin/sh
# Starts PostgreSQL with one empty database, for the tests of one call: $1 is its name, $2 its owner. It listens only once the
# database is there, so that an open port means that the tests can begin. Nothing is kept: no write waits for a disk.
set -eu
data=$(mktemp -d)
initdb --pgdata "$data" --username "$2" --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync >/dev/null
echo "host all all all trust" >>"$data/pg_hba.conf"
if [ "$1" != postgres ]; then
  echo "CREATE DATABASE \"$1\"" | postgres --single -D "$data" postgres >/dev/null
fi
exec postgres -D "$data" -c "listen_addresses=*" -c "unix_socket_directories=$data" -c fsync=off -c synchronous_commit=off -c full_page_writes=off
