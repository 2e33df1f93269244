"""What sounds alike and means the opposite: antonym pairs, and reports of failure.

Sentence embeddings put "activate my card" beside "deactivate my card", and "top up" beside "top up failed"; these
tables say which of the two it is (the vetoes of the confidence).
"""

import re
from collections.abc import Iterable

from inboxd.knowledge.terms import normalise

ANTONYMS: tuple[tuple[str, str], ...] = (
    (
        r"activat\w*|enabl\w*|(?:turn|switch|put|toggl|go)\w*(?: [\w']+){0,4} on|(?:turn|switch)(?:ed|ing|s)? on|\w+ on$|on \|",
        r"deactivat\w*|disabl\w*|(?:turn|switch|put|toggl|go)\w*(?: [\w']+){0,4} off|(?:turn|switch)(?:ed|ing|s)? off|\w+ off$|off \|",
    ),
    (r"incoming|inbound", r"outgoing|outbound"),
    (r"before|prior to", r"after|afterwards"),
    (r"buy\w*|bought|purchas\w*", r"sell\w*|sold"),
    (r"log(?:ging)? ?in|sign(?:ing)? ?in", r"log(?:ging)? ?out|sign(?:ing)? ?out"),
    (
        r"add\w*|insert\w*|set(?: up)? (?:an?|my|the|up)|creat\w*|schedul\w*|put (?:an?|my|the|in|on)|make (?:an?|my|the)|new",
        r"remov\w*|delet\w*|eras\w*|clear\w*|get rid|cancel\w*|(?:take|cross|strike)(?: \w+){0,4} (?:off|out|from)",
    ),
    (
        r"show\w*|list (?:all|my|the|of)|display\w*|view\w*|what are (?:my|the|all)|tell me about|do i have|read (?:me|my|out)",
        r"remov\w*|delet\w*|eras\w*|clear\w*|get rid|cancel\w*|(?:take|cross|strike)(?: \w+){0,4} (?:off|out|from)",
    ),
    (r"creat\w*|open(?:ing)? (?:an? |my )?(?:new )?account|sign(?:ing)? ?up|regist\w*", r"delet\w*|clos(?:e|ing) (?:an? |my |the )?account|cancel\w*|terminat\w*"),
    (
        r"increas\w*|rais(?:e|ing)|higher|louder|brighte\w*|warmer|(?:turn|bring|put|volume|speakers?)\w*(?: [\w']+){0,3} up|up (?:the )?volume|too (?:quiet|low|dark|soft)|upgrad\w*",
        r"decreas\w*|reduc\w*|lower\w*|quiet(?:er)?|dim\w*|colder|(?:turn|bring|put|volume|speakers?)\w*(?: [\w']+){0,3} down|down (?:the )?volume|too (?:loud|high|bright)|mute\w*|silenc\w*|downgrad\w*|(?:turn|switch|shut)\w* off (?:[\w']+ ){0,3}(?:volume|sound|audio|speakers?)|(?:volume|sound|audio|speakers?) off",
    ),
    (r"lock\w*|block\w*|freez\w*|frozen", r"unlock\w*|unblock\w*|unfreez\w*"),
    (r"connect\w*|pair\w*", r"disconnect\w*|unpair\w*"),
    (r"install\w*", r"uninstall\w*"),
    (r"subscrib\w*", r"unsubscrib\w*"),
    (r"import\w*|upload\w*", r"export\w*|download\w*"),
    (r"mute\w*", r"unmut\w*"),
    (r"deposit\w*|pay(?:ing)? in|top(?:ping)? up", r"withdraw\w*|cash out"),
    (r"start\w*|begin\w*|resum\w*", r"stop\w*|paus\w*|end(?:ing)?"),
    (r"aktivier\w*|einschalt\w*|anschalt\w*|einrichten", r"deaktivier\w*|ausschalt\w*|abschalt\w*"),
    (r"kauf\w*", r"verkauf\w*"),
    (r"anmeld\w*|einlogg\w*", r"abmeld\w*|auslogg\w*|abbestell\w*"),
    (r"hinzufüg\w*|anleg\w*|erstell\w*", r"entfern\w*|lösch\w*"),
    (r"erhöh\w*|lauter|wärmer", r"senk\w*|verringer\w*|leiser|kälter"),
    (r"sperr\w*", r"entsperr\w*"),
    (r"installier\w*", r"deinstallier\w*"),
    (r"activer|allumer\w*|allume", r"désactiver|éteindre|éteins"),
    (r"acheter|achat", r"vendre|vente"),
    (r"connecter|connexion", r"déconnecter|déconnexion"),
    (r"ajouter|créer|ouvrir", r"supprimer|retirer|fermer|clôturer"),
    (r"augmenter|plus fort", r"diminuer|réduire|baisser|moins fort"),
    (r"bloquer", r"débloquer"),
    (r"installer", r"désinstaller"),
    (r"activar|encender", r"desactivar|apagar"),
    (r"打开|开启|启用|激活|开通", r"关闭|停用|禁用|注销|关掉"),
    (r"购买|买入|买", r"出售|卖出|卖"),
    (r"登录|登陆", r"退出|登出"),
    (r"添加|增加|新增", r"删除|移除|减少"),
    (r"调高|升高|提高|大声", r"调低|降低|小声"),
    (r"锁定|冻结|挂失", r"解锁|解冻|解挂"),
    (r"连接", r"断开"),
    (r"安装", r"卸载"),
    (r"充值|存款|存入", r"提现|取款|取出"),
    (r"绑定", r"解绑|解除绑定"),
    (r"订阅", r"退订|取消订阅"),
    (r"之前|以前", r"之后|以后"),
    (r"收到|转入", r"发送|转出"),
)  # fmt: skip
FAILURE = (
    r"(?:does|do|did|is|are|was|has|have|had|would|wo|ca|could)(?: not|n['’]?t)(?: \w+){0,2} "
    r"(?:work\w*|load\w*|start\w*|open\w*|arriv\w*|show\w*|receiv\w*|go(?:ne)? through|appear\w*|connect\w*|let|able|get\w*|log\w*|accept\w*)"
    r"|fail\w*|declin\w*|reject\w*|refus\w*|broke(?:n)?|crash\w*|stuck|errors?|wrong|not working|never (?:arrived|came|received)|denied"
    r"|unable|cannot|can['’]?t|won['’]?t|still (?:pending|waiting|not)|missing|disappeared"
    r"|funktioniert nicht|geht nicht|klappt nicht|fehlgeschlagen|fehler\w*|abgelehnt|kaputt|defekt|abgestürzt|stürzt ab|nicht (?:angekommen|möglich|mehr)"
    r"|ne (?:marche|fonctionne|démarre|charge)\w* (?:pas|plus)|échou\w*|échec|erreur\w*|refus\w*|en panne|cassée?|plante|bloquée?"
    r"|no funciona|falla\w*|error\w*|rechazad\w*"
    r"|失败|错误|报错|不能|无法|没有反应|坏了|不工作|打不开|连不上|收不到|没收到|被拒|异常|不稳定|断线|死机|闪退|不了"
)

# An article that tells what to try knows of the failure, even where its questions do not name it.
REMEDY = re.compile(
    r"\b(?:troubleshoot\w*|restart\w*|reinstall\w*|try again|if (?:it|this|that) (?:does not|doesn['’]?t|still)|make sure"
    r"|neu ?start\w*|erneut|falls? (?:es|das) nicht|redémarr\w*|réessay\w*|reinici\w*)\b|检查|重启|重新|排查|重试|故障"
)
_CJK_ONLY = re.compile(r"[一-鿿|]+")


def _compile(pattern: str) -> re.Pattern[str]:
    bounded = pattern if _CJK_ONLY.fullmatch(pattern) else rf"\b(?:{pattern})\b"
    return re.compile(bounded)


_SIDES = tuple((_compile(left), _compile(right)) for left, right in ANTONYMS)
_WESTERN_FAILURE, _CJK_FAILURE = FAILURE.rpartition("|失败")[0], "失败" + FAILURE.rpartition("|失败")[2]
_FAILURE = re.compile(rf"\b(?:{_WESTERN_FAILURE})\b|{_CJK_FAILURE}")


def sides_of(texts: Iterable[str]) -> frozenset[int]:
    """Return which sides of which pairs the texts speak of: ``+n`` for the first of pair n, ``-n`` for the second."""
    joined = normalise(" | ".join(texts))
    found: set[int] = set()
    for number, (left, right) in enumerate(_SIDES, start=1):
        # "verkaufen" and "disconnect" hold the other word; what the second side matched is not counted twice.
        rest, count = right.subn(" ", joined)
        if count:
            found.add(-number)
        if left.search(rest):
            found.add(number)
    return frozenset(found)


def is_opposite(asked: frozenset[int], answered: frozenset[int]) -> bool:
    """Return True when the mail has one side of a pair only, and the article only the other."""
    return any(-side in answered and side not in answered and -side not in asked for side in asked)


def knows_failure(texts: Iterable[str]) -> bool:
    """Return whether an article speaks of something not working, or tells what to try then."""
    normal = normalise(" | ".join(texts))
    return bool(_FAILURE.search(normal) or REMEDY.search(normal))


def tells_failure(texts: Iterable[str]) -> bool:
    """Return whether something is said not to work."""
    return bool(_FAILURE.search(normalise(" | ".join(texts))))
