"""A mail server for tests (aiosmtpd): writes each letter as JSON into a folder, as Python's own library reads it.

smtp.py FOLDER plain|starttls|tls [CERT KEY] [USER PASSWORD]
Prints its port. Ends when its standard input does. Answers by whom a letter is for:
gone@.. 550, full@.. 452, hangs@.. takes the first letter of each id and never answers.
"""

import asyncio
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, mode = sys.argv[1:3]
rest = sys.argv[3:]
context = None
if mode != "plain":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(rest[0], rest[1])
    rest = rest[2:]
user, password = (rest + [None, None])[:2]
seen = set()
count = 0


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return "550 5.1.1 <" + address + "> nobody here"
        if address.startswith("full@"):
            return "452 4.2.2 <" + address + "> is full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        global count
        letter = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        count += 1
        said = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "tls": session.ssl is not None or mode == "tls",
            "user": session.authenticated and user or None,
            "names": [name.lower() for name in letter.keys()],
            "headers": {name.lower(): str(letter[name]) for name in letter.keys()},
            "kind": letter.get_content_type(),
            "body": letter.get_content(),
        }
        place = os.path.join(folder, "%06d.json" % count)
        with open(place + ".part", "w") as file:
            json.dump(said, file)
        os.rename(place + ".part", place)
        name = said["headers"]["message-id"]
        if any(to.startswith("hangs@") for to in envelope.rcpt_tos) and name not in seen:
            seen.add(name)
            await asyncio.Event().wait()
        return "250 OK"


def check(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
    return AuthResult(success=good, handled=False)


def make():
    options = {"hostname": "localhost", "enable_SMTPUTF8": True}
    if mode == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if user is not None:
        options |= {
            "authenticator": check,
            "auth_required": True,
            "auth_require_tls": mode == "starttls",
        }
    return SMTP(Handler(), **options)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, "127.0.0.1", 0, ssl=context if mode == "tls" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(main())
