FROM debian:12.5-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN printf "b\na\n" | sort > /list
COPY list.txt /srv/
USER 1001
