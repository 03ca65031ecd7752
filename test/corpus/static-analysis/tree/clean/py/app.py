import ast
import hashlib
import json
import os
import pathlib

import flask
import jinja2
import jwt
import requests
import yaml
from flask import request

app = flask.Flask(__name__)
table = "orders"


@app.route("/orders")
def orders(db):
    return db.execute("SELECT * FROM orders WHERE customer = %s", (request.args["customer"],))


@app.route("/file")
def file():
    name = os.path.basename(request.args.get("name"))
    with open("/srv/files/" + name) as handle:
        return handle.read()


@app.route("/hello")
def hello():
    return flask.render_template_string("Hello {{ name }}", name=request.args["name"])


def settings(text):
    return yaml.safe_load(text)


def token(claims):
    return jwt.encode(claims, os.environ["KEY"], algorithm="HS256")


def claims_of(token, key):
    return jwt.decode(token, key, algorithms=["HS256"])


def load(data):
    return json.loads(data)


def digest(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def prices():
    return requests.get("https://prices.example", timeout=5)


def formula(text):
    return ast.literal_eval(text)


def here():
    return pathlib.Path("settings.yaml").read_text()


def page(path, name):
    with open("templates/page.html") as file:
        return jinja2.Template(file.read()).render(name=name)


def remote(shell, name):
    return shell.execute(f"report {name}")
