"""Which script a language is written in, where it has several: zh-Hans, sr-Cyrl, uz-Latn."""

from __future__ import annotations

import re

SIMPLIFIED = (
    "们这来国会时说对为学过后发经动现当没开进样还点种实问间关长门东车见书马鱼电话网报记闻员团议论资产业济军选举总统党华"
    "亚欧气热环义务单队赛场县级处据无从众与专丰临乐买卖亿价优传伤兴写决则创别办则医卫厂历压厅双变号听图圆墙声备复头夺"
    "奖妇孙宁宝审宪宽层岁岛帮广庆应张弹归录忆态怀战户扩护担拥择换损摄数断显术机权条极构标树检楼欢汉汇汤测浓涛润湾灭灯"
    "灵炼状独环疗盘监码确础离积税稳竞笔签简粮纪约级纯纸线练组细织终绍结绕给络绝继续维综绿编缓缘"
)
TRADITIONAL = (
    "們這來國會時說對為學過後發經動現當沒開進樣還點種實問間關長門東車見書馬魚電話網報記聞員團議論資產業濟軍選舉總統黨華"
    "亞歐氣熱環義務單隊賽場縣級處據無從眾與專豐臨樂買賣億價優傳傷興寫決則創別辦則醫衛廠歷壓廳雙變號聽圖圓牆聲備復頭奪"
    "獎婦孫寧寶審憲寬層歲島幫廣慶應張彈歸錄憶態懷戰戶擴護擔擁擇換損攝數斷顯術機權條極構標樹檢樓歡漢匯湯測濃濤潤灣滅燈"
    "靈煉狀獨環療盤監碼確礎離積稅穩競筆簽簡糧紀約級純紙線練組細織終紹結繞給絡絕繼續維綜綠編緩緣"
)
"""Frequent characters in both of their forms.

Source: Unihan, kSimplifiedVariant and kTraditionalVariant, of the thousand most frequent.
"""

_ONLY_SIMPLIFIED = re.compile(f"[{''.join(sorted(set(SIMPLIFIED) - set(TRADITIONAL)))}]")
_ONLY_TRADITIONAL = re.compile(f"[{''.join(sorted(set(TRADITIONAL) - set(SIMPLIFIED)))}]")

_LETTERS = {
    "Cyrl": re.compile("[\u0400-\u052f]"),
    "Latn": re.compile("[A-Za-z\u00c0-\u024f]"),
    "Arab": re.compile("[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]"),
    "Guru": re.compile("[\u0a00-\u0a7f]"),
    "Deva": re.compile("[\u0900-\u097f]"),
    "Mong": re.compile("[\u1800-\u18af]"),
    "Tfng": re.compile("[\u2d30-\u2d7f]"),
    "Hans": _ONLY_SIMPLIFIED,
    "Hant": _ONLY_TRADITIONAL,
}
_SCRIPTS = {
    "zh": ("Hans", "Hant"),
    "yue": ("Hant", "Hans"),
    "sr": ("Cyrl", "Latn"),
    "uz": ("Latn", "Cyrl"),
    "az": ("Latn", "Cyrl", "Arab"),
    "kk": ("Cyrl", "Latn", "Arab"),
    "ku": ("Latn", "Arab", "Cyrl"),
    "tg": ("Cyrl", "Arab"),
    "mn": ("Cyrl", "Mong"),
    "pa": ("Guru", "Arab"),
    "sd": ("Arab", "Deva"),
    "ks": ("Arab", "Deva"),
    "zgh": ("Tfng", "Latn", "Arab"),
}
"""Languages with living news in more than one script.

Source: languages of several scripts in Unicode CLDR, likely subtags and language data.
"""

_SUPPRESSED = {"kk": "Cyrl", "pa": "Guru"}
"""Scripts that go without saying. Source: IANA language subtag registry, Suppress-Script."""

_REGIONS = {"TW": "Hant", "HK": "Hant", "MO": "Hant", "CN": "Hans", "SG": "Hans", "MY": "Hans"}
"""What a region says of Chinese where the text does not. Source: CLDR, likely subtags."""

SAMPLE_CHARS = 2000
MIN_LETTERS = 3
"""Letters of one script that are told from a stray name."""


def with_script(tag: str, text: str) -> str:
    """Put the script of a text into its language tag where the language has several.

    The text's script wins over a stated one that it is not written in. A tag stays as it is where
    neither text nor region tells.

    Args:
        tag: BCP-47.
        text: the article's.
    """
    language, *subtags = tag.split("-")
    scripts = _SCRIPTS.get(language)
    if scripts is None:
        return tag
    stated = next((part for part in subtags if len(part) == 4 and part.isalpha()), None)
    others = [part for part in subtags if part != stated]
    region = next((part for part in others if part in _REGIONS), "")
    guess = _REGIONS.get(region) if "Hans" in scripts else None
    script = _written_in(text[:SAMPLE_CHARS], scripts) or stated or guess
    said = script if script != _SUPPRESSED.get(language) else None
    return "-".join(filter(None, [language, said, *others]))


def _written_in(text: str, scripts: tuple[str, ...]) -> str | None:
    counts = {script: len(_LETTERS[script].findall(text)) for script in scripts}
    script = max(scripts, key=counts.__getitem__)
    return script if counts[script] >= MIN_LETTERS else None
