#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Films the synthetic person that the browser tests hold before the camera, so that no test waits for it. Needs no network: the
# head lies in tools/synthetic/data. The films go to $YUNGUI_FACES, else .cache/faces of the checkout; what is there stays.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=${YUNGUI_PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import cv2, numpy, PIL' 2>/dev/null; then
    echo "yungui: $python lacks python3-opencv, python3-numpy or python3-pil (tools/packages.txt)" >&2
    exit 1
fi
cache=${YUNGUI_FACES:-$root/.cache/faces}
folder=$cache/$("$python" "$root/tools/synthetic/head.py" --version)/1-genuine-0
film() {
    [ -e "$folder/$1/frames.json" ] && return 0
    "$python" "$root/tools/synthetic/head.py" --identity 1 --script "$1:$2" --seamless --out "$folder/.$1.$$" >/dev/null
    rm -rf "${folder:?}/$1" && mv "$folder/.$1.$$" "$folder/$1"
}
mkdir -p "$folder"
(film neutral 3; film blink 1.4) &
film turn-left 1.8; film turn-right 1.8; film come-closer 2
wait $!
