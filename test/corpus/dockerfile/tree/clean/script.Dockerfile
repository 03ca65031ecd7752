FROM debian:12.5-slim
# A here-document, with the empty line that hadolint needs behind it.
RUN <<EOF
# shellcheck shell=sh
cp -r /srv "/tmp/copy of srv"
EOF

SHELL ["pwsh", "-Command"]
RUN Write-Output $HOME
USER 1001
