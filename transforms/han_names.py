"""Names written in Chinese characters, of which the Chinese and the Japanese stand apart."""

from __future__ import annotations

import unicodedata

_SURNAMES = frozenset(
    "李王张張刘劉陈陳杨楊赵趙黄黃吴吳周徐孙孫马馬朱胡郭何罗羅郑鄭梁谢謝宋许許邓鄧冯馮韩韓曹曾彭萧蕭"
    "蔡潘袁董余苏蘇叶葉吕呂魏蒋蔣杜沈姚卢盧傅钟鍾姜崔谭譚廖范汪陆陸戴贾賈韦韋邱邹鄒孟阎薛侯雷"
    "郝孔邵覃钱錢严嚴莫"
)
"""Of the hundred most frequent in China those with which hardly a name in Japan begins."""

MAX_CHARS = 4
"""Of a name, the surname with it."""


def are_chinese(words: list[str]) -> bool:
    """Tell "李明 张晓华" from a Japanese name, whose two halves stand apart."""
    return len(words) > 1 and all(
        2 <= len(word) <= MAX_CHARS
        and word[0] in _SURNAMES
        and all(unicodedata.category(char) == "Lo" for char in word)
        for word in words
    )
