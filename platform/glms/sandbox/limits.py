"""What one interpreter may take at most."""

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bytes unless the name says otherwise."""

    memory: int = 1024 * MIB
    """Of all its processes and its files together, enforced by a control group, else by watching."""
    address_space: int = 6144 * MIB
    """Per process; threads and BLAS reserve far more than they use."""
    processes: int = 64
    open_files: int = 512
    file_size: int = 256 * MIB
    disk: int = 256 * MIB
    inodes: int = 4096
    seconds: float = 60.0
    """Per call."""
    text: int = 1 * MIB
    """Kept per call: the beginning and the end."""
    text_read: int = 16 * MIB
    """A call that prints more is interrupted."""
    pictures: int = 20
    picture: int = 5 * MIB
    kept_files: int = 1000
    depth: int = 8

    def inside(self) -> dict[str, int]:
        """What the program in the sandbox sets for itself before anything foreign runs."""
        return {
            "AS": self.address_space,
            "NPROC": self.processes,
            "NOFILE": self.open_files,
            "FSIZE": self.file_size,
            "CORE": 0,
        }
