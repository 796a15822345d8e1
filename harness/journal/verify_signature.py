"""Checks who signed a run folder: a second implementation, which shares no code with the signer.

Nothing is imported but the standard library, so this file can be read on its own and run on its own:
``python verify_signature.py FOLDER PUBLIC-KEY``. It writes nothing. The formats are those of minisign (a prehashed
signature and its trusted comment) and of in-toto (a Statement v1 in a DSSE envelope); the arithmetic is RFC 8032's.

Speed is no concern here and neither is a side channel: only public numbers are worked with.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SIGNATURE_NAME = "manifest.json.minisig"
ATTESTATION_NAME = "attestation.intoto.jsonl"
_STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_PREDICATE_TYPE = "https://in-toto.io/attestation/test-result/v0.1"
_PAYLOAD_TYPE = "application/vnd.in-toto+json"
_LONGEST_SIGNATURE = 16 * 1024  # minisign itself takes 1 KiB and 8 KiB of comments
_LONGEST_ATTESTATION = 64 << 20
_POINT_BYTES = 32
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFault:
    """One thing that is wrong with a signature: the file, a kebab word, a line for a person."""

    file: str
    code: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureCheck:
    """What was found.

    Attributes:
        is_signed: there is a signature over the manifest, sound or not.
        key_id: the number of the key that signed, as minisign prints it; empty unless the signature is sound.
        trusted_comment: what the signer said and signed; empty unless the signature is sound.
        has_attestation: there is an in-toto statement, sound or not.
        faults: all that is wrong.
    """

    is_signed: bool
    key_id: str = ""
    trusted_comment: str = ""
    has_attestation: bool = False
    faults: tuple[SignatureFault, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether there is a signature and nothing is wrong."""
        return self.is_signed and not self.faults


class _BadFormError(ValueError):
    """A file is not in the form it should have; the text says how."""


def verify_signature(folder: Path, public_key: str) -> SignatureCheck:
    """Check the signature over a folder's manifest, and the attestation beside it.

    Args:
        folder: the run folder. Only its manifest is looked at: ``verify.py`` holds the rest against that.
        public_key: base64 of the key that should have signed, as on the second line of minisign's ``.pub`` file.
    """
    faults: list[SignatureFault] = []
    key_id, comment, is_signed = "", "", (folder / SIGNATURE_NAME).is_file()
    has_attestation = (folder / ATTESTATION_NAME).is_file()
    try:
        expected_id, key = read_public_key(public_key)
    except _BadFormError as error:
        faults.append(SignatureFault(file="", code="bad-key", says=str(error)))
        return SignatureCheck(is_signed=is_signed, has_attestation=has_attestation, faults=tuple(faults))
    manifest = _manifest_of(folder, faults)
    if is_signed and manifest is not None:
        try:
            comment = _check_minisign(_content(folder / SIGNATURE_NAME, _LONGEST_SIGNATURE), manifest, expected_id, key)
            key_id = shown_id(expected_id)
        except _BadFormError as error:
            faults.append(SignatureFault(file=SIGNATURE_NAME, code="bad-signature", says=str(error)))
    elif manifest is not None:
        says = "nobody signed the manifest, or the signature was taken away"
        faults.append(SignatureFault(file=SIGNATURE_NAME, code="not-signed", says=says))
    if has_attestation and manifest is not None:
        try:
            _check_attestation(_content(folder / ATTESTATION_NAME, _LONGEST_ATTESTATION), manifest, expected_id, key)
        except _BadFormError as error:
            faults.append(SignatureFault(file=ATTESTATION_NAME, code="bad-attestation", says=str(error)))
    return SignatureCheck(
        is_signed=is_signed,
        key_id=key_id,
        trusted_comment=comment,
        has_attestation=has_attestation,
        faults=tuple(faults),
    )


def read_public_key(text: str) -> tuple[bytes, bytes]:
    """Return the number and the 32 bytes of a public key: minisign's base64, alone or as its ``.pub`` file.

    Raises:
        ValueError: it is none.
    """
    lines = text.strip().splitlines()
    raw = _from_base64(lines[-1].strip() if lines else "", "the public key")
    if len(raw) != 2 + 8 + _POINT_BYTES or raw[:2] != b"Ed":
        raise _BadFormError("it is no public key of minisign's")
    return raw[2:10], raw[10:]


def shown_id(key_id: bytes) -> str:
    """Return a key's number as minisign prints it."""
    return f"{int.from_bytes(key_id, 'little'):X}"


# --- the two formats ----------------------------------------------------------------------------------------------


def _check_minisign(content: bytes, manifest: bytes, expected_id: bytes, key: bytes) -> str:
    """Return the trusted comment of a sound signature over ``manifest``."""
    if b"\r" in content:  # minisign on Windows ends its lines so
        content = content.replace(b"\r\n", b"\n")
    lines = content.split(b"\n")
    if len(lines) not in {4, 5} or any(lines[4:]):
        raise _BadFormError("it does not have four lines")
    if not lines[0].startswith(b"untrusted comment: ") or not lines[2].startswith(b"trusted comment: "):
        raise _BadFormError("its comments are not where they belong")
    raw = _from_base64(lines[1].decode("ascii", "replace"), "the signature")
    whole = _from_base64(lines[3].decode("ascii", "replace"), "the signature over the comment")
    if len(raw) != 2 + 8 + _SIGNATURE_BYTES or len(whole) != _SIGNATURE_BYTES:
        raise _BadFormError("it is too short or too long")
    if raw[:2] != b"ED":
        raise _BadFormError("it was not made over the file's hash; sign again without the legacy format")
    key_id, signature, comment = raw[2:10], raw[10:], lines[2].removeprefix(b"trusted comment: ")
    if key_id != expected_id:
        raise _BadFormError(f"it names key {shown_id(key_id)}, and the key given is {shown_id(expected_id)}")
    if not is_signed_by(key, hashlib.blake2b(manifest).digest(), signature):
        raise _BadFormError("it is not of this manifest, or not by this key")
    if not is_signed_by(key, signature + comment, whole):
        raise _BadFormError("its trusted comment was altered")
    try:
        return comment.decode()
    except UnicodeDecodeError as error:
        raise _BadFormError("its trusted comment is no text") from error


def _check_attestation(content: bytes, manifest: bytes, key_id: bytes, key: bytes) -> None:
    """Check an in-toto statement in its envelope: spelling, signature, and that it is about this manifest."""
    envelope = _object(content.removesuffix(b"\n"), "the envelope")
    if set(envelope) != {"payload", "payloadType", "signatures"} or not content.endswith(b"\n"):
        raise _BadFormError("it is no envelope")
    payload = _from_base64(envelope["payload"], "the statement")
    signatures = envelope["signatures"]
    is_one = isinstance(signatures, list) and len(signatures) == 1 and isinstance(signatures[0], dict)
    if envelope["payloadType"] != _PAYLOAD_TYPE or not is_one or set(signatures[0]) != {"keyid", "sig"}:
        raise _BadFormError("it is no envelope of one signed statement")
    if signatures[0]["keyid"] != shown_id(key_id):
        raise _BadFormError("it names another key")
    # The encoding that is signed: DSSE v1.0.2, protocol.md, "Signature Definition".
    kind = _PAYLOAD_TYPE.encode()
    encoded = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    if not is_signed_by(key, encoded, _from_base64(signatures[0]["sig"], "its signature")):
        raise _BadFormError("it was altered, or signed by another key")
    statement = _object(payload, "the statement")
    if statement.get("_type") != _STATEMENT_TYPE or statement.get("predicateType") != _PREDICATE_TYPE:
        raise _BadFormError("it states no test result")
    if statement.get("subject") != [
        {"digest": {"sha256": hashlib.sha256(manifest).hexdigest()}, "name": "manifest.json"}
    ]:
        raise _BadFormError("it is about another manifest")


def _object(text: bytes, what: str) -> dict[str, Any]:
    """Return a JSON object that is spelled in the one canonical way."""
    try:
        parsed = json.loads(text.decode())
        spelled = json.dumps(parsed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        raise _BadFormError(f"{what} is no JSON") from error
    if not isinstance(parsed, dict) or spelled != text:
        raise _BadFormError(f"{what} is not spelled as the signer spells it")
    return parsed


def _from_base64(text: object, what: str) -> bytes:
    """Decode base64 in its one spelling: no stray character, no bits beside the last byte."""
    try:
        raw = base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except (binascii.Error, ValueError):
        raw = None
    if raw is None or base64.b64encode(raw).decode() != text:
        raise _BadFormError(f"{what} is not base64")
    return raw


def _manifest_of(folder: Path, faults: list[SignatureFault]) -> bytes | None:
    path = folder / "manifest.json"
    if path.is_symlink() or not path.is_file():
        faults.append(SignatureFault(file="manifest.json", code="missing", says="there is no manifest to be signed"))
        return None
    return path.read_bytes()


def _content(path: Path, limit: int) -> bytes:
    if path.is_symlink() or path.stat().st_size > limit:
        raise _BadFormError("it is a link, or far too long")
    return path.read_bytes()


# --- Ed25519, RFC 8032, section 5.1 -------------------------------------------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)

_Point = tuple[int, int, int, int]
"""X, Y, Z, T with x = X/Z, y = Y/Z, x*y = T/Z (section 5.1.4)."""

_ZERO: _Point = (0, 1, 1, 0)


def is_signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether ``signature`` over ``message`` was made by ``key``.

    As strict as libsodium, which minisign stands on: no scalar above the order, no point of small order, no second
    spelling of a point.
    """
    point = _decode_point(key)
    scalar = int.from_bytes(signature[32:], "little")
    if len(signature) != _SIGNATURE_BYTES or point is None or _has_small_order(point) or scalar >= _ORDER:
        return False
    told = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % _ORDER
    x, y, z, t = _times(told, point)
    expected = _add(_times(scalar, _BASE), (_P - x, y, z, _P - t))
    return not _has_small_order(expected) and _encode_point(expected) == signature[:32]


def _add(first: _Point, second: _Point) -> _Point:
    x1, y1, z1, t1 = first
    x2, y2, z2, t2 = second
    a = (y1 - x1) * (y2 - x2) % _P
    b = (y1 + x1) * (y2 + x2) % _P
    c = 2 * t1 * t2 * _D % _P
    d = 2 * z1 * z2 % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: _Point) -> _Point:
    total = _ZERO
    while scalar:
        if scalar & 1:
            total = _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _has_small_order(point: _Point) -> bool:
    """Tell whether eight times the point is nothing."""
    x, y, z, _ = _times(8, point)
    return x % _P == 0 and (y - z) % _P == 0


def _decode_point(encoded: bytes) -> _Point | None:
    """Return the point of 32 bytes, or None when there is none or it is spelled another way."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if len(encoded) != _POINT_BYTES or y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _encode_point(point: _Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, -1, _P)
    x, y = x * inverse % _P, y * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE_Y = 4 * pow(5, -1, _P) % _P
_base = _decode_point(_BASE_Y.to_bytes(32, "little"))
assert _base is not None
_BASE: _Point = _base


def main(arguments: list[str]) -> int:
    """Check one folder against one key; return 0 when the signature is sound, 1 when not, 2 for misuse."""
    if len(arguments) != 2:  # noqa: PLR2004 - a folder and a key
        sys.stderr.write("usage: python verify_signature.py FOLDER PUBLIC-KEY\n")
        return 2
    found = verify_signature(Path(arguments[0]), arguments[1])
    for fault in found.faults:
        sys.stdout.write(f"{fault.file}: {fault.code}: {fault.says}\n")
    if found.is_sound:
        sys.stdout.write(f"signed by key {found.key_id}: {found.trusted_comment!a}\n")
    return 0 if found.is_sound else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
