"""A backend with FastAPI and PyJWT.

    python3 -m venv venv && venv/bin/pip install -r requirements.txt
    ISSUER=https://www.example.com PORT=3000 venv/bin/python main.py

`offline` verifies the cookie's token with the worker's published keys, which are fetched once and kept: a session that was
ended is noticed within fifteen minutes. `strict` asks the worker, which knows at once.
"""

import json
import math
import os
import socket
import time
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request as Ask, urlopen

import jwt
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

# The worker's origin, as in its own setting ISSUER, and where this program reaches it.
ISSUER = os.environ["ISSUER"]
WORKER = os.environ.get("WORKER", ISSUER)
AUDIENCE = os.environ.get("AUDIENCE", ISSUER)
COOKIE = "__Host-sms-login"
SECONDS = 10

keys = jwt.PyJWKClient(f"{WORKER}/.well-known/jwks.json", timeout=SECONDS)
app = FastAPI()


def offline(request: Request, max_age: float = math.inf) -> dict:
    """The account's id, or why there is none: `nobody`, `expired`, or `old` where the number was proved longer ago than these seconds.

    A token's own age says nothing of that: it is renewed.
    """
    token = request.cookies.get(COOKIE)
    if not token:
        return {"why": "nobody"}
    try:
        key = keys.get_signing_key_from_jwt(token)
        read = jwt.decode_complete(
            token,
            key,
            algorithms=["EdDSA"],
            issuer=ISSUER,
            audience=AUDIENCE,
            options={"require": ["sub", "exp"]},
        )
    except jwt.ExpiredSignatureError:
        return {"why": "expired"}
    except jwt.PyJWKClientConnectionError:
        # Without keys nobody can be told from anybody: that is this program's fault, and nobody gets in.
        raise
    except (jwt.InvalidTokenError, jwt.PyJWKClientError):
        return {"why": "nobody"}
    if read["header"].get("typ") != "session+jwt":
        return {"why": "nobody"}
    # Who does not say when, did not lately.
    if time.time() - read["payload"].get("auth_time", -math.inf) > max_age:
        return {"why": "old"}
    return {"subject": read["payload"]["sub"]}


def strict(request: Request) -> dict:
    """The same, as of this moment."""
    ask = Ask(f"{WORKER}/v1/session", headers={"Cookie": request.headers.get("cookie", "")})
    try:
        with urlopen(ask, timeout=SECONDS) as answer:
            return {"subject": json.load(answer)["subject"]}
    except HTTPError as refusal:
        if refusal.code != 401:
            raise
        expired = json.load(refusal)["code"] == "session_expired"
        return {"why": "expired" if expired else "nobody"}


# Not `async`: what asks the worker waits, and FastAPI lets plain functions wait in threads of their own.
@app.get("/account")
def account(request: Request):
    """A page: whoever is not signed in is sent to sign in, and comes back."""
    return page(request)


@app.get("/payout")
def pay_out(request: Request):
    """The same for whoever proved their number within ten minutes: not whoever finds a browser open."""
    return page(request, 600)


@app.get("/api/me")
def me(request: Request):
    """An interface: what scripts ask."""
    return tell(offline(request))


@app.get("/api/strict")
def me_strictly(request: Request):
    """Where it matters that a session was ended a minute ago."""
    return tell(strict(request))


def page(request: Request, max_age: float = math.inf):
    who = offline(request, max_age)
    if "subject" in who:
        return PlainTextResponse(f"Signed in as {who['subject']}")
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    step = "/renew" if who["why"] == "expired" else ""
    age = "" if max_age == math.inf else f"&max_age={max_age}"
    return RedirectResponse(f"{ISSUER}/login{step}?return={quote(path, safe='')}{age}", 303)


def tell(who: dict) -> JSONResponse:
    return JSONResponse(who, 200 if "subject" in who else 401, {"cache-control": "no-store"})


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", int(os.environ.get("PORT", "3000"))))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run([listener])
