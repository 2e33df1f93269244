"""Words before and around secrets, in the languages customers are answered in."""

# What secrets are called, as regular expressions; before the short ones no letter stands ("autoclave" is none).
NAMES = r"""pass[ _-]?(?:word|wort|phrase|wd|code)s?|kenn?wort|mot\ de\ passe|contrase[nñ]a|palabra\ clave
    |api[ _-]?(?:key|token|secret|schlüssel|clave)|cl[ée]\ (?:d['’])?api|clave\ (?:de\ )?(?:la\ )?api
    |(?:access|auth|refresh|bot|session)[ _-]?(?:token|key)|(?:client|app|webhook|signing)[ _-]?secret
    |(?:secret|private)[ _-]?(?:access[ _-]?)?key|zugangscode
    |(?<![^\W_])(?:pwd|pw|mdp|clave|secret|token)
    |密码|密碼|口令|密钥|密鑰|api\ ?(?:密钥|密鑰|令牌)"""
# What may be something else, too: only what looks like a secret behind them is one.
WEAK_NAMES = r"(?<![^\W_])(?:pass|login|code|key|schlüssel)(?![^\W_])"
# One of them stands in every text in which a name stands.
HINTS = tuple(
    "pass kennwort kenwort contrase clave key token secret schlüssel clé cle zugangscode pwd pw mdp login code".split()
)
IDEOGRAPHIC_HINTS = tuple("密码 密碼 口令 密钥 密鑰 令牌".split())
# "is", between the name and what it is.
VERB = r"(?:is|was|ist|war|lautet|est|es|era|是|為|为)"
# Whose password it is; then also a word of a language may be it.
OWNERS = r"(?:my|our|mein|meine|unser|mon|ma|notre|mi|nuestra|我的|我们的|我們的)"

# Numbers that are secrets: of an account, on the back of a card, sent for once.
PINS = r"pin"
CARD_CODES = r"cvv2?|cvc2?|prüfziffer|kartenprüfnummer|cryptogramme(?:\ visuel)?|安全码|安全碼"
CODES = r"""puk|otp|tan|(?:security|verification|one-time)\ code|(?:sicherheits|bestätigungs|einmal)code
    |code\ de\ (?:sécurité|vérification)|código\ de\ (?:seguridad|verificación)|验证码|驗證碼"""
CODE_HINTS = tuple("pin cvv cvc prüf cryptogramme puk otp tan code código".split())
IDEOGRAPHIC_CODE_HINTS = tuple("安全码 安全碼 验证码 驗證碼".split())

# Before a name and a password with a stroke between them.
ACCOUNTS = r"log[io]n|zugang(?:sdaten)?|credentials|identifiants?|accesos?|users?(?:name)?|账号|帳號"
ACCOUNT_HINTS = tuple("login logon zugang credentials identifiant acceso user 账号 帳號".split())

# What a password is said to be, or to be needed for, when it is not told.
NO_SECRETS = frozenset(
    """wrong not invalid incorrect expired correct okay fine right still being never always same different lost gone
    forgotten reset changed change required refused rejected accepted unknown missing empty blank secure safe weak strong
    short long stored saved encrypted hashed sent shown displayed visible hidden known working broken locked blocked
    needed already also only just supposed asked protected unsafe compromised leaked stolen here there below above
    attached following this that what where when your their with very really simply entered typed valid none null true
    false optional please help case-sensitive recovery outdated obsolete old new useless fake public private shared
    impossible definitely certainly probably apparently suddenly currently temporarily
    falsch nicht richtig ungültig abgelaufen gesperrt vergessen korrekt immer noch schon auch mein leer unbekannt sicher
    unsicher geändert verloren jetzt wieder folgendes bereits zurückgesetzt weiterhin kaputt plötzlich angeblich
    leider natürlich wohl zwar kein keins weg nun veraltet öffentlich bekannt
    faux fausse incorrecte expiré expirée oublié oubliée perdu perdue toujours valide invalide votre trop refusé refusée
    bloqué bloquée erroné inconnu inconnue
    incorrecta incorrecto errónea válida inválida expirada olvidada correcta demasiado siempre perdida bloqueada
    desconocida""".split()
)
# Words with a digit, or with capitals inside, that are no passwords.
PRODUCTS = r"""sha-?\d+|md5|base64|oauth2?|utf-?\d+|[23]fa|mfa|tls1?\.?\d*|windows\d+|win\d+|ios\d*|macos\d*|iphone\d*
    |office365|m365|o365|s3|x509|ipv[46]|v?\d+(?:\.\d+)+|\d+(?:st|nd|rd|th|x|h|d|min|mb|gb|kb|%)
    |lastpass|keepass(?:xc)?|bitwarden|1password|github|gitlab|youtube|paypal|linkedin|wordpress|javascript|postgresql"""
