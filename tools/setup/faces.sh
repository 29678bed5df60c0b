#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Films the synthetic person that the browser and API tests hold before the camera, and attacks on that person, so that no test
# waits for it. Needs no network: the head lies in tools/synthetic/data. The films go to $YUNGUI_FACES, else .cache/faces of the
# checkout; what is there stays.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=${YUNGUI_PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import cv2, numpy, PIL' 2>/dev/null; then
    echo "yungui: $python lacks python3-opencv, python3-numpy or python3-pil (tools/packages.txt)" >&2
    exit 1
fi
cache=${YUNGUI_FACES:-$root/.cache/faces}
films=$cache/$("$python" "$root/tools/synthetic/head.py" --version)
film() { # kind act:seconds …
    local kind=$1 folder=$films/1-$1-0 words=(--seamless)
    [ "$kind" = genuine ] || words=(--attack "$kind")
    shift
    mkdir -p "$folder"
    for script in "$@"; do
        local act=${script%%:*}
        [ -e "$folder/$act/frames.json" ] && continue
        "$python" "$root/tools/synthetic/head.py" --identity 1 --script "$script" "${words[@]}" --out "$folder/.$act.$$" >/dev/null
        rm -rf "${folder:?}/$act" && mv "$folder/.$act.$$" "$folder/$act"
    done
}
acts=(turn-left:1.8 turn-right:1.8 blink:1.4 come-closer:2)
(film genuine neutral:3 blink:1.4 && film flat-warped "${acts[@]}") &
film genuine turn-left:1.8 turn-right:1.8 come-closer:2
film flat-mirrored "${acts[@]}"
wait $!
