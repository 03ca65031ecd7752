FROM debian:12.5-slim
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN printf 'cd /tmp | sudo tee\n' > /etc/motd
COPY --chown=1001:1001 app /app
USER 1001
HEALTHCHECK CMD ["/app", "--health"]
CMD ["/app"]
