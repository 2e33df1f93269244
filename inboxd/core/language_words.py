"""Words that tell a language where there are too few for a model: what begins, ends and asks in short mails.

Function words, courtesies and what is said to help desks; no names, and no word that mails in all languages use
(``login``, ``app``, ``PDF``). A word of two languages stands in both and speaks for both.
"""

from typing import Final

_WORDS: Final = {
    "en": """thanks thank you yes please hello hi dear the and is are was does did do how what where when why who
        can could would will have has had my your our we it this that these not no don't doesn't can't won't
        didn't i'm with from for of still broken works working again back reset refund invoice account mail
        help any news since should some there here they need want cancel delete change regards sincerely
        best soon kind after before receipt order student discount call been got get give send to on at be
        an a if so too just fails failed wrong about same never keeps yet""",
    "de": """danke dank vielen bitte hallo guten tag morgen abend moin servus ja nein nicht ich wir sie mein
        meine meinen meinem meiner unsere unser ihr ihre ist sind war der die das den dem ein eine einen
        einem einer und oder aber wie was wo wann warum wer kann können koennen könnten möchte moechte würde
        wuerde habe haben hat hatte geht immer noch schon seit mit von für fuer auf auch gibt keine kein
        rechnung kündigung kündigen passwort vergessen konto hilfe helfen super klappt geklappt funktioniert
        lizenz lizenzschlüssel ungültig fehlt leider grüße gruß gruss grüßen freundlichen rückruf geld
        zurück weiterhin erledigt mehr nur im zu zum bei nach wenn nie gibt's in""",
    "fr": """merci beaucoup bonjour bonsoir salut oui non s'il vous plaît plait svp je j'ai nous mon ma mes notre
        nos votre vos est sont était le la les un une des du et ou mais comment où quand pourquoi qui quoi
        que peut peux pouvez pourriez puis voudrais veux voulez ai avons avez a ne pas plus toujours encore
        depuis avec pour sur aussi facture remboursement rembourser résilier mot de passe oublié compte aide
        aider ça cela marche fonctionne cordialement clé licence connexion manquante parfait problème quelle
        quel salutations invalide on en ce cette si dans il elle échoue""",
    "es": """gracias muchas hola buenos buenas días dias tardes noches sí por favor yo nosotros mi mis nuestro su
        sus es son era el la los las un una unos y o pero cómo como dónde donde cuándo cuando qué quién
        puede puedo pueden podrían podría quiero quiere quisiera gustaría he ha han hay no más sigue sin
        todavía desde con para en del factura reembolso cancelar contraseña olvidé cuenta ayuda ayudan
        ayudar funciona saludo saludos perfecto clave licencia válida entrar cobrado veces dos me les falta
        ya esto eso cordial falla a si al e nunca""",
    "pt": """obrigado obrigada obrigados olá ola oi sim não nao por favor eu nós meu minha meus minhas nosso seu
        sua é são era o os as um uma uns e ou mas como onde quando quê quem pode posso podem poderia quero
        quer queria gostaria tenho tem há mais continua sem ainda desde com para em do da dos das fatura
        reembolso cancelar senha esqueci conta ajuda ajudar funciona bom boa dia tarde noite abraço
        cumprimentos atenciosamente perfeito chave licença inválida falta consigo você vocês vc vcs já isso
        isto cobrado vezes duas muito aplicativo ao está na se falha nunca a de ajudem pelo pela até""",
    "nl": """bedankt dank je jullie u wel hallo hoi goedemorgen goedemiddag goedendag goedenavond beste ja nee
        niet ik wij we mijn onze ons uw is zijn was de het een en of maar hoe wat waar wanneer waarom wie
        kan kunt kunnen wil wilt zou graag heb hebben heeft er al nog steeds sinds met van voor op ook geen
        factuur opzeggen wachtwoord vergeten hulp helpen werkt prima groet groeten vriendelijke geld terug
        ontbreekt lukt inloggen alstublieft alsjeblieft hartelijk nieuws keer twee afgeschreven
        licentiesleutel ongeldig dit dat meer in naar bij te als hier nooit""",
    "it": """grazie mille buongiorno buonasera salve ciao sì per favore io noi mio mia miei nostro suo è sono era
        il lo la gli le un una e o ma come dove dov'è quando perché chi che può posso possono potete
        potrebbe vorrei voglio ho ha abbiamo avete ci non più ancora sempre con di da del della dal mi
        fattura rimborso disdire dimenticata password account aiuto aiutare funziona cordiali saluti
        perfetto manca stato in a se questo mai""",
    "sv": """tack så mycket hej ja nej inte jag vi min mitt mina är var och eller men hur vad när varför vem kan
        skulle vill har det den ett en fungerar faktura lösenord konto hjälp hälsningar vänliga fortfarande""",
    "da": """tak for hjælpen hej ja nej ikke jeg vi min mit mine er var og eller men hvordan hvad hvornår hvorfor
        hvem kan ville vil har det den et en virker faktura adgangskode hjælp hilsen venlig stadig endnu""",
    "no": """takk for hjelpen hei ja nei ikke jeg vi min mitt mine er var og eller men hvordan hva når hvorfor
        hvem kan ville vil har det den et en virker fungerer faktura passord konto hjelp hilsen vennlig
        fortsatt fremdeles""",
    "pl": """dziękuję dzięki dziekuje witam cześć dzień dobry tak nie ja my mój moja moje jest są był i lub ale
        jak co gdzie kiedy dlaczego kto mogę może proszę chcę działa faktura faktury hasło konto pomoc
        pozdrawiam""",
    "cs": """děkuji děkuju díky dobrý den ahoj ano ne nemohu můžu já my můj moje je jsou byl a nebo ale jak co
        kde kdy proč kdo prosím chci nefunguje funguje to faktura heslo účet pomoc pozdravem""",
    "tr": """teşekkürler teşekkür ederim merhaba evet hayır ben biz benim bizim ve veya ama nasıl ne nerede zaman
        neden kim lütfen istiyorum çalışmıyor fatura şifre hesap hesabım yardım""",
    "ru": """спасибо здравствуйте привет добрый день да нет не я мы мой моя моё и или но как что где когда почему
        кто могу можно пожалуйста хочу работает счёт счет пароль помощь уважением""",
    "uk": """дякую вітаю добрий день так ні не я ми мій моя моє і й або але як що де коли чому хто можу можна
        будь ласка хочу працює рахунок пароль допомога повагою""",
}
KNOWN: Final = frozenset(_WORDS)
_EACH: Final = {language: frozenset(words.split()) for language, words in _WORDS.items()}
LANGUAGES_OF: Final = {
    word: tuple(language for language, words in _EACH.items() if word in words)
    for word in frozenset().union(*_EACH.values())
}
"""Word, in small letters with its accents, and the ISO 639-1 codes of the languages it speaks for."""
