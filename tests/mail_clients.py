"""Replies as mail clients really write them: what is typed above, between and below the quoted mail, in their mark-up."""

import html
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart

from typed_lines import SIGNATURE, Typed

OPERATOR = "Ada Lovelace <ada@acme.test>"


@dataclass(frozen=True, slots=True)
class Client:
    """A mail client: how it writes HTML (None: it writes none) and plain text."""

    name: str
    write_html: Callable[[Typed], str] | None
    write_plain: Callable[[Typed], str]


def reply(client: Client, typed: Typed, *, rich: bool, number: int = 1) -> bytes:
    """Return the reply as the client sends it: to Reply-To, with subject, In-Reply-To and References."""
    ours = typed.ours
    mail = EmailMessage()
    mail["From"] = OPERATOR
    mail["To"] = ours.reply_to[0].addr_spec
    mail["Subject"] = ours.subject if ours.subject.startswith("Re:") else f"Re: {ours.subject}"
    mail["Date"] = "Mon, 16 Nov 2026 10:30:00 +0000"
    mail["Message-ID"] = f"<{client.name.replace(' ', '')}{number}@acme.test>"
    mail["In-Reply-To"] = ours.message_id
    mail["References"] = " ".join((*ours.references, ours.message_id))
    mail.set_content(client.write_plain(typed), cte="quoted-printable")
    if rich and client.write_html is not None:
        mail.add_alternative(client.write_html(typed), subtype="html", cte="quoted-printable")
        if typed.picture:
            payload = mail.get_payload()
            assert isinstance(payload, list)
            part = payload[-1]
            assert isinstance(part, MIMEPart)
            part.add_related(
                typed.picture,
                "image",
                "png",
                cid="<picture1@acme.test>",
                filename="p.png",
                disposition="inline",
            )
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _picture(typed: Typed) -> str:
    return '<img src="cid:picture1@acme.test" alt="p.png" width="40">' if typed.picture else ""


def _divs(typed: Typed, lines: tuple[str, ...], opening: str = "<div>") -> str:
    return "".join(f"{opening}{typed.line(line) or '<br>'}</div>" for line in lines)


def _gmail_html(typed: Typed) -> str:
    top, bottom = typed.halves(parted=bool(typed.between))
    first, *others = typed.above or ("",)
    written = f'<div dir="ltr">{typed.line(first)}{_divs(typed, tuple(others))}{_picture(typed)}</div>'
    signature = (
        '<br clear="all"><div><br></div><span class="gmail_signature_prefix">-- </span><br>'
        f'<div dir="ltr" class="gmail_signature" data-smartmail="gmail_signature"><div dir="ltr">{"<br>".join(SIGNATURE)}</div></div>'
    )
    quote = '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
    middle = (
        f"{top}</blockquote><div><br></div>{_divs(typed, typed.between)}<div>&nbsp;</div>{quote}"
        if typed.between
        else top
    )
    return (
        f"{written if typed.above else ''}{signature if typed.signed and not typed.below else ''}<br>"
        '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon, Nov 16, 2026 at 11:00\u202fAM '
        f'{typed.ours.from_.display_name} &lt;<a href="mailto:{typed.ours.reply_to[0].addr_spec}">{typed.ours.reply_to[0].addr_spec}</a>&gt;'
        f" wrote:<br></div>{quote}{middle}{bottom}</blockquote></div>"
        + (f"<div><br></div>{_divs(typed, typed.below)}" if typed.below else "")
        + (signature if typed.signed and typed.below else "")
    )


def _marked(
    typed: Typed, attribution: str, *, mark: str = "> ", signature: tuple[str, ...] = (), width: int = 74
) -> str:
    """Return the usual plain reply: attribution, the quoted mail behind marks, wrapped as the client wraps it."""
    quoted: list[str] = []
    for line in typed.quoted_text:
        wrapped = textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""]
        quoted += [f"{mark}{one}".rstrip() for one in wrapped]
    middle = 1 + next((at for at, line in enumerate(quoted) if "polar circle" in line), len(quoted) // 2)
    body = [*quoted[:middle], *(("", *typed.between, "") if typed.between else ()), *quoted[middle:]]
    head = [*typed.above, *(signature if not typed.below else ()), ""] if typed.above else []
    tail = ["", *typed.below, *(signature if typed.below or not typed.above else ())]
    return "\n".join((*head, attribution, "", *body, *tail)) + "\n"


def _gmail_plain(typed: Typed) -> str:
    attribution = f"On Mon, Nov 16, 2026 at 11:00\u202fAM {typed.ours.from_.display_name} <\n{typed.ours.reply_to[0].addr_spec}> wrote:"
    return _marked(typed, attribution, signature=("", "-- ", *SIGNATURE) if typed.signed else ())


def _outlook_html(typed: Typed) -> str:
    def normal(lines: tuple[str, ...], colour: str = "") -> str:
        return "".join(
            f'<p class="MsoNormal">{f"<span style={chr(39)}color:{colour}{chr(39)}>" if colour else ""}{typed.line(line) or "&nbsp;"}'
            f"{'</span>' if colour else ''}<o:p></o:p></p>\r\n"
            for line in lines
        )

    top, bottom = typed.halves()
    return (
        '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">'
        '<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"><meta name="Generator" content="Microsoft Word 15 (filtered medium)">'
        '<style><!--\r\np.MsoNormal, li.MsoNormal {margin:0in;font-size:11.0pt;font-family:"Calibri",sans-serif;}\r\n--></style>'
        '<!--[if gte mso 9]><xml><o:shapedefaults v:ext="edit" spidmax="1026" /></xml><![endif]--></head>'
        '<body lang="EN-US" link="#0563C1" vlink="#954F72" style="word-wrap:break-word"><div class="WordSection1">\r\n'
        f'{normal(typed.above)}<p class="MsoNormal">{_picture(typed)}<o:p>&nbsp;</o:p></p>\r\n<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in">'
        f'<p class="MsoNormal"><b>From:</b> {html.escape(typed.who)} <br><b>Sent:</b> Monday, November 16, 2026 11:00 AM<br>'
        f"<b>To:</b> {html.escape(OPERATOR)}<br><b>Subject:</b> {html.escape(typed.ours.subject)}<o:p></o:p></p></div></div>\r\n"
        f'<p class="MsoNormal"><o:p>&nbsp;</o:p></p>\r\n{top}{normal(typed.between, "#1F497D")}{bottom}{normal(typed.below)}</div></body></html>'
    )


def _outlook_plain(typed: Typed) -> str:
    head = f"From: {typed.who}\nSent: Monday, November 16, 2026 11:00 AM\nTo: {OPERATOR}\nSubject: {typed.ours.subject}"
    quoted = typed.quoted_text
    middle = 1 + next((at for at, line in enumerate(quoted) if "polar circle" in line), len(quoted) // 2)
    body = (*quoted[:middle], *(("", *typed.between, "") if typed.between else ()), *quoted[middle:])
    return "\n".join((*typed.above, "", head, "", *body, "", *typed.below)) + "\n"


def _outlook_mobile_html(typed: Typed) -> str:
    style = "font-family: Aptos, Aptos_MSFontService, -apple-system, Roboto, Arial, Helvetica, sans-serif; font-size: 12pt;"
    top, bottom = typed.halves()
    signature = (
        '<div id="ms-outlook-mobile-body-separator-line" dir="ltr"><br></div><div id="ms-outlook-mobile-signature" style="color: inherit;">'
        'Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div>'
    )
    return (
        f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>'
        f"{_divs(typed, typed.above, f'<div dir={chr(34)}ltr{chr(34)} style={chr(34)}{style}{chr(34)}>')}{_picture(typed)}{signature if typed.signed else ''}"
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif" '
        f'style="font-size:11pt" color="#000000"><b>From:</b> {html.escape(typed.who)}<br><b>Sent:</b> Monday, November 16, 2026 11:00:00 AM<br>'
        f"<b>To:</b> {html.escape(OPERATOR)}<br><b>Subject:</b> {html.escape(typed.ours.subject)}</font><div>&nbsp;</div></div>"
        f"{top}{_divs(typed, typed.between)}{bottom}{_divs(typed, typed.below)}</body></html>"
    )


def _outlook_mobile_plain(typed: Typed) -> str:
    signature = ("", "Get Outlook for iOS<https://aka.ms/o0ukef>") if typed.signed else ()
    head = (
        "________________________________\n"
        f"From: {typed.who}\nSent: Monday, November 16, 2026 11:00:00 AM\nTo: {OPERATOR}\nSubject: {typed.ours.subject}"
    )
    quoted = typed.quoted_text
    middle = 1 + next((at for at, line in enumerate(quoted) if "polar circle" in line), len(quoted) // 2)
    body = (*quoted[:middle], *(("", *typed.between, "") if typed.between else ()), *quoted[middle:])
    return "\n".join((*typed.above, *signature, head, "", *body, "", *typed.below)) + "\n"


def _apple_html(typed: Typed) -> str:
    top, bottom = typed.halves(parted=bool(typed.between))
    attribution = f'<div>On 16. Nov 2026, at 11:00, {html.escape(typed.who)} wrote:</div><br class="Apple-interchange-newline">'
    middle = (
        f'{top}</div></blockquote><div><br></div>{_divs(typed, typed.between)}<br><blockquote type="cite"><div>{bottom}'
        if typed.between
        else f"{top}{bottom}"
    )
    first, *others = typed.above or ("",)
    signature = f"<div><br><div>--&nbsp;<br>{'<br>'.join(SIGNATURE)}</div></div>" if typed.signed else ""
    return (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head>'
        '<body style="overflow-wrap: break-word; -webkit-nbsp-mode: space; line-break: after-white-space;">'
        f"{typed.line(first)}{_divs(typed, tuple(others))}{_picture(typed)}{signature}"
        f'<div><br><blockquote type="cite">{attribution}<div>{middle}</div></blockquote></div><br>{_divs(typed, typed.below)}</body></html>'
    )


def _apple_plain(typed: Typed) -> str:
    attribution = f"On 16. Nov 2026, at 11:00, {typed.who} wrote:"
    return _marked(typed, attribution, signature=("", "-- ", *SIGNATURE) if typed.signed else ())


def _thunderbird_html(typed: Typed) -> str:
    top, bottom = typed.halves(parted=bool(typed.between))
    quote = f'<blockquote type="cite" cite="mid:{typed.ours.message_id.strip("<>")}">'
    middle = f"{top}</blockquote>{_paragraphs(typed, typed.between)}{quote}" if typed.between else top
    signature = f'<div class="moz-signature">-- <br>{"<br>".join(SIGNATURE)}</div>' if typed.signed else ""
    return (
        '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8"></head><body>'
        f"{_paragraphs(typed, typed.above)}{_picture(typed)}"
        f'<div class="moz-cite-prefix">On 11/16/26 11:00, {typed.ours.from_.display_name} wrote:<br></div>{quote}{middle}{bottom}</blockquote>'
        f"{_paragraphs(typed, typed.below)}{signature}</body></html>"
    )


def _paragraphs(typed: Typed, lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{typed.line(line) or '<br>'}</p>\n" for line in lines)


def _thunderbird_plain(typed: Typed) -> str:
    attribution = f"On 11/16/26 11:00, {typed.ours.from_.display_name} wrote:"
    plain = _marked(typed, attribution)
    return plain + ("\n-- \n" + "\n".join(SIGNATURE) + "\n" if typed.signed else "")


def _k9_html(typed: Typed) -> str:
    top, bottom = typed.halves(parted=bool(typed.between))
    quote = '<blockquote class="gmail_quote" style="margin: 0pt 0pt 0pt 0.8ex; border-left: 1px solid rgb(204, 204, 204); padding-left: 1ex;">'
    middle = (
        f'{top}</blockquote><div dir="auto">{"<br>".join(map(typed.line, typed.between))}</div>{quote}'
        if typed.between
        else top
    )
    signature = "<div class='k9mail-signature'>-- <br>\nSent from my Android device with K-9 Mail. Please excuse my brevity.</div>"
    return (
        f"<!DOCTYPE html><html><body>{_auto(typed, typed.above)}{_picture(typed)}{signature if typed.signed else ''}<br><br>"
        '<div class="gmail_quote"><div dir="auto">On November 16, 2026 11:00:00 AM GMT+01:00, '
        f"{html.escape(typed.who)} wrote:</div>\n{quote}{middle}{bottom}</blockquote></div>{_auto(typed, typed.below)}</body></html>"
    )


def _auto(typed: Typed, lines: tuple[str, ...]) -> str:
    return f'<div dir="auto">{"<br>".join(map(typed.line, lines))}</div>' if lines else ""


def _k9_plain(typed: Typed) -> str:
    attribution = f"On November 16, 2026 11:00:00 AM GMT+01:00, {typed.who} wrote:"
    signature = (
        ("-- ", "Sent from my Android device with K-9 Mail. Please excuse my brevity.")
        if typed.signed
        else ()
    )
    return _marked(typed, attribution, mark=">", signature=signature, width=998)


def _mutt_plain(typed: Typed) -> str:
    """Return what an editor was opened with (``$indent_string``, ``$attribution``): our text part, not our HTML."""
    quoted = [f"> {line}".rstrip() for line in typed.ours.plain.splitlines()]
    middle = 1 + next((at for at, line in enumerate(quoted) if "polar circle" in line), len(quoted) // 2)
    body = (*quoted[:middle], *(("", *typed.between, "") if typed.between else ()), *quoted[middle:])
    signature = ("", "-- ", *SIGNATURE) if typed.signed else ()
    attribution = f"On Mon, Nov 16, 2026 at 11:00:00AM +0000, {typed.ours.from_.display_name} wrote:"
    return "\n".join((*typed.above, "", attribution, *body, "", *typed.below, *signature)) + "\n"


def _proton_html(typed: Typed) -> str:
    top, bottom = typed.halves(parted=bool(typed.between))
    opening = '<div style="font-family: Arial, sans-serif; font-size: 14px;">'
    quote = '<blockquote class="protonmail_quote" type="cite">'
    middle = f"{top}</blockquote>{_divs(typed, typed.between, opening)}{quote}" if typed.between else top
    signature = (
        f'{opening}<br></div><div class="protonmail_signature_block" style="font-family: Arial, sans-serif; font-size: 14px;">'
        f'<div class="protonmail_signature_block-user">{"<br>".join(SIGNATURE)}</div><div><br></div><div class="protonmail_signature_block-proton">Sent with '
        '<a target="_blank" href="https://proton.me/mail/home">Proton Mail</a> secure email.</div></div>'
    )
    return (
        f"{_divs(typed, typed.above, opening)}{_picture(typed)}{signature if typed.signed else ''}{opening}<br></div>"
        f'<div class="protonmail_quote">On Monday, November 16th, 2026 at 11:00 AM, {html.escape(typed.who)} wrote:<br><br>'
        f"{quote}{middle}{bottom}</blockquote><br></div>{_divs(typed, typed.below, opening)}"
    )


def _proton_plain(typed: Typed) -> str:
    attribution = f"On Monday, November 16th, 2026 at 11:00 AM, {typed.who} wrote:"
    signature = ("", "-- ", *SIGNATURE, "", "Sent with Proton Mail secure email.") if typed.signed else ()
    return _marked(typed, attribution, signature=signature, width=998)


CLIENTS = (
    Client("Gmail web", _gmail_html, _gmail_plain),
    Client("Outlook desktop", _outlook_html, _outlook_plain),
    Client("Outlook mobile", _outlook_mobile_html, _outlook_mobile_plain),
    Client("Apple Mail", _apple_html, _apple_plain),
    Client("Thunderbird", _thunderbird_html, _thunderbird_plain),
    Client("K-9", _k9_html, _k9_plain),
    Client("mutt", None, _mutt_plain),
    Client("Proton", _proton_html, _proton_plain),
)
