#!/bin/sh
# shellcheck disable=all
list=(a b)
function show() { echo "${list[0]}"; }
if [[ -n $1 ]]; then source ./settings; fi
