"""Which script a text is written in, as far as one script decides the language (Unicode blocks)."""

import re
from collections.abc import Iterable
from typing import Final

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9d]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_SINGLE: Final = tuple(
    (re.compile(f"[{block}]"), language)
    for block, language in (
        ("\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e", "ko"),
        ("\u0e01-\u0e3a\u0e40-\u0e5b", "th"),
        ("\u0590-\u05ff", "he"),
        ("\u0370-\u03ff\u1f00-\u1fff", "el"),
        ("\u10a0-\u10ff\u1c90-\u1cbf", "ka"),
        ("\u0530-\u058f", "hy"),
        ("\u0e80-\u0eff", "lo"),
        ("\u1780-\u17ff", "km"),
        ("\u1000-\u109f", "my"),
        ("\u0b80-\u0bff", "ta"),
        ("\u0c00-\u0c7f", "te"),
        ("\u0c80-\u0cff", "kn"),
        ("\u0d00-\u0d7f", "ml"),
        ("\u0a80-\u0aff", "gu"),
        ("\u0a00-\u0a7f", "pa"),
        ("\u0d80-\u0dff", "si"),
        ("\u1200-\u137f", "am"),
    )
)
# Japanese forms of characters that are written otherwise in both kinds of Chinese, and words only Japanese has.
_JAPANESE_HAN = re.compile(
    "[収発図対読売変実伝総検験険価働込払戻経済続択権観様両帰気単関拡営継労県効廃弾徳戦拝挙捜楽毎渇満焼犠産絵緑聴脳"
    "芸薬蔵覚訳賛践軽転辺遅郷釈鉄録銭閲隠隣雑霊静顔顕駆騒頼]|返金|見積"
)
# Common characters that only one of the two ways to write Chinese has, pair by pair.
_SIMPLIFIED = re.compile(
    "[专个为么从们会决况几办动号后吗处复将师应开数时来满点现确码经给统继续编网视觉认订许识诉话询该说请读谢转过这还选邮问间阅题马写关兴对"
    "无显没让与标发进帮内须库业实错误级费账户单机电载备样则显链长门体务东两严书买卖产亲价传伤伦侧刚创删务劳华协单卖压厅历县双变叶听员响]"
)
_TRADITIONAL = re.compile(
    "[專個為麼從們會決況幾辦動號後嗎處復將師應開數時來滿點現確碼經給統繼續編網視覺認訂許識訴話詢該說請讀謝轉過這還選郵問間閱題馬寫關興對"
    "無顯沒讓與標發進幫內須庫業實錯誤級費賬戶單機電載備樣則顯鏈長門體務東兩嚴書買賣產親價傳傷倫側剛創刪務勞華協單賣壓廳歷縣雙變葉聽員響]"
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_LOWEST: Final = "\u0370"  # no script that decides begins before it
_HAN_WEIGHT: Final = 3  # a Han character says as much as three Latin letters
_FEW_KANA: Final = 0.05


def language_by_script(text: str) -> str:
    """Return the language whose script outweighs the Latin letters of ``text``, or '' when none does.

    Kana make Han characters Japanese; Han without them is Chinese. Product names in Latin letters do not
    count against a text in another script (``API の key が無効です`` is Japanese).
    """
    if max(text, default="") < _LOWEST:
        return ""
    latin = len(_LATIN.findall(text))
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if (han + kana) * _HAN_WEIGHT > latin and han + kana:
        return _han_language(text, han, kana)
    counts = ((len(pattern.findall(text)), language) for pattern, language in _SINGLE)
    weight, language = max(counts)
    return language if weight * 2 > latin and weight > 1 else ""


def han_language(text: str) -> str:
    """Return ``ja`` or ``zh`` for a text with at least two kana or Han characters, '' for one without."""
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    return _han_language(text, han, kana) if han + kana > 1 else ""


def with_script(language: str, texts: Iterable[str]) -> str:
    """Return ``zh-hant`` (RFC 5646) for Chinese whose newest telling text is in Traditional characters.

    ``texts`` come newest first; any other language stays as it is.
    """
    if language != "zh":
        return language
    for text in texts:
        traditional, simplified = len(_TRADITIONAL.findall(text)), len(_SIMPLIFIED.findall(text))
        if traditional != simplified:
            return "zh-hant" if traditional > simplified else language
    return language


def letters(text: str) -> int:
    """Return how many letters the text has, in any script."""
    return sum(map(str.isalpha, text))


def _han_language(text: str, han: int, kana: int) -> str:
    return "ja" if kana > _FEW_KANA * (han + kana) or _JAPANESE_HAN.search(text) else "zh"
