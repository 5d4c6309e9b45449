#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Brings the .ts files up to date with the sources: new texts appear as unfinished, gone ones are removed.
# The include path lets it see which namespace a class is in: contexts are full class names.
# Run it from anywhere; then translate what is unfinished (linguist, or an editor).
set -eu
cd "$(dirname "$0")/.."
for directory in "$(qtpaths6 --query QT_INSTALL_BINS 2>/dev/null || true)" /usr/lib/qt6/bin; do
    if [ -x "$directory/lupdate" ]; then
        lupdate="$directory/lupdate"
        break
    fi
done
if [ -z "${lupdate:-}" ]; then
    echo "lupdate of Qt 6 is missing; install qt6-l10n-tools." >&2
    exit 1
fi
"$lupdate" -I . -locations none -no-obsolete -source-language en -target-language zh_CN service shared -ts translations/quota-proxy_zh.ts
"$lupdate" -I . -locations none -no-obsolete -source-language en -target-language zh_CN app -ts translations/quota-console_zh.ts
# English needs a catalogue for its plural forms only.
"$lupdate" -I . -locations none -no-obsolete -pluralonly -source-language en -target-language en app -ts translations/quota-console_en.ts
