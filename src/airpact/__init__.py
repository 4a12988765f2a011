"""airpact: a safety desk for organisations that share the sky but not a controller."""

import hashlib
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Final

__version__ = "0.1.0"

KERNEL_PACKAGES: Final = ("geo", "encounter", "picture")  # geo: compiled code holds its constants


def kernel_fingerprint(package: Path) -> str:
    """Return a hash of every kernel source under `package`, numba, numpy and the processor."""
    digest = hashlib.sha256()
    for name in KERNEL_PACKAGES:
        for source in sorted((package / name).rglob("*.py")):
            digest.update(source.relative_to(package).as_posix().encode())
            digest.update(source.read_bytes())
    for part in (version("numba"), version("numpy"), platform.machine(), platform.python_version(), _processor()):
        digest.update(part.encode())
    return digest.hexdigest()[:16]


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if not cpuinfo.exists():
        return platform.processor()
    wanted = ("model name", "flags", "Features")
    return "\n".join(sorted({line for line in cpuinfo.read_text().splitlines() if line.startswith(wanted)}))


def _kernel_cache() -> str:
    """Return a writable folder for compiled kernels, new whenever any kernel source changes.

    Numba keys its cache by the file of the compiled function alone and does not notice an edited callee in another
    file, so the folder itself carries the hash. It must be known before numba is imported, hence here.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "airpact"
    name = f"kernels-{kernel_fingerprint(Path(__file__).parent)}"
    try:
        (base / name).mkdir(parents=True, exist_ok=True)
    except OSError:  # a read-only home: compile once per boot instead of never
        base = Path(tempfile.gettempdir()) / f"airpact-{os.getuid()}"
    return str(base / name)


os.environ.setdefault("NUMBA_CACHE_DIR", _kernel_cache())
# Kernels run on every core; who waits for another's share sleeps instead of turning, and leaves the core to whoever has
# work: consoles, storage and recorder live beside them, and a sweep that shares its cores is five times as fast so.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
