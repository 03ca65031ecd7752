#!/bin/bash
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
echo "${greeting:?}"
