#!/usr/bin/env python3
"""Verify OTA Bench session reports, without OTA Bench.

Usage:
    verify_report.py REPORT... [--fingerprint HEX] [--trust FILE]

REPORT is the JSON that was exported, or the printable page (HTML) that carries it.
--fingerprint is the SHA-256 of the workshop's CA certificate, or of its report key, as the
workshop told you by another way than the report itself; with or without colons.
--trust is a file with public keys (JWK or JWK Set, such as the bench exports) or with
certificates of CAs in PEM.

Without either, the answer is only whether the report is unchanged since SOMEBODY signed it:
whoever forges a report can sign it with a key of their own.

Of a page this looks at the signed data alone, and prints what they say: what the page shows
besides may have been changed.

Exit codes: 0 every report is OK, 1 one is not, 2 the command line or a file is unusable.
Needs the `cryptography` package. docs/REPORTS.md; docs/PROTOCOL.md, rules P1, P2, S1, S2.
"""

import argparse
import base64
import datetime
import hashlib
import json
import re
import sys

LARGEST_INTEGER = 2**53 - 1
LARGEST_REPORT = 6 * 1024 * 1024
DEEPEST_NESTING = 64
TYP = "ota-report+jws"
FORMAT = "ota-bench-session-report"


class Refused(Exception):
    """The report is not what the holder of the key signed, or the key is not trusted."""


class Unusable(Exception):
    """The command line, or a file named on it, cannot be used."""


def read_report(payload):
    """The JSON object in `payload`, and whether it came inside a page."""
    if len(payload) > LARGEST_REPORT:
        raise Refused("more than 6 MiB")
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("not UTF-8") from error
    if not re.match(r"[ \t\r\n]*<!doctype html", text, re.IGNORECASE):
        return read_object(text), False
    found = re.findall(r'<template id="ota-bench-report">([A-Za-z0-9+/=\s]*)</template>', text)
    if len(found) != 1:
        raise Refused("the page carries no signed report, or more than one")
    try:
        inner = base64.b64decode("".join(found[0].split()), validate=True).decode("utf-8")
    except ValueError as error:
        raise Refused("the data in the page are damaged") from error
    return read_object(inner), True


def read_object(text):
    if text.startswith("\ufeff"):
        raise Refused("it begins with a byte order mark")
    try:
        value = json.loads(
            text,
            object_pairs_hook=unique_members,
            parse_int=safe_integer,
            parse_float=whole_number,
            parse_constant=no_number,
        )
    except (ValueError, RecursionError) as error:
        raise Refused("not JSON: %s" % error) from error
    if not isinstance(value, dict):
        raise Refused("not a JSON object")
    check_depth(value, 1)
    return value


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
    # RFC 8785 writes it as 0, and a text that says otherwise was not signed.
    return int(text)


def whole_number(text):
    """RFC 8785 has one way to write 1, 1.0 and 1e0."""
    value = float(text)
    if not value.is_integer() or abs(value) > LARGEST_INTEGER:
        raise Refused("%s is not an integer" % text[:20])
    return int(value)


def no_number(text):
    raise Refused("%s is not a number" % text[:20])


def canonical_bytes(report):
    """RFC 8785, which these options yield for integers and ASCII member names (rule P1)."""
    content = {k: v for k, v in report.items() if k not in ("signature", "hmac")}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise Refused("half a surrogate pair") from error


def decode_base64url(text):
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", text):
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
        if not isinstance(jwk, dict):
            raise Refused("a key is no JWK")
        curve = {("OKP", "Ed25519"): "EdDSA", ("EC", "P-256"): "ES256"}
        self.algorithm = curve.get((jwk.get("kty"), jwk.get("crv")))
        if self.algorithm is None:
            raise Refused("a key is neither Ed25519 nor P-256")
        if "d" in jwk:
            raise Refused("a JWK carries its private part")
        names = ("crv", "kty", "x") if self.algorithm == "EdDSA" else ("crv", "kty", "x", "y")
        if not all(isinstance(jwk.get(name), str) for name in names):
            raise Refused("a JWK is incomplete")
        self.x, self.y = (decode_base64url(jwk[n]) if n in names else bytes(32) for n in "xy")
        if len(self.x) != 32 or len(self.y) != 32:
            raise Refused("a JWK has coordinates of another length")
        # RFC 7638: the key's id is the hash of its required members.
        text = json.dumps({n: jwk[n] for n in names}, sort_keys=True, separators=(",", ":"))
        digest = hashlib.sha256(text.encode("ascii"))
        self.kid = encode_base64url(digest.digest())
        self.fingerprint = digest.hexdigest()

    def public_key(self):
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519

        try:
            if self.algorithm == "EdDSA":
                return ed25519.Ed25519PublicKey.from_public_bytes(self.x)
            return ec.EllipticCurvePublicNumbers(
                int.from_bytes(self.x, "big"), int.from_bytes(self.y, "big"), ec.SECP256R1()
            ).public_key()
        except ValueError as error:
            raise Refused("the JWK is not a point of its curve") from error

    def verify(self, signed, signature):
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, utils

        if len(signature) != 64:
            raise Refused("the signature has %d bytes instead of 64" % len(signature))
        key = self.public_key()
        try:
            if self.algorithm == "EdDSA":
                return key.verify(signature, signed)
            # RFC 7518 section 3.4: r and s side by side, 32 bytes each.
            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
            der = utils.encode_dss_signature(r, s)
            return key.verify(der, signed, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise Refused("the content is not what its key signed: it was changed") from error


def verify_signature(report, key):
    """A detached JWS: base64url(header) '..' base64url(signature)."""
    signature = report.get("signature")
    if "hmac" in report:
        raise Refused("it carries `hmac`, which nothing signs")
    if signature is None:
        raise Refused("it carries no signature")
    parts = signature.split(".") if isinstance(signature, str) else []
    if len(parts) != 3 or parts[1] != "":
        raise Refused("`signature` is not a detached JWS")
    header = read_object(decode_text(decode_base64url(parts[0])))
    if set(header) != {"alg", "kid", "typ"}:
        raise Refused("the protected header has other members than a report's")
    if header.get("alg") != key.algorithm:
        raise Refused("signed with %r, the key is for %s" % (header.get("alg"), key.algorithm))
    if header.get("kid") != key.kid:
        raise Refused("signed with key %r, the one in the report is %s" % (header.get("kid"), key.kid))
    if header.get("typ") != TYP:
        raise Refused("signed as %r, which is no session report" % header.get("typ"))
    payload = encode_base64url(canonical_bytes(report))
    key.verify(("%s.%s" % (parts[0], payload)).encode("ascii"), decode_base64url(parts[2]))


def decode_text(raw):
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("the protected header is not UTF-8") from error


def check_chain(chain, key, signed_at):
    """SHA-256 of the CA that vouches for the key; None where the report names none."""
    if not isinstance(chain, list) or not all(isinstance(each, str) for each in chain):
        raise Refused("the certificates are malformed")
    if not chain:
        return None
    try:
        return fingerprint_of_ca(chain, key, signed_at)
    except Refused:
        raise
    except Exception as error:  # Whatever a stranger's certificate makes the library stumble over.
        raise Refused("the certificates cannot be read: %s" % type(error).__name__) from error


def fingerprint_of_ca(chain, key, signed_at):
    from cryptography import x509
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization

    if len(chain) > 4:
        raise Refused("%d certificates are too many" % len(chain))
    try:
        raw = [base64.b64decode(each, validate=True) for each in chain]
        certificates = [x509.load_der_x509_certificate(each) for each in raw]
    except (ValueError, TypeError) as error:
        raise Refused("a certificate cannot be read") from error
    if [base64.b64encode(each).decode("ascii") for each in raw] != chain:
        raise Refused("a certificate is not canonical base64")
    if len(certificates) < 2:
        raise Refused("the certificate of the CA is not with it")
    spki = [
        each.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        for each in (certificates[0].public_key(), key.public_key())
    ]
    if spki[0] != spki[1]:
        raise Refused("the certificate is of another key")
    try:
        uses = certificates[0].extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        uses = ()
    # RFC 9336. A vehicle's or an operator's certificate by the same CA signs no report.
    if x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36") not in uses:
        raise Refused("the certificate is not for signing documents")
    begin, end = validity(certificates[0])
    if not begin <= signed_at <= end:
        raise Refused("the certificate was not valid when the report was signed")
    for certificate, issuer in zip(certificates, certificates[1:]):
        try:
            basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
            if not basic.value.ca or not may_sign_certificates(issuer):
                raise Refused("a certificate is issued by none that may")
            verify_issued(certificate, issuer)
        except (InvalidSignature, ValueError, x509.ExtensionNotFound) as error:
            raise Refused("a certificate is not issued by the one that follows") from error
    return hashlib.sha256(raw[-1]).hexdigest()


def may_sign_certificates(issuer):
    """RFC 5280 section 4.2.1.3: a key usage, where there is one, has to say so."""
    from cryptography import x509

    try:
        return issuer.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return True


def validity(certificate):
    """Also for versions of `cryptography` that know no `..._utc`."""
    if hasattr(certificate, "not_valid_before_utc"):
        return certificate.not_valid_before_utc, certificate.not_valid_after_utc
    utc = datetime.timezone.utc
    return (
        certificate.not_valid_before.replace(tzinfo=utc),
        certificate.not_valid_after.replace(tzinfo=utc),
    )


def verify_issued(certificate, issuer):
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    key, signed = issuer.public_key(), certificate.tbs_certificate_bytes
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.verify(
            certificate.signature, signed, ec.ECDSA(certificate.signature_hash_algorithm)
        )
    if isinstance(key, rsa.RSAPublicKey):
        return key.verify(
            certificate.signature,
            signed,
            padding.PKCS1v15(),
            certificate.signature_hash_algorithm,
        )
    return key.verify(certificate.signature, signed)


def verify_report(payload, trusted):
    """Returns what was found as lines of text, or raises Refused."""
    report, page = read_report(payload)
    by = report.get("signedBy")
    if not isinstance(by, dict):
        raise Refused("it carries no public key")
    key = PublicKey(by.get("jwk"))
    if not all(isinstance(each, str) for each in by["jwk"].values()):
        raise Refused("the JWK in it is malformed")
    if by.get("kid") != key.kid:
        raise Refused("the key in it is not the one it names")
    verify_signature(report, key)
    check_members(report, MEMBERS, "")
    if report["format"] != FORMAT or report["formatVersion"] != 1:
        raise Refused("what was signed is no session report of format 1")
    created = report["createdAt"]["utc"]
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created, re.ASCII):
            raise ValueError(created)
        signed_at = datetime.datetime.fromisoformat(created.replace("Z", "+00:00"))
    except ValueError as error:
        raise Refused("it says no time") from error
    ca = check_chain(by.get("chain"), key, signed_at)
    lines = summary(report, created)
    lines.append("key %s%s" % (key.fingerprint, "" if ca is None else ", CA %s" % ca))
    if page:
        lines.append("from a page: rely on these lines, what it shows besides is not signed")
    if trusted is None:
        lines.append("WHO SIGNED IS NOT KNOWN: give --fingerprint or --trust to know")
        return "unchanged since that key signed it", lines
    if key.fingerprint in trusted or (ca is not None and ca in trusted):
        return "unchanged, and signed by a key that you trust", lines
    raise Refused("it is signed with the key %s, which is none of those you trust" % key.fingerprint)


# What is relied on below. The bench that made it also looks at the rest.
MEMBERS = {
    "format": str,
    "formatVersion": int,
    "reportId": str,
    "createdAt": {"utc": str, "offsetMinutes": int},
    "result": {"word": str, "sentence": str},
    "vehicle": {"vin": str, "advice": list},
    "work": {"operator": str, "purpose": str},
    "session": {"begunAt": dict, "finishedAt": dict, "events": list},
    "changes": list,
    "updates": list,
    "rollbacks": list,
    "refusals": list,
    "tool": dict,
}


def check_members(value, members, path):
    for name, kind in members.items():
        inner = value.get(name)
        wanted = dict if isinstance(kind, dict) else kind
        # A bool is an int to Python, and none to JSON.
        if not isinstance(inner, wanted) or isinstance(inner, bool):
            raise Refused("what was signed is no session report: %s%s" % (path, name))
        if isinstance(kind, dict):
            check_members(inner, kind, "%s%s." % (path, name))


def summary(report, created):
    def at(*names):
        value = report
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return printable(value)

    lines = [
        "report %s of %s" % (at("reportId"), printable(created)),
        "vehicle %s, by %s" % (at("vehicle", "vin"), at("work", "operator")),
        "result: %s: %s" % (at("result", "word"), at("result", "sentence")),
    ]
    for change in report.get("changes") if isinstance(report.get("changes"), list) else []:
        if not isinstance(change, dict):
            continue
        before, after = (change.get(n) if isinstance(change.get(n), dict) else {} for n in ("before", "after"))
        lines.append(
            "  %s: %s -> %s"
            % (
                printable(change.get("ecuId")),
                printable(before.get("version")),
                printable(after.get("version")),
            )
        )
    return lines


def printable(value):
    """What a stranger wrote must not move the cursor of a terminal."""
    text = "-" if value is None else str(value)
    return "".join(c if c.isprintable() else "?" for c in text)[:400]


def read_trusted(arguments):
    """Fingerprints in lower-case hexadecimal; None where nothing was given."""
    if not arguments.fingerprint and not arguments.trust:
        return None
    trusted = set()
    for text in arguments.fingerprint:
        bare = re.sub(r"[\s:]", "", text)
        if re.fullmatch(r"[0-9A-Fa-f]{64}", bare):
            trusted.add(bare.lower())
        elif re.fullmatch(r"[A-Za-z0-9_-]{43}", bare):
            trusted.add(base64.urlsafe_b64decode(bare + "=").hex())
        else:
            raise Unusable("--fingerprint is neither 64 hexadecimal digits nor a thumbprint")
    for path in arguments.trust:
        trusted |= trusted_in(path, read_file(path))
    return trusted


def trusted_in(path, payload):
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    pems = re.findall(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----", payload)
    try:
        if pems:
            ders = [
                x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
                for pem in pems
            ]
            return {hashlib.sha256(der).hexdigest() for der in ders}
        value = json.loads(payload.decode("utf-8"))
        keys = value["keys"] if isinstance(value, dict) and "keys" in value else [value]
        return {PublicKey(key).fingerprint for key in keys}
    except (ValueError, TypeError, Refused) as error:
        raise Unusable("%s: no keys and no certificates: %s" % (path, error)) from error


def read_file(path):
    try:
        if path == "-":
            return sys.stdin.buffer.read(LARGEST_REPORT + 1)
        with open(path, "rb") as file:
            return file.read(LARGEST_REPORT + 1)
    except OSError as error:
        raise Unusable("cannot read %s: %s" % (path, error)) from error


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("report", nargs="+", help='exported report, or "-" for standard input')
    parser.add_argument("--fingerprint", metavar="HEX", action="append", default=[])
    parser.add_argument("--trust", metavar="FILE", action="append", default=[])
    arguments = parser.parse_args()
    worst = 0
    try:
        try:
            import cryptography  # noqa: F401
        except ImportError as error:
            raise Unusable("install the Python package `cryptography`") from error
        trusted = read_trusted(arguments)
        for path in arguments.report:
            try:
                found, lines = verify_report(read_file(path), trusted)
            except Refused as refusal:
                worst = 1
                print("NOT OK: %s: %s" % (path, refusal))
                continue
            print("OK: %s: %s" % (path, found))
            for line in lines:
                print("  %s" % line)
    except Unusable as fault:
        print("UNUSABLE: %s" % fault, file=sys.stderr)
        return 2
    return worst


if __name__ == "__main__":
    sys.exit(main())
