"""Run at the installation: makes upright fonts of the packaged variable ones and matplotlib's list of them.

Usage: fonts.py FOLDER WHERE-THE-SANDBOX-SEES-IT
"""

import json
import sys
from pathlib import Path
from typing import Any

import justmytype_intl_cjk
import matplotlib
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from matplotlib import font_manager

PACKAGED = Path(justmytype_intl_cjk.__file__).parent / "fonts" / "ofl"
FONTS = {
    "NotoSansSC-Regular.ttf": "notosanssc/NotoSansSC[wght].ttf",
    "NotoSansKR-Regular.ttf": "notosanskr/NotoSansKR[wght].ttf",
}
ALIASES = (
    "SimHei", "SimSun", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC",
    "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "PingFang SC", "Heiti SC", "STHeiti", "Arial Unicode MS",
)  # fmt: skip
"""Names of fonts with Chinese characters by which programs ask; here they all mean the one that is there."""


def main(folder: Path, inside: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in FONTS.items():
        with TTFont(PACKAGED / source) as font:
            instancer.instantiateVariableFont(font, {"wght": 400}, inplace=True)
            font.save(folder / name)
        (folder / f"{name}.OFL.txt").write_text((PACKAGED / source).with_name("OFL.txt").read_text())
    (folder / "fontlist.json").write_text(json.dumps(listed(folder, inside)))


def listed(folder: Path, inside: str) -> dict[str, Any]:
    """Matplotlib's own list, of its own fonts and ours only, with the paths that hold inside the sandbox."""
    manager = font_manager.FontManager()
    own = str(Path(matplotlib.get_data_path()))
    manager.ttflist = [entry for entry in manager.ttflist if entry.fname.startswith(own)]
    for name in FONTS:
        manager.addfont(folder / name)
    chinese = next(entry for entry in manager.ttflist if entry.fname.endswith("NotoSansSC-Regular.ttf"))
    for alias in ALIASES:
        entry = type(chinese)(**{**vars(chinese), "name": alias})
        manager.ttflist.append(entry)
    draft = folder / "draft.json"
    font_manager.json_dump(manager, draft)
    told: dict[str, Any] = json.loads(draft.read_text())
    draft.unlink()
    for entry in told["ttflist"]:
        entry["fname"] = entry["fname"].replace(str(folder), inside)
    told["afmlist"] = []
    return told


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
