# One process with threads: most of a request is waiting for the database and for the inference service.
workers = 1
threads = 8
graceful_timeout = 20
