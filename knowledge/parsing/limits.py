"""How much of a file is read at most."""

from dataclasses import dataclass, fields

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bytes unless the name says otherwise; what goes beyond ends the parsing with a code of its own."""

    file_size: int = 200 * MIB
    unpacked: int = 200 * MIB
    """Of all that a packed file holds, counted while it is unpacked, whatever the file says of itself."""
    ratio: int = 200
    """Unpacked to packed, once more than `unpacked_freely` came out."""
    unpacked_freely: int = 32 * MIB
    entries: int = 10_000
    """Of a packed file."""
    pages: int = 2_000
    characters: int = 60_000_000
    """Of text that comes out."""
    columns: int = 2_000
    """Of a table."""
    pixels: int = 50_000_000
    """Of one picture, as its header says before it is decoded."""
    ocr_pages: int = 200
    ocr_seconds: float = 30.0
    """For each page or picture."""
    ocr_languages: str = "chi_sim+eng"

    def to_json(self) -> dict[str, int | float | str]:
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_json(cls, told: dict[str, int | float | str]) -> "Limits":
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in told.items() if name in known})  # type: ignore[arg-type]
