#!/bin/bash
target=$1
# shellcheck disable=SC2115
rm -rf "$target/"*
for file in $(ls /srv); do
  cp $file "$target"
done
cd /srv
if [ $target = production ]; then
  echo 'deploys $target'
fi
read answer
result=$(curl -s "https://example.invalid/$target")
if [ $? -ne 0 ]; then exit 1; fi
unused=1
