FROM python:3.11.14-slim AS build
RUN pip install requests
COPY requirements.txt main.py app
FROM python:3.11.14-slim AS build
RUN wget -qO- https://example.invalid/list | tee /list
EXPOSE 80000
ENTRYPOINT python main.py
