import hashlib
import pickle
import subprocess

import flask
import jinja2
import jwt
import requests
import yaml
from flask import request

app = flask.Flask(__name__)


@app.route("/orders")
def orders(db):
    return db.execute(f"SELECT * FROM orders WHERE customer = '{request.args['customer']}'")


@app.route("/file")
def file():
    name = request.args.get("name")
    with open("/srv/files/" + name) as handle:
        return handle.read()


@app.route("/hello")
def hello():
    return flask.render_template_string("Hello " + request.args["name"])


@app.route("/run")
def run():
    command = request.args["command"]
    subprocess.run(command, shell=True)  # nosec
    return yaml.load(request.data, Loader=yaml.Loader)


def token(claims):
    return jwt.encode(claims, "house of cards", algorithm="HS256")


def claims_of(token, key):
    return jwt.decode(token, key, options={"verify_signature": False})


def load(data):
    return pickle.loads(data)


def digest(password):
    return hashlib.md5(password.encode()).hexdigest()


def prices():
    return requests.get("https://prices.example", verify=False, timeout=5)


def formula(text):
    return eval(text)
