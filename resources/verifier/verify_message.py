#!/usr/bin/env python3
"""Verify one signed OTA Bench message from its bytes and a key, without OTA Bench.

Usage:
    verify_message.py MESSAGE --jwk KEY.json [--typ ota-issue+jws]
    verify_message.py MESSAGE --secret-hex 00112233...
    verify_message.py MESSAGE --secret-env OTA_SECRET
    verify_message.py MESSAGE --jwk RELEASE.json --member manifest --typ ota-release+jws
    verify_message.py MESSAGE --jwk RELEASE.json --bundle

MESSAGE is a file holding the payload exactly as it was published ("-" reads standard
input), for example one saved with:  mosquitto_sub -t 'vehicle/updates/+/status' -C 1 -N
KEY.json is a public JWK, Ed25519 or P-256. A secret verifies HS256 signatures and the
`hmac` compatibility mode; whoever holds it can also forge. --bundle checks the bundle of an
update of several ECUs, each manifest beside it, and that they are exactly those it names.

The key decides the algorithm; what the message says of itself only has to agree.

Exit codes: 0 the signature holds, 1 it does not, 2 the key or the command line is unusable.
Needs the `cryptography` package for public keys. docs/PROTOCOL.md, rules P1, P2, S1 to S3.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import sys

LARGEST_INTEGER = 2**53 - 1
LARGEST_PAYLOAD = 65536
DEEPEST_NESTING = 64


class Refused(Exception):
    """The message is not what the holder of the key signed."""


class Unusable(Exception):
    """The key or the command line cannot be used."""


def read_object(payload):
    """The JSON object in `payload`, read as strictly as rules P1 and P2 demand."""
    if len(payload) > LARGEST_PAYLOAD:
        raise Refused("more than 64 KiB")
    try:
        message = json.loads(
            payload.decode("utf-8"),
            object_pairs_hook=unique_members,
            parse_int=safe_integer,
            parse_float=no_fraction,
            parse_constant=no_fraction,
        )
    except (ValueError, RecursionError) as error:
        raise Refused("not JSON: %s" % error) from error
    if not isinstance(message, dict):
        raise Refused("not a JSON object")
    check_depth(message, 1)
    return message


def check_depth(value, depth):
    if not isinstance(value, (dict, list)):
        return
    if depth > DEEPEST_NESTING:
        raise Refused("nested deeper than %d levels" % DEEPEST_NESTING)
    for inner in value.values() if isinstance(value, dict) else value:
        check_depth(inner, depth + 1)


def unique_members(pairs):
    members = {}
    for name, value in pairs:
        if name in members:
            raise Refused("member %r is given twice" % name)
        if not re.fullmatch(r"[ -~]*", name):
            raise Refused("member name %r is not ASCII" % name)
        members[name] = value
    return members


def safe_integer(text):
    # A few digits suffice to know; int() of a very long text would take its time.
    if len(text) > 17 or abs(int(text)) > LARGEST_INTEGER:
        raise Refused("%s... is beyond 2^53-1" % text[:20])
    return int(text)


def no_fraction(text):
    raise Refused("%s is not an integer" % text[:20])


def canonical_bytes(message):
    """RFC 8785, which these options yield for integers and ASCII member names (rule P1)."""
    content = {k: v for k, v in message.items() if k not in ("signature", "hmac")}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Refused("half a surrogate pair") from error


def decode_base64url(text):
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise Refused("not base64url")
    try:
        decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise Refused("not base64url") from error
    if encode_base64url(decoded) != text:
        raise Refused("not canonical base64url")
    return decoded


def encode_base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


class PublicKey:
    """An Ed25519 or P-256 key from a public JWK."""

    def __init__(self, jwk):
        curve = {("OKP", "Ed25519"): "EdDSA", ("EC", "P-256"): "ES256"}
        self.algorithm = curve.get((jwk.get("kty"), jwk.get("crv")))
        if self.algorithm is None:
            raise Unusable("the JWK is neither Ed25519 nor P-256")
        if "d" in jwk:
            raise Unusable("the JWK carries its private part")
        names = ("crv", "kty", "x") if self.algorithm == "EdDSA" else ("crv", "kty", "x", "y")
        try:
            required = {name: jwk[name] for name in names}
            self.x = decode_base64url(jwk["x"])
            self.y = decode_base64url(jwk.get("y", ""))
        except (KeyError, TypeError, Refused) as error:
            raise Unusable("the JWK is incomplete") from error
        # RFC 7638: the key's id is the hash of its required members.
        text = json.dumps(required, sort_keys=True, separators=(",", ":"))
        self.kid = encode_base64url(hashlib.sha256(text.encode("ascii")).digest())

    def verify(self, signed, signature):
        try:
            from cryptography.exceptions import InvalidSignature
            from cryptography.hazmat.primitives import hashes
            from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
        except ImportError as error:
            raise Unusable("install the Python package `cryptography`") from error
        if len(signature) != 64:
            raise Refused("the signature has %d bytes instead of 64" % len(signature))
        try:
            if self.algorithm == "EdDSA":
                key = ed25519.Ed25519PublicKey.from_public_bytes(self.x)
                return key.verify(signature, signed)
            numbers = ec.EllipticCurvePublicNumbers(
                int.from_bytes(self.x, "big"), int.from_bytes(self.y, "big"), ec.SECP256R1()
            )
            # RFC 7518 section 3.4: r and s side by side, 32 bytes each.
            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            der = utils.encode_dss_signature(r, s)
            return numbers.public_key().verify(der, signed, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise Refused("the content is not what this key signed") from error
        except ValueError as error:
            raise Unusable("the JWK is not a point of its curve") from error


class Secret:
    """A shared secret, for HS256 and for the `hmac` compatibility mode."""

    algorithm = "HS256"
    kid = None

    def __init__(self, raw):
        if len(raw) < 16:
            raise Unusable("a secret has at least 16 bytes")
        self.raw = raw

    def verify(self, signed, signature):
        if not hmac.compare_digest(hmac.digest(self.raw, signed, "sha256"), signature):
            raise Refused("the content is not what this secret signed")


def verify_signature(message, key, typ):
    """A detached JWS: base64url(header) '..' base64url(signature)."""
    parts = message["signature"].split(".") if isinstance(message["signature"], str) else []
    if len(parts) != 3 or parts[1] != "":
        raise Refused("`signature` is not a detached JWS")
    header = read_object(decode_base64url(parts[0]))
    if "crit" in header or "b64" in header:
        raise Refused("the signature demands an extension")
    if header.get("alg") != key.algorithm:
        raise Refused("signed with %r, the key is for %s" % (header.get("alg"), key.algorithm))
    if key.kid is not None and header.get("kid") != key.kid:
        raise Refused("signed with key %r, this one is %s" % (header.get("kid"), key.kid))
    if typ is not None and header.get("typ") != typ:
        raise Refused("signed as %r, expected %s" % (header.get("typ"), typ))
    payload = encode_base64url(canonical_bytes(message))
    key.verify(("%s.%s" % (parts[0], payload)).encode("ascii"), decode_base64url(parts[2]))
    return "%s, typ %s, kid %s" % (key.algorithm, header.get("typ"), header.get("kid"))


def verify_hmac(message, key):
    """The compatibility mode: hex HMAC-SHA256 of the canonical text. It has no `typ`."""
    if not isinstance(key, Secret):
        raise Refused("the message carries `hmac`, which a public key cannot verify")
    expected = hmac.new(key.raw, canonical_bytes(message), hashlib.sha256).hexdigest()
    if not isinstance(message["hmac"], str) or not hmac.compare_digest(
        expected.encode("ascii"), message["hmac"].encode("utf-8", "replace")
    ):
        raise Refused("the content is not what this secret signed")
    return "hmac"


def verify(message, key, typ=None):
    """Returns what was found, or raises Refused."""
    if "signature" in message and "hmac" in message:
        raise Refused("the message carries both `signature` and `hmac`")
    if "signature" in message:
        return verify_signature(message, key, typ)
    if "hmac" in message:
        return verify_hmac(message, key)
    raise Refused("the message carries no signature")


def verify_bundle(message, key):
    """Rule D8: the bundle and every manifest hold, and the manifests are those it names."""
    bundle, manifests = message.get("bundle"), message.get("manifests")
    if not isinstance(bundle, dict) or not isinstance(manifests, list):
        raise Refused("the message has no `bundle` with its `manifests`")
    found = verify(bundle, key, "ota-bundle+jws")
    named = {}
    for release in bundle.get("releases") or []:
        if not isinstance(release, dict) or release.get("releaseId") in named:
            raise Refused("the bundle names a release twice")
        named[release.get("releaseId")] = release
    for manifest in manifests:
        if not isinstance(manifest, dict):
            raise Refused("a manifest is not a JSON object")
        name = manifest.get("releaseId")
        release = named.pop(name, None)
        if release is None:
            raise Refused("the manifest of %r is none of the bundle, or comes twice" % name)
        verify(manifest, key, "ota-release+jws")
        digest = hashlib.sha256(canonical_bytes(manifest)).hexdigest()
        if release.get("sha256") != digest:
            raise Refused("the manifest of %r is not the one of the bundle" % name)
        if release.get("hardwareId") != manifest.get("hardwareId"):
            raise Refused("the manifest of %r is for other hardware" % name)
    if named:
        raise Refused("the manifests of %s are missing" % ", ".join(map(repr, named)))
    return "%s; %d manifests" % (found, len(manifests))


def read_key(arguments):
    if arguments.jwk is not None:
        try:
            with open(arguments.jwk, encoding="utf-8") as file:
                jwk = json.load(file)
        except (OSError, ValueError) as error:
            raise Unusable("cannot read the JWK: %s" % error) from error
        if not isinstance(jwk, dict):
            raise Unusable("the JWK is not an object")
        return PublicKey(jwk)
    if arguments.secret_env is not None:
        value = os.environ.get(arguments.secret_env)
        if value is None:
            raise Unusable("the environment has no %s" % arguments.secret_env)
        return Secret(value.encode("utf-8"))
    try:
        return Secret(bytes.fromhex(arguments.secret_hex))
    except ValueError as error:
        raise Unusable("--secret-hex is not hexadecimal") from error


def read_payload(path):
    try:
        if path == "-":
            return sys.stdin.buffer.read()
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Unusable("cannot read the message: %s" % error) from error


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("message", help='payload file, or "-" for standard input')
    key = parser.add_mutually_exclusive_group(required=True)
    key.add_argument("--jwk", metavar="FILE", help="public JWK of the signer")
    key.add_argument("--secret-hex", metavar="HEX", help="shared secret in hexadecimal")
    key.add_argument("--secret-env", metavar="NAME", help="variable holding the secret as text")
    parser.add_argument("--typ", help="kind the message must be signed as, e.g. ota-status+jws")
    parser.add_argument("--member", metavar="NAME", help="verify this object inside the message")
    parser.add_argument("--bundle", action="store_true", help="verify the bundle and its manifests")
    arguments = parser.parse_args()
    try:
        message = read_object(read_payload(arguments.message))
        if arguments.member is not None:
            message = message.get(arguments.member)
            if not isinstance(message, dict):
                raise Refused("the message has no object %r" % arguments.member)
        key = read_key(arguments)
        found = verify_bundle(message, key) if arguments.bundle else verify(message, key, arguments.typ)
    except Refused as refusal:
        print("REFUSED: %s" % refusal, file=sys.stderr)
        return 1
    except Unusable as fault:
        print("UNUSABLE: %s" % fault, file=sys.stderr)
        return 2
    print("VALID: %s" % found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
