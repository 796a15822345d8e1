"""Signing keys as minisign keeps them: made, read, found. A secret key never lies in a run folder.

The form is minisign's own (jedisct1.github.io/minisign, "Secret key format"), so that its tool can sign with a key made
here and the other way round. The arithmetic is left to the package ``cryptography``; without it, whoever asks for a
signature is told what to install.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import SigningError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_VARIABLE = "ROLLOVER_SIGNING_KEY"
_ALGORITHM = b"Ed"
_NO_PASSWORD = b"\0\0"
_SCRYPT = b"Sc"
_CHECKSUM = b"B2"
_SALT_BYTES = 32
_HEAD_BYTES = 2 + 2 + 2 + _SALT_BYTES + 8 + 8
_NUMBERED_KEY_BYTES = 8 + 64 + 32  # the key's number, seed and public key, checksum
_SCRYPT_R = 8
_OPERATIONS = 1 << 25  # minisign's own (libsodium's "sensitive"): 1 GiB and some seconds
_MEMORY_BYTES = 1 << 30
_MOST_MEMORY_BYTES = (1 << 31) - 1  # as much as OpenSSL is told it may take
_LONGEST_FILE = 4096

AskPassword = Callable[[str], str]
"""Asks a person for a key's password, given a prompt."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that can sign. ``key_id`` is its number: eight bytes, in the order in which they stand in the file."""

    key_id: bytes
    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        """Base64 of the public key: what minisign takes after ``-P``."""
        return base64.b64encode(_ALGORITHM + self.key_id + self.public_bytes).decode()

    @property
    def public_bytes(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.private.public_key().public_bytes_raw()

    @property
    def shown_id(self) -> str:
        """The key's number as minisign prints it."""
        return f"{int.from_bytes(self.key_id, 'little'):X}"

    def public_file(self) -> str:
        """Return the text of the ``.pub`` file."""
        return f"untrusted comment: minisign public key {self.shown_id}\n{self.public}\n"


def keys_folder() -> Path:
    """Return where keys lie unless the user says otherwise: the user's own configuration, one file a bench."""
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return base / "rollover-bench" / "keys"


def default_key(bench: str) -> Path:
    """Return where a bench's key lies unless the user says otherwise."""
    return keys_folder() / f"{bench}.key"


def find_key(bench: str, *, option: Path | None = None, stated: Path | None = None) -> Path | None:
    """Return the file of the key a run is signed with, or None when none is configured.

    Args:
        bench: the bench's name.
        option: what the command line says; it comes first.
        stated: what the bench file says; it comes after ``ROLLOVER_SIGNING_KEY``, and before the default place, which
            counts only if there is a key in it.
    """
    variable = os.environ.get(KEY_VARIABLE)
    named = option or (Path(variable) if variable else None) or stated
    if named is not None:
        return named
    default = default_key(bench)
    return default if default.is_file() else None


def make_key(path: Path, *, password: str = "") -> SigningKey:
    """Make a key: the secret in ``path``, readable by its owner alone, the public half in ``.pub`` beside it.

    Args:
        path: must not exist yet; folders on the way are made.
        password: protects the file with scrypt, as minisign does; empty: the file itself is the secret.

    Raises:
        SigningError: ``cryptography`` is missing, a file is there already, or the disk refuses.
    """
    key = _new_key()
    text = f"untrusted comment: minisign encrypted secret key\n{_encoded(key, password)}\n"
    public = path.with_suffix(".pub")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # The mode is given at the making: between a chmod and the write before it, others could read.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode())
        with public.open("xb") as stream:
            stream.write(key.public_file().encode())
    except FileExistsError as error:
        raise SigningError(f"{error.filename}: there is a key already; a key is never written over") from error
    except OSError as error:
        raise SigningError(f"{path}: the key cannot be kept: {error.strerror}") from error
    return key


def read_key(path: Path, ask_password: AskPassword) -> SigningKey:
    """Read a secret key, made here or by minisign.

    Raises:
        SigningError: there is none, others may read it, it is in another form, or the password does not fit.
    """
    raw = _read_secret(path)
    if raw[:2] != _ALGORITHM or raw[4:6] != _CHECKSUM or raw[2:4] not in {_NO_PASSWORD, _SCRYPT}:
        raise SigningError(f"{path}: not a secret key of minisign's")
    numbered = raw[_HEAD_BYTES:]
    is_encrypted = raw[2:4] == _SCRYPT
    if is_encrypted:
        stream = _stretched(ask_password(f"Password of {path}: "), raw[6:_HEAD_BYTES], path)
        numbered = bytes(one ^ other for one, other in zip(numbered, stream, strict=True))
    key_id, seed, public, checksum = numbered[:8], numbered[8:40], numbered[40:72], numbered[72:]
    # A file without a password may have no checksum: minisign 0.11 leaves zeros there.
    if checksum != _checksum_of(key_id, seed + public) and (is_encrypted or any(checksum)):
        raise SigningError(f"{path}: {'the password does not fit' if is_encrypted else 'the key is damaged'}")
    key = SigningKey(key_id, _private_key(seed))
    if key.public_bytes != public:
        raise SigningError(f"{path}: the key is damaged: its two halves do not fit")
    return key


def _read_secret(path: Path) -> bytes:
    """Return the bytes of a secret key's file, after a look at who else may read it."""
    try:
        status = path.stat()
        if os.name == "posix" and status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SigningError(f"{path}: others may read this secret key; allow only yourself: chmod 600 {path}")
        lines = path.read_text("ascii").splitlines() if status.st_size <= _LONGEST_FILE else []
        raw = base64.b64decode("".join(lines[1:]), validate=True)
    except OSError as error:
        raise SigningError(f"{path}: the signing key cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, binascii.Error) as error:
        raise SigningError(f"{path}: not a secret key of minisign's") from error
    if len(raw) != _HEAD_BYTES + _NUMBERED_KEY_BYTES:
        raise SigningError(f"{path}: not a secret key of minisign's")
    return raw


def _encoded(key: SigningKey, password: str) -> str:
    """Return a secret key as it stands in its file."""
    pair = key.private.private_bytes_raw() + key.public_bytes
    if not password:
        head = _ALGORITHM + _NO_PASSWORD + _CHECKSUM + bytes(_SALT_BYTES + 16)
        return base64.b64encode(head + key.key_id + pair + bytes(32)).decode()
    settings = os.urandom(_SALT_BYTES) + _OPERATIONS.to_bytes(8, "little") + _MEMORY_BYTES.to_bytes(8, "little")
    clear = key.key_id + pair + _checksum_of(key.key_id, pair)
    hidden = bytes(one ^ other for one, other in zip(clear, _stretched(password, settings, None), strict=True))
    return base64.b64encode(_ALGORITHM + _SCRYPT + _CHECKSUM + settings + hidden).decode()


def _stretched(password: str, settings: bytes, path: Path | None) -> bytes:
    """Return the bytes that hide a key: scrypt with the limits that stand in the file.

    How the two limits become N and p is libsodium's (``pickparams`` of scryptsalsa208sha256).
    """
    salt = settings[:_SALT_BYTES]
    operations = max(32768, int.from_bytes(settings[_SALT_BYTES : _SALT_BYTES + 8], "little"))
    memory = int.from_bytes(settings[_SALT_BYTES + 8 :], "little")
    if memory > _MOST_MEMORY_BYTES or operations > _MOST_MEMORY_BYTES:
        raise SigningError(f"{path}: the key asks for more memory than this program gives it")
    if operations < memory // 32:
        rounds = _power_below(operations // (_SCRYPT_R * 4))
        lanes = 1
    else:
        rounds = _power_below(memory // (_SCRYPT_R * 128))
        lanes = min(operations // 4 // rounds, 0x3FFFFFFF) // _SCRYPT_R
    try:
        return hashlib.scrypt(
            password.encode(),
            salt=salt,
            n=rounds,
            r=_SCRYPT_R,
            p=lanes,
            dklen=_NUMBERED_KEY_BYTES,
            maxmem=_MOST_MEMORY_BYTES,
        )
    except (ValueError, MemoryError) as error:
        raise SigningError(f"{path}: the password cannot be worked with: {error}") from error


def _power_below(limit: int) -> int:
    """Return libsodium's N: the first power of two above half of ``limit``."""
    power = 2
    while power <= limit // 2:
        power *= 2
    return power


def _checksum_of(key_id: bytes, pair: bytes) -> bytes:
    return hashlib.blake2b(_ALGORITHM + key_id + pair, digest_size=32).digest()


def _new_key() -> SigningKey:
    return SigningKey(os.urandom(8), _private_key(os.urandom(32)))


def _private_key(seed: bytes) -> Ed25519PrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise SigningError("signing needs one more package: pip install 'rollover-bench[signing]'") from error
    return Ed25519PrivateKey.from_private_bytes(seed)
