# SPDX-License-Identifier: Apache-2.0
"""Made-up people as an ID card states them. Surnames are words for "sample", so that nobody real is named."""
from dataclasses import asdict, dataclass
from datetime import date, timedelta

import numpy as np

TODAY = date(2026, 11, 21)  # the day the material is made for; validity is judged against it

SURNAMES = "测样例虚拟仿试演示"
GIVEN = list("安白冰博采晨澄楚春翠丹德冬帆芳飞枫歌冠光桂海涵杭浩河荷恒虹华桦惠吉嘉健江洁金晋菁景娟君凯可兰岚乐磊丽莲林琳玲凌龙"
             "璐露曼茂梅萌梦敏明沐楠宁平萍琪千巧琴青清晴秋然仁蓉如瑞润森山珊尚诗石思松素涛甜庭婷桐薇维文雯武希溪夏贤翔晓欣星雪雅"
             "妍彦艳阳瑶叶怡义亦毅英颖永勇悠雨玉育源远月云芸泽展哲真振之志智忠舟卓梓紫")
ETHNIC = ["汉"] * 30 + ["壮", "满", "回", "苗", "维吾尔", "土家", "彝", "蒙古", "藏", "布依", "侗", "瑶", "朝鲜", "白", "哈尼"]
# GB/T 2260 code: province, city, county (empty where the province is the city).
REGIONS = {
    "110101": ("北京市", "", "东城区"), "110105": ("北京市", "", "朝阳区"), "120103": ("天津市", "", "河西区"),
    "120119": ("天津市", "", "蓟州区"), "130102": ("河北省", "石家庄市", "长安区"), "130125": ("河北省", "石家庄市", "行唐县"),
    "140105": ("山西省", "太原市", "小店区"), "150102": ("内蒙古自治区", "呼和浩特市", "新城区"),
    "210102": ("辽宁省", "沈阳市", "和平区"), "220102": ("吉林省", "长春市", "南关区"),
    "230102": ("黑龙江省", "哈尔滨市", "道里区"), "310101": ("上海市", "", "黄浦区"), "310115": ("上海市", "", "浦东新区"),
    "320102": ("江苏省", "南京市", "玄武区"), "320505": ("江苏省", "苏州市", "虎丘区"),
    "330102": ("浙江省", "杭州市", "上城区"), "330106": ("浙江省", "杭州市", "西湖区"),
    "340102": ("安徽省", "合肥市", "瑶海区"), "350102": ("福建省", "福州市", "鼓楼区"),
    "360102": ("江西省", "南昌市", "东湖区"), "370102": ("山东省", "济南市", "历下区"),
    "410102": ("河南省", "郑州市", "中原区"), "411524": ("河南省", "信阳市", "商城县"),
    "420102": ("湖北省", "武汉市", "江岸区"), "420922": ("湖北省", "孝感市", "大悟县"),
    "430102": ("湖南省", "长沙市", "芙蓉区"), "430121": ("湖南省", "长沙市", "长沙县"),
    "440103": ("广东省", "广州市", "荔湾区"), "440304": ("广东省", "深圳市", "福田区"),
    "450102": ("广西壮族自治区", "南宁市", "兴宁区"), "460105": ("海南省", "海口市", "秀英区"),
    "500101": ("重庆市", "", "万州区"), "500103": ("重庆市", "", "渝中区"), "510104": ("四川省", "成都市", "锦江区"),
    "510131": ("四川省", "成都市", "蒲江县"), "520102": ("贵州省", "贵阳市", "南明区"),
    "530102": ("云南省", "昆明市", "五华区"), "530426": ("云南省", "玉溪市", "峨山彝族自治县"),
    "610102": ("陕西省", "西安市", "新城区"), "620102": ("甘肃省", "兰州市", "城关区"),
    "640104": ("宁夏回族自治区", "银川市", "兴庆区"), "650102": ("新疆维吾尔自治区", "乌鲁木齐市", "天山区"),
}
ROADS = ["示范路", "样本街", "测试大道", "虚拟巷", "青松路", "明月街", "长河北路", "翠竹南路", "石桥东街", "梧桐大道", "白云西路", "星海路"]
ESTATES = ["样本花园", "示例小区", "云溪新村", "枫林苑", "金桂公寓", "碧水湾", "向阳里"]
VILLAGES = ["柳树村", "清泉村", "上石桥村", "南岭村", "东湾村", "新塘村"]
TOWNS = ["白石镇", "青山镇", "龙泉乡", "大河镇", "云峰乡"]


@dataclass
class Person:
    """The fields of both sides of a card, as printed, except the dates, which are ISO 8601."""
    name: str
    gender: str      # 男 or 女
    ethnicity: str
    birth: str       # YYYY-MM-DD
    address: str
    number: str      # 18 characters, GB 11643
    issuer: str
    valid_from: str
    valid_until: str  # YYYY-MM-DD or 长期

    def truth(self):
        return asdict(self)


def check_character(first17):
    """The check character of GB 11643-1999 (ISO 7064 MOD 11-2)."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return "10X98765432"[sum(int(d) * w for d, w in zip(first17, weights)) % 11]


def years_later(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _address(rng, region):
    province, city, county = REGIONS[region]
    pick = lambda items: str(items[int(rng.integers(len(items)))])
    place = province + city + county
    if county.endswith(("县", "蓟州区")):
        return f"{place}{pick(TOWNS)}{pick(VILLAGES)}{int(rng.integers(1, 18))}组{int(rng.integers(1, 120))}号"
    form = int(rng.integers(3))
    if form == 0:
        return f"{place}{pick(ROADS)}{int(rng.integers(1, 999))}号"
    if form == 1:
        return (f"{place}{pick(ROADS)}{int(rng.integers(1, 399))}号{int(rng.integers(1, 30))}栋"
                f"{int(rng.integers(1, 5))}单元{int(rng.integers(1, 32))}{int(rng.integers(1, 5)):02d}室")
    return f"{place}{pick(ROADS)}{int(rng.integers(1, 399))}号{pick(ESTATES)}{int(rng.integers(1, 30))}幢{int(rng.integers(101, 2604))}室"


def make_person(seed, gender, age, expired=False):
    """A made-up person of a gender ("female", "male") and about an age in years; the same seed, the same person."""
    rng = np.random.default_rng([31, seed])
    name = SURNAMES[int(rng.integers(len(SURNAMES)))] + "".join(rng.choice(GIVEN, int(rng.choice([1, 2, 2, 2]))))
    birth = TODAY - timedelta(days=int(age * 365.25) + int(rng.integers(0, 300)))
    region = str(rng.choice(list(REGIONS)))
    order = int(rng.integers(0, 500)) * 2 + (1 if gender == "male" else 0)
    first17 = f"{region}{birth:%Y%m%d}{order:03d}"
    issued = TODAY - timedelta(days=int(rng.integers(30, 4 * 365)))
    if expired:
        issued = TODAY - timedelta(days=int(rng.integers(20 * 365 + 40, 24 * 365)))
    at_issue = (issued - birth).days / 365.25
    years = 5 if at_issue < 16 else 10 if at_issue < 26 else 20
    if at_issue >= 46 and not expired:
        until = "长期"
    else:
        until = years_later(issued, years).isoformat()
    province, city, county = REGIONS[region]
    issuer = f"{(city or province)}公安局{county}分局" if county.endswith("区") else f"{county}公安局"
    return Person(name, "男" if gender == "male" else "女", str(rng.choice(ETHNIC)), birth.isoformat(),
                  _address(rng, region), first17 + check_character(first17), issuer, issued.isoformat(), until)


def bad_check(person):
    """The same number with a wrong check character."""
    wrong = "0123456789X"[("0123456789X".index(person.number[-1]) + 3) % 11]
    return person.number[:-1] + wrong
