#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes InterConsole-{Regular,Medium,SemiBold}.otf beside this file from the static fonts of Debian's package
fonts-inter (python3-fonttools is needed). The digits of the character map point at the tabular glyphs, because
QFont cannot switch font features before Qt 6.7; the font is cut to Latin, punctuation, arrows and currency and
renamed «Inter Console». The result depends on the input alone: no dates of the day."""
import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/fonts/opentype/inter")
TARGET = pathlib.Path(__file__).resolve().parent
FAMILY = "Inter Console"
WEIGHTS = {"Regular": 400, "Medium": 500, "SemiBold": 600}
RANGES = [
    (0x0020, 0x007E), (0x00A0, 0x017F), (0x0218, 0x021B), (0x0259, 0x0259), (0x02B9, 0x02DD),
    (0x0300, 0x0304), (0x0306, 0x030C), (0x0327, 0x0328), (0x0370, 0x03FF), (0x0400, 0x045F),
    (0x1E80, 0x1E9E), (0x1EF2, 0x1EF3), (0x2010, 0x2027), (0x202F, 0x203A), (0x2044, 0x2044),
    (0x2070, 0x208E), (0x20A0, 0x20BF), (0x2116, 0x2122), (0x2190, 0x21FF), (0x2202, 0x2265),
    (0x2318, 0x2318), (0x21B5, 0x21B5), (0x25A0, 0x25FF), (0x2713, 0x2717), (0xFEFF, 0xFEFF),
]
FEATURES = ["kern", "mark", "mkmk", "ccmp", "locl", "calt"]


def tabular_digits(font):
    """The substitutions of the tnum feature for the ten digits."""
    table = font["GSUB"].table
    pairs = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for part in table.LookupList.Lookup[index].SubTable:
                part = getattr(part, "ExtSubTable", part)
                pairs.update(getattr(part, "mapping", {}))
    return pairs


def make(weight, number):
    font = TTFont(SOURCE / f"Inter-{weight}.otf", recalcTimestamp=False)
    pairs = tabular_digits(font)
    for table in font["cmap"].tables:
        for code in range(ord("0"), ord("9") + 1):
            if code in table.cmap:
                # Tables of the same offset share one dictionary: a digit may be done already.
                table.cmap[code] = pairs.get(table.cmap[code], table.cmap[code])

    options = subset.Options()
    options.layout_features = FEATURES
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.desubroutinize = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cutter.subset(font)

    names = font["name"]
    names.names = [name for name in names.names if name.nameID in (0, 5, 7, 8, 9, 11, 12, 13, 14)]
    legacy = FAMILY if weight == "Regular" else f"{FAMILY} {weight}"
    for identifier, text in {
        1: legacy, 2: "Regular", 3: f"InterConsole-{weight}", 4: f"{FAMILY} {weight}",
        6: f"InterConsole-{weight}", 16: FAMILY, 17: weight,
    }.items():
        names.setName(text, identifier, 3, 1, 0x409)
        names.setName(text, identifier, 1, 0, 0)
    font["OS/2"].usWeightClass = number
    top = font["CFF "].cff
    top.fontNames = [f"InterConsole-{weight}"]
    top.topDictIndex[0].FullName = f"{FAMILY} {weight}"
    top.topDictIndex[0].FamilyName = FAMILY
    font.save(TARGET / f"InterConsole-{weight}.otf")


for weight, number in WEIGHTS.items():
    make(weight, number)
