"""What is said of a signature, in the report and by ``rollover verify``; English, the catalogues translate."""

from __future__ import annotations


def _n(source: str) -> str:
    """Mark a source string for the catalogue."""
    return source


PROVES = (
    _n(
        "A signature proves that whoever holds the secret key signed exactly this folder, and that nothing in it was "
        "changed since."
    ),
    _n(
        "It does not prove that the key is the bench's: compare the key with the one you were given by another way, on "
        "paper for instance."
    ),
    _n(
        "Nor does it prove that the holder of the key was honest, that these were the client's devices, or when it was "
        "signed: the time in it is the signer's own word."
    ),
)
SIGNED = _n("Signed by key %(key)s: %(comment)s")
KEY_GIVEN = _n("This is the key you gave.")
KEY_OF_THE_RUN = _n("This key is named by the run itself, which does not tell whose it is: %(key)s")
NOT_SIGNED = _n("Not signed.")
KEY_UNKNOWN = _n("There is a signature. Give the public key of who should have signed, with --key.")
ATTESTED = _n("A statement of the results in in-toto's form is signed by the same key.")
