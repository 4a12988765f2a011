"""The one error of this layer: what was handed in cannot be read, or does not prove what it claims."""


class ProofError(ValueError):
    """One sentence that names what is wrong; nothing of the value it speaks of may be used."""
