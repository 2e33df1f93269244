"""How our mails look: the inline styles (many clients drop style sheets) and the few rules for dark mode."""

FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei',Arial,sans-serif"
MONOSPACE = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"

# Long words and addresses must never widen the page of a phone; Outlook needs word-break, the rest overflow-wrap.
BREAK = "word-break:break-word;overflow-wrap:anywhere"

# By tag, for what Markdown becomes.
TAG_STYLES = {
    "h1": "margin:0 0 12px;font-size:21px;line-height:1.3;font-weight:700",
    "h2": "margin:26px 0 10px;font-size:16px;line-height:1.35;font-weight:700",
    "h3": "margin:18px 0 8px;font-size:15px;line-height:1.4;font-weight:700",
    "p": f"margin:0 0 12px;{BREAK}",
    "ul": "margin:0 0 12px;padding:0 0 0 22px",
    "ol": "margin:0 0 12px;padding:0 0 0 22px",
    "li": f"margin:0 0 5px;{BREAK}",
    "blockquote": f"margin:0 0 12px;padding:1px 0 1px 12px;border-left:3px solid #c9d1d9;{BREAK}",
    "pre": "margin:0 0 12px;padding:10px 12px;background-color:#f0f2f5;border-radius:6px;"
    f"font-family:{MONOSPACE};font-size:13px;line-height:1.45;white-space:pre-wrap;{BREAK}",
    "code": f"font-family:{MONOSPACE};font-size:13px;{BREAK}",
    "table": "margin:0 0 12px;border-collapse:collapse",
    "th": "padding:5px 12px 5px 0;border-bottom:1px solid #d0d7de;text-align:left;font-weight:600",
    "td": f"padding:5px 12px 5px 0;border-bottom:1px solid #e4e8ec;text-align:left;vertical-align:top;{BREAK}",
    "hr": "margin:20px 0;border:0;border-top:1px solid #d8dee4",
    "img": "max-width:100%;height:auto;border:0",
    "a": f"color:#0b62c4;{BREAK}",
    "small": "font-size:13px;color:#59636e",
}

# tone → (text, background): contrast at least 4.5:1 (WCAG 2.1 1.4.3), in the light and, unchanged, in the dark.
TONES = {
    "red": ("#a40e26", "#ffe3e6"),
    "amber": ("#7a4d00", "#ffefc7"),
    "green": ("#0f6b2f", "#d8f5e0"),
    "blue": ("#0b57a4", "#dcecfd"),
    "grey": ("#4a535c", "#e9ecef"),
}

# The edge of a card that needs attention; 3:1 to the sheet, light and dark.
EDGES = {"red": "#d1344b", "amber": "#b97f10"}

# The colours of charts, in the light and in the dark: 3:1 to the sheet as what is drawn (WCAG 2.1 1.4.11), and 4.5:1,
# since they stand beside words, too.
CHART_TONES = {
    "first": ("#0b62c4", "#7cb8ff"),
    "second": ("#117a45", "#6fd48b"),
    "third": ("#8250df", "#c297ff"),
}

# 44 pixels high: what a thumb hits (Apple's guidelines; WCAG 2.2 2.5.8 asks for 24).
BUTTON = (
    "display:inline-block;margin:0 4px 8px 0;padding:12px 11px;border:1px solid #b9c3cd;border-radius:8px;"
    "background-color:#ffffff;color:#0b57a4;font-size:14px;line-height:18px;font-weight:600;text-decoration:none"
)
BUTTON_MAIN = BUTTON.replace(
    "background-color:#ffffff;color:#0b57a4", "background-color:#0b57a4;color:#ffffff"
).replace("#b9c3cd", "#0b57a4")
BADGE = (
    "display:inline-block;padding:1px 8px;border-radius:10px;font-size:12px;line-height:18px;font-weight:600"
)
SAID = f"margin:0 0 14px;padding:12px 14px;border-left:4px solid #0b62c4;background-color:#f3f7fc;{BREAK}"
QUOTE = f"margin:0 0 12px;padding:1px 0 1px 12px;border-left:3px solid #c9d1d9;color:#4a535c;{BREAK}"
CARD = "width:100%;margin:0 0 12px;border-collapse:separate;border:1px solid #d8dee4;border-radius:10px"
# Many clients show a mail without its doctype: tables then inherit neither size nor colour.
CARD_CELL = f"padding:12px 14px 2px;font-size:15px;line-height:1.55;color:#1f2328;{BREAK}"
MUTED = "font-size:13px;color:#59636e"

# Apple Mail and Outlook for iOS obey this; Gmail and Outlook.com recolour on their own.
DARK_MODE = (
    "body,.page{background-color:#16191d!important}"
    ".sheet{background-color:#1f2328!important;border-color:#343b43!important}"
    ".sheet,.sheet p,.sheet li,.sheet td,.sheet th,.sheet h1,.sheet h2,.sheet h3{color:#e6e9ec!important}"
    ".sheet a{color:#7cb8ff!important}.sheet .button{background-color:#2a3038!important;border-color:#4a535c!important}"
    ".sheet .main{background-color:#0b57a4!important;color:#ffffff!important}"
    ".sheet pre,.sheet .said{background-color:#272d34!important}.sheet .quote,.sheet .muted,.sheet small{color:#a9b2bb!important}"
    ".sheet .figure .red{color:#ff8c98!important}.sheet .figure .amber{color:#f2bd5a!important}.sheet .figure .green{color:#6fd48b!important}"
    ".sheet .card,.sheet hr,.sheet td,.sheet th{border-color:#343b43!important}"
    + "".join(f".sheet .card.{tone}{{border-left-color:{edge}!important}}" for tone, edge in EDGES.items())
    + ".sheet img.light{display:none!important}.sheet img.dark{display:block!important}"
    + "".join(f".sheet .{tone}{{color:{dark}!important}}" for tone, (_, dark) in CHART_TONES.items())
)
# A phone shows tiles below each other, each as wide as the page.
NARROW = ".tile{max-width:100%!important}"
WRITTEN = f"margin:0 0 12px;{BREAK}"
FIGURES = "width:100%;margin:0 0 6px;border-collapse:collapse;table-layout:fixed"
FIGURE_CELL = "color:#1f2328;padding:6px 4px;vertical-align:top;text-align:center"
FIGURE = "font-size:26px;line-height:1.15;font-weight:700"
FIGURE_LABEL = "font-size:12px;line-height:1.3;color:#59636e"
# Inline blocks that touch: white space between them would have the width of a letter.
TILES = "font-size:0;margin:0"
TILE = "display:inline-block;width:100%;max-width:275px;vertical-align:top;font-size:15px"
TILE_INSIDE = f"padding:0 11px 6px 0;{BREAK}"
PICTURE = "display:block;width:100%;height:auto;border:0;font-size:13px;line-height:1.4"
HIDDEN = "display:none;mso-hide:all"
