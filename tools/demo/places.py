#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes banks/demo/billers/places.yaml: ten made-up cities of the made-up province with twenty-one districts each.

    python3 tools/demo/places.py

The same every time. With the thirty kinds of banks/demo/billers/kinds.yaml they make the demo bank's 6,300 bill items. The places of
organisation.yaml are among them.
"""
import pathlib

TARGET = pathlib.Path(__file__).resolve().parents[2] / "banks/demo/billers/places.yaml"
CITIES = [("云川", "Yunchuan"), ("岚湾", "Lanwan"), ("清溪", "Qingxi"), ("墨泉", "Moquan"), ("竹屿", "Zhuyu"), ("枫渡", "Fengdu"), ("霞浦滩", "Xiaputan"),
          ("雁塘", "Yantang"), ("松影", "Songying"), ("棠陵", "Tangling")]
FIRST = {"云川": [("白塔", "Baita", "区"), ("石桥", "Shiqiao", "县")], "岚湾": [("港头", "Gangtou", "区")], "清溪": [("青溪", "Qingxi", "县")]}
HEADS = [("柳", "Liu"), ("杏", "Xing"), ("桐", "Tong"), ("兰", "Lan"), ("鹤", "He"), ("麦", "Mai"), ("荷", "He"), ("梨", "Li"), ("榆", "Yu"), ("菱", "Ling")]
TAILS = [("坪", "ping"), ("洲", "zhou"), ("桥", "qiao"), ("岭", "ling"), ("浦", "pu"), ("墩", "dun"), ("湖", "hu"), ("门", "men"), ("亭", "ting"), ("圩", "xu"), ("埠", "bu"),
         ("坞", "wu"), ("堰", "yan"), ("渚", "zhu"), ("畈", "fan"), ("垅", "long"), ("沟", "gou"), ("塬", "yuan"), ("垭", "ya"), ("岗", "gang"), ("寨", "zhai")]
KINDS = {"区": "District", "县": "County"}
EACH = 21


def main():
    lines = ["# SPDX-License-Identifier: Apache-2.0", "# Written by tools/demo/places.py. Places are made up; code of an item: <kind>.<city>.<district>.", "cities:"]
    for number, (zh, en) in enumerate(CITIES):
        districts = list(FIRST.get(zh, []))
        for place, (tail, sound) in enumerate(TAILS):
            if len(districts) == EACH:
                break
            head, first = HEADS[(place + number * 3) % len(HEADS)]
            districts.append((head + tail, first + sound, "区" if place < 9 else "县"))
        lines.append(f"  - {{code: {en.lower()}, name: {{zh: {zh}市, en: {en} City}}, districts: [")
        for name, sound, kind in districts:
            lines.append(f"      {{code: {sound.lower()}, name: {{zh: {name}{kind}, en: {sound} {KINDS[kind]}}}}},")
        lines[-1] = lines[-1][:-1] + "]}"
    TARGET.write_text("\n".join(lines) + "\n")


main()
