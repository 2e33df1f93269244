"""What makes a mail urgent or a matter severe, 0 to 1, in English, Chinese, German, French and Spanish (folded)."""

# How soon: 1 now, 0.8 tomorrow, 0.5 within the week.
URGENCY: dict[str, float] = {
    phrase: value
    for value, phrases in (
        (
            1.0,
            (
                "urgent|urgently|emergency|immediately|asap|a.s.a.p|as soon as possible|right away|right now|time critical|"
                "by today|until today|by tonight|end of the day|end of day|eod|need this today|need it today|within the hour|"
                "dringend|eilt|eilig|sofort|umgehend|notfall|schnellstmoglich|so schnell wie moglich|so bald wie moglich|"
                "noch heute|heute noch|bis heute|bis heute abend|unverzuglich|"
                "urgence|immediatement|au plus vite|des que possible|tout de suite|d'ici ce soir|avant ce soir|"
                "aujourd'hui meme|le plus rapidement possible|le plus vite possible|sans delai|"
                "urgente|urgencia|urgentemente|inmediatamente|lo antes posible|cuanto antes|de inmediato|ahora mismo|"
                "hoy mismo|para hoy|emergencia|"
                "紧急|緊急|加急|十万火急|火急|急急|非常急|很急|立即|立刻|马上|馬上|尽快|盡快|今天之内|今天内|今天之前|今晚之前|刻不容缓"
            ),
        ),
        (
            0.8,
            (
                "by tomorrow|until tomorrow|before tomorrow|first thing tomorrow|deadline|waiting for days|still no answer|"
                "again and again|bis morgen|spatestens morgen|frist|zum dritten mal|immer noch keine antwort|"
                "d'ici demain|avant demain|pour demain|date limite|toujours pas de reponse|relance|"
                "antes de manana|para manana|a mas tardar manana|fecha limite|sigo sin respuesta|"
                "明天之前|明天前|截止日期|最后期限|一直没有回复|还没有回复"
            ),
        ),
        (
            0.5,
            (
                "this week|end of the week|end of week|diese woche|bis ende der woche|zeitnah|"
                "cette semaine|fin de semaine|rapidement|esta semana|fin de semana|"
                "本周内|这周内|本周|这几天"
            ),
        ),
    )
    for phrase in phrases.split("|")
}

# "Not urgent": takes every word above back.
PATIENCE = (
    *(
        "not urgent",
        "not very urgent",
        "isn't urgent",
        "no rush",
        "no hurry",
        "whenever you",
        "when you have time",
    ),
    *("when you get a chance", "take your time", "low priority", "no urgency", "nothing urgent"),
    *(
        "nicht dringend",
        "nicht eilig",
        "keine eile",
        "eilt nicht",
        "hat zeit",
        "wenn sie zeit haben",
        "bei gelegenheit",
    ),
    *(
        "pas urgent",
        "rien d'urgent",
        "pas presse",
        "quand vous aurez le temps",
        "prenez votre temps",
        "aucune urgence",
    ),
    *("no es urgente", "no urgente", "sin prisa", "no hay prisa", "cuando pueda", "cuando tenga tiempo"),
    *("不急", "不着急", "不紧急", "有空的时候", "有空再", "慢慢来", "不用急"),
)

# How bad: 1 data, money or everybody's work is lost, 0.7 one person cannot work, 0 a wish.
SEVERITY: dict[str, float] = {
    phrase: value
    for value, phrases in (
        (
            1.0,
            (
                "data loss|lost data|lost all|data breach|hacked|phishing|fraud|outage|is down|are down|went down|"
                "everyone is affected|all users|nobody can|no one can|charged twice|double charged|lawyer|legal action|"
                "datenverlust|alle daten|sicherheitslucke|gehackt|ausfall|komplett ausgefallen|niemand kann|alle nutzer|"
                "doppelt abgebucht|anwalt|produktivsystem|betrug|"
                "perte de donnees|faille|pirate|panne|en panne|hors service|tous les utilisateurs|personne ne peut|"
                "debite deux fois|avocat|fraude|"
                "perdida de datos|hackeado|caido|se ha caido|no funciona nada|todos los usuarios|nadie puede|"
                "cobrado dos veces|abogado|"
                "数据丢失|數據丟失|被盗|泄露|瘫痪|宕机|崩溃|全部用户|所有人都|重复扣款|扣了两次|律师|安全漏洞|诈骗"
            ),
        ),
        (
            0.7,
            (
                "cannot|can't|can not|unable to|doesn't work|does not work|not working|stopped working|broken|error|crash|"
                "crashes|locked out|failed|fails|refund|wrong amount|"
                "kann nicht|kann mich nicht|funktioniert nicht|geht nicht|defekt|kaputt|fehler|absturz|gesperrt|"
                "fehlgeschlagen|ruckerstattung|"
                "ne fonctionne pas|ne fonctionne plus|ne marche pas|impossible de|erreur|bloque|plante|echoue|remboursement|"
                "no funciona|no puedo|no podemos|error|bloqueado|bloqueada|falla|fallo|reembolso|"
                "无法|不能|打不开|登录不了|登不上|报错|错误|出错|失败|坏了|退款|被锁"
            ),
        ),
        (
            0.0,
            (
                "feature request|suggestion|feedback|would be nice|nice to have|just wondering|just curious|"
                "wunsch|vorschlag|verbesserungsvorschlag|anregung|ware schon|nur eine frage|"
                "suggestion|serait bien|une idee|simple question|"
                "sugerencia|estaria bien|seria bueno|una idea|"
                "建议|建議|希望增加|功能需求|小建议"
            ),
        ),
    )
    for phrase in phrases.split("|")
}
