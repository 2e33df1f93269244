"""What a part without a file name is called."""

import re

TYPE_NAMES = {
    "text/calendar": "invite.ics",
    "application/ics": "invite.ics",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "text/directory": "contact.vcf",
    "application/ms-tnef": "winmail.dat",
    "application/vnd.ms-tnef": "winmail.dat",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "pgp-version.txt",
    "application/pgp-keys": "public-key.asc",
    "message/delivery-status": "delivery-status.txt",
    "message/global-delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/global-disposition-notification": "disposition-notification.txt",
    "message/feedback-report": "feedback-report.txt",
    "message/partial": "part-of-message.eml",
    "message/external-body": "external-body.txt",
    "text/rfc822-headers": "headers.txt",
    "message/global-headers": "headers.txt",
    "text/x-amp-html": "message.amp.html",
}
_EXTENSIONS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/csv": "csv",
    "text/xml": "xml",
    "text/markdown": "md",
    "text/enriched": "txt",
    "text/richtext": "txt",
    "text/rtf": "rtf",
    "image/jpeg": "jpg",
    "image/pjpeg": "jpg",
    "image/svg+xml": "svg",
    "image/x-icon": "ico",
    "image/vnd.microsoft.icon": "ico",
    "audio/mpeg": "mp3",
    "audio/x-wav": "wav",
    "audio/mp4": "m4a",
    "video/quicktime": "mov",
    "video/mpeg": "mpg",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/postscript": "ps",
    "application/x-zip-compressed": "zip",
    "application/gzip": "gz",
    "application/x-gzip": "gz",
    "application/octet-stream": "bin",
    "application/applefile": "applefile",
}
_SHORT = re.compile(r"(?:image|audio|video|application)/(?:x-)?([a-z0-9]{2,5})")
_KINDS = {"image": "image", "audio": "audio", "video": "video"}


def name_for_type(content_type: str, number: int) -> str:
    """Return a file name for part ``number`` (from 1) of that type: ``invite.ics``, ``image-2.png``, ``part-3.bin``."""
    if content_type in TYPE_NAMES:
        return TYPE_NAMES[content_type]
    short = _SHORT.fullmatch(content_type)
    extension = _EXTENSIONS.get(content_type) or (short[1] if short else "bin")
    kind = _KINDS.get(content_type.partition("/")[0], "part")
    return f"{kind}-{number}.{extension}"
