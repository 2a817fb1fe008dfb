"""Comes in to a running program as somebody with every role of the platform, and prints the cookie. For probes of the tests only.

Arguments: the program, its data folder, its address. Never keeps a password.
"""

import base64
import hashlib
import hmac
import json
import struct
import subprocess
import sys
import time
import urllib.request

HATS = (
    "admin service_desk initial_reviewer finance finance_lead settlement recruiter legal risk compliance aftersales manager"
).split()


def ask(address, path, body, cookie=None):
    headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"}
    if cookie:
        headers["Cookie"] = cookie
    request = urllib.request.Request(address + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer), answer.headers


def code(secret):
    """The six digits of now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def main():
    program, folder, address = sys.argv[1:]
    roles = [word for role in HATS for word in ("--role", role)]
    arguments = [program, "--data", folder, "--json", "admin", "add-person", "probe@zaiton.example", "--name", "Probe"]
    made = json.loads(subprocess.run(arguments + roles, check=True, capture_output=True).stdout)
    _, headers = ask(address, "/api/v1/session", {"login": made["login"], "password": made["password"]})
    cookies = [line.split(";")[0] for line in headers.get_all("Set-Cookie")]
    cookie = next(line for line in cookies if line.startswith("zaiton_session="))
    shown, _ = ask(address, "/api/v1/session/second-factor", {}, cookie)
    ask(address, "/api/v1/session/second-factor/confirm", {"code": code(shown["secret"])}, cookie)
    print(cookie)


if __name__ == "__main__":
    main()
