"""One address for one article: canonical addresses to compare, clean links to open.

The rules are our own because the general normalisers either leave tracking parameters in or throw
out query values that tell two articles apart (`?id=5`). A parameter goes only if it is known.
"""

from __future__ import annotations

import re
import string
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, quote, unquote, urlsplit

from digest.errors import InputError

_TRACKING = frozenset(
    "fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid srsltid msclkid yclid twclid"
    " ttclid epik li_fat_id igshid igsh mc_cid mc_eid mkt_tok trk_contact _hsenc _hsmi __hstc"
    " __hssc __hsfp hsctatracking vero_id vero_conv oly_enc_id oly_anon_id rb_clickid irclickid"
    " irgwc dub_id s_cid cmpid cmp icid ito xtor ncid ns_mchannel ns_source ns_campaign at_medium"
    " at_campaign at_custom1 at_custom2 at_custom3 at_custom4 ftag guccounter guce_referrer"
    " guce_referrer_sig _ga _gl _openstat ref_src ref_url __twitter_impression __s ss_source"
    " ss_campaign_id sr_share smid smtyp spm trk trackingid taid sc_channel sc_campaign"
    " soc_src soc_trk spref fb_action_ids fb_ref fb_source _branch_match_id wt_mc wt.mc_id mbid"
    " feedtype utm pk_campaign pk_kwd pk_source pk_medium mtm_campaign mtm_source mtm_medium"
    " mtm_keyword mtm_cid piwik_campaign matomo_campaign ck_subscriber_id triedredirect amp_js_v"
    " usqp".split()
)
_TRACKING_PREFIX = ("utm_", "hsa_", "stm_", "amp_gsa", "aoh_")
_GIFTS = frozenset(("accesstoken", "access_token", "unlocked_article_code"))
_GIFTS_OF = {"wsj.com": frozenset(("st",)), "theatlantic.com": frozenset(("gift",))}
"""Keys to a paid article: it is one article with them and without, but a reader needs them."""

_CARRIERS = frozenset(
    "rss feed atom newsletter email mail twitter x facebook linkedin reddit hn hackernews"
    " producthunt tldr tldrai tldrnewsletter share social mastodon bluesky telegram".split()
)
_CARRIER_KEYS = frozenset(("ref", "source", "src", "from", "via", "partner", "emc", "campaign"))
_PREFIXES = ("www.", "m.", "amp.", "mobile.")
_TWITTER = frozenset(("twitter.com", "x.com", "fxtwitter.com", "vxtwitter.com", "fixupx.com"))
_YOUTUBE = frozenset(("youtube.com", "youtube-nocookie.com", "youtu.be"))
_REDDIT = frozenset(("old.reddit.com", "new.reddit.com", "np.reddit.com"))
_SHARING = {
    **dict.fromkeys(_TWITTER, frozenset(("s", "t"))),
    **dict.fromkeys(_YOUTUBE, frozenset(("si", "feature", "pp", "ab_channel"))),
    "wsj.com": frozenset(("reflink", "mod")),
}
_ARXIV = frozenset(("arxiv.org", "export.arxiv.org", "ar5iv.org", "ar5iv.labs.arxiv.org"))
_CODE_HOSTS = frozenset(("github.com", "gitlab.com", "npmjs.com", "pypi.org", "huggingface.co"))
_REDIRECTORS = {
    "l.facebook.com": ("/l.php", "u"),
    "lm.facebook.com": ("/l.php", "u"),
    "l.instagram.com": ("/", "u"),
    "out.reddit.com": ("", "url"),
    "youtube.com": ("/redirect", "q"),
    "linkedin.com": ("/redir/redirect", "url"),
    "slack-redir.net": ("/link", "url"),
    "duckduckgo.com": ("/l/", "uddg"),
    "bing.com": ("/news/apiclick.aspx", "url"),
    "medium.com": ("/r/", "url"),
    "getpocket.com": ("/redirect", "url"),
    "vk.com": ("/away.php", "to"),
}
"""Host to the path that redirects ("" for any) and the parameter that holds the address."""

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_PLAIN = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)((?:/[A-Za-z0-9._~/-]*)?)")
_GOOGLE = re.compile(r"google\.[a-z.]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_WIKI = re.compile(r"^([a-z-]+)\.m\.(wiki[a-z]+\.org)$")
_INDEX = re.compile(r"(?:/+index\.html?)*/*$")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPED = re.compile(r"(?:^|(?<=&))amp;")
_SITE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/?")
_AMP_END = re.compile(r"(.*/[^/]*[-\d][^/]*?)(?:/amp|\.amp|/amp\.html)/*")
_AMP_START = re.compile(r"/amp(/(?:[^/]+/)*[^/]*[-\d][^/]*)")
_AMP_PIECES = frozenset(("amp=", "amp=1", "amp=true", "_amp=true", "outputtype=amp"))
_TWEET = re.compile(r"/[^/]+(?:/web)?/status(?:es)?/(\d+)")
_PREPRINT = r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
_ARXIV_PATH = re.compile(rf"/(?:abs|pdf|html|ps|format)/{_PREPRINT}(?:\.pdf)?")
_ARXIV_DOI = re.compile(rf"/10\.48550/arxiv\.{_PREPRINT}", re.IGNORECASE)
_ANCHOR_TRACKING = re.compile(r"^(?::~:|utm_|ref=|xtor=).*|\?utm_.*", re.DOTALL)
_AS_IT_IS = re.compile(r"[A-Za-z0-9._~/-]*")
_SAFE = "%/:@!$&'()*+,;=~-._?"
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
_REMEMBERED = 4_096


@lru_cache(maxsize=_REMEMBERED)
def canonical_url(url: str) -> str:
    """The one address that stands for an article, for comparing; it need not be openable.

    https, lower-case host without `www.`, `m.`, `amp.`; AMP pages, redirectors, arXiv forms and
    versions, short YouTube addresses and Twitter's old name folded; tracking parameters and the
    keys of gift links out, the query sorted; no user, no default port, no fragment, no trailing
    slash (the root keeps its own) and no `index.html`. Giving it its own result changes nothing.

    Raises:
        InputError: not an http(s) address with a host.
    """
    parts, host, number = _parts(url)
    port = "" if number in (None, 80, 443) else f":{number}"
    host = _bare_host(host)
    path = _encoded(parts.path)
    path = _INDEX.sub("", path) if "/index.htm" in path else path.rstrip("/")
    query = _kept(parts.query, host)
    query = sorted(p if "=" in p else f"{p}=" for p in query if not _is_gift(p, host))
    if host in _TWITTER:
        host, path, query = "x.com", *_tweet(path, query)
    elif host in _ARXIV or host == "doi.org":
        host, path, query = _arxiv(host, path, query)
    elif host in _YOUTUBE:
        host, path, query = _video(host, path, query)
    else:
        path = _without_amp(host, path)
        query = [piece for piece in query if piece.lower() not in _AMP_PIECES]
    return f"https://{host}{port}{path or '/'}" + (f"?{'&'.join(query)}" if query else "")


def clean_link(url: str) -> str:
    """The address for a reader to open: as given, without tracking, user and password.

    Raises:
        InputError: not an http(s) address with a host.
    """
    parts, host, number = _parts(url)
    port = f":{number}" if number is not None else ""
    pieces = "&".join(_kept(parts.query, _bare_host(host)))
    fragment = _ANCHOR_TRACKING.sub("", _encoded(parts.fragment))
    return (
        f"{parts.scheme.lower()}://{host}{port}{_encoded(parts.path)}"
        + (f"?{pieces}" if pieces else "")
        + (f"#{fragment}" if fragment else "")
    )


def anchor(url: str) -> str:
    """The part of a page that an address names, without its `#`; "" for a whole page."""
    fragment = _ANCHOR_TRACKING.sub("", _encoded(url.partition("#")[2].strip()))
    return "" if fragment.lower() in _CARRIERS else fragment


def shown_url(url: str) -> str:
    """The address as it may appear in a message: no user, no password, at most 100 characters."""
    shown = re.sub(r"//[^/?#\s]*@", "//", "".join(filter(str.isprintable, url)).strip())
    return shown if len(shown) <= 100 else shown[:99] + "…"


@lru_cache(maxsize=_REMEMBERED)
def _parts(url: str) -> tuple[SplitResult, str, int | None]:
    """The split address, unwrapped from redirectors, its host in ASCII and lower case, its port."""
    current = url
    while True:
        parts, host, port = _split(current, url)
        inner = _wrapped(parts, _bare_host(host))
        if inner is None or len(inner) >= len(current):
            return parts, host, port
        current = inner


def _split(url: str, given: str) -> tuple[SplitResult, str, int | None]:
    if plain := _PLAIN.fullmatch(url):
        return SplitResult(plain[1], plain[2], plain[3], "", ""), plain[2], None
    text = url if url.isprintable() else _CONTROL.sub("", url)
    text = text.strip().replace("&amp;", "&")
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").rstrip(".")
        host = host if host.isascii() else host.encode("idna").decode("ascii").lower()
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    host = f"[{host}]" if ":" in host else host
    if parts.scheme.lower() not in ("http", "https") or not _HOST.fullmatch(host):
        raise InputError(
            f"`{shown_url(given)}` is not a web address",
            hint="write a full address that starts with http:// or https://",
        )
    return parts, host, port


def _wrapped(parts: SplitResult, host: str) -> str | None:
    """The address that a redirector or an AMP cache carries inside, if this is one."""
    if host.endswith("cdn.ampproject.org"):
        match = re.fullmatch(r"/[a-z](/s)?/([^/]+\..+)", parts.path)
        return f"http{'s' if match[1] else ''}://{match[2]}" if match else None
    if host.startswith("google.") and _GOOGLE.fullmatch(host):
        if match := re.fullmatch(r"/amp/(s/)?([^/]+\..+)", parts.path):
            return f"http{'s' if match[1] else ''}://{match[2]}"
        return _inner(parts, "url", "q") if parts.path == "/url" else None
    if host.endswith(".safelinks.protection.outlook.com"):
        return _inner(parts, "url")
    path, name = _REDIRECTORS.get(host, (None, ""))
    return _inner(parts, name) if path == "" or path == parts.path else None


def _inner(parts: SplitResult, *names: str) -> str | None:
    """The first web address that the parameters hold, whatever else they hold."""
    query = parse_qs(parts.query)
    values = (value for name in names for value in query.get(name, ()))
    return next((one for one in values if one.startswith(("http://", "https://"))), None)


@lru_cache(maxsize=_REMEMBERED)
def _bare_host(host: str) -> str:
    while True:
        prefix = next((p for p in _PREFIXES if host.startswith(p)), "")
        rest = host[len(prefix) :]
        if not prefix or "." not in rest or not _HOST.fullmatch(rest):
            break
        host = rest
    return "reddit.com" if host in _REDDIT else _WIKI.sub(r"\1.\2", host)


def _encoded(text: str) -> str:
    """Percent-encoding in one form: upper case, unreserved characters plain, the rest encoded."""
    if _AS_IT_IS.fullmatch(text):
        return text
    if "%" in text:
        text = _PERCENT.sub(_one_form, _LONE_PERCENT.sub("%25", text))
    return quote(text, safe=_SAFE, errors="replace")


def _one_form(match: re.Match[str]) -> str:
    char = unquote(match[0], encoding="latin-1")
    return char if char in _UNRESERVED else match[0].upper()


def _kept(query: str, host: str) -> list[str]:
    """The pieces of a query that are not tracking, in their order.

    What is left of an `&` that was escaped twice is no part of a name.
    """
    if not query:
        return []
    while "amp;" in query and (cut := _ESCAPED.sub("", query)) != query:
        query = cut
    pieces = (_encoded(piece) for piece in query.split("&") if piece)
    return [piece for piece in pieces if not _is_tracking(piece, host)]


def _is_tracking(piece: str, host: str) -> bool:
    name, _, value = unquote(piece).lower().partition("=")
    if name in _TRACKING or name in _SHARING.get(host, ()) or name.startswith(_TRACKING_PREFIX):
        return True
    if name not in _CARRIER_KEYS or host in _CODE_HOSTS:
        return False
    if name == "ref" and _SITE.fullmatch(value):
        return True
    return value.startswith("rss-") or re.sub(r"[^a-z]", "", value) in _CARRIERS


def _is_gift(piece: str, host: str) -> bool:
    name = piece.partition("=")[0].lower()
    return name in _GIFTS or name in _GIFTS_OF.get(host, ())


def _without_amp(host: str, path: str) -> str:
    """An article's path without its AMP mark; a project that is called amp keeps its name."""
    if "amp" not in path or host in _CODE_HOSTS or host.endswith("cdn.ampproject.org"):
        return path
    while match := _AMP_END.fullmatch(path) or _AMP_START.fullmatch(path):
        path = match[1]
    return path


def _tweet(path: str, query: list[str]) -> tuple[str, list[str]]:
    if match := _TWEET.match(path):
        return f"/i/status/{match[1]}", []
    return path, query


def _arxiv(host: str, path: str, query: list[str]) -> tuple[str, str, list[str]]:
    match = (_ARXIV_DOI if host == "doi.org" else _ARXIV_PATH).fullmatch(path)
    return ("arxiv.org", f"/abs/{match[1]}", []) if match else (host, path, query)


def _video(host: str, path: str, query: list[str]) -> tuple[str, str, list[str]]:
    if host == "youtu.be":
        match = re.fullmatch(r"/([\w-]+)", path, re.ASCII)
    else:
        match = re.fullmatch(r"/(?:shorts|embed|live|v)/([\w-]+)", path, re.ASCII)
    if match:
        return "youtube.com", "/watch", [f"v={match[1]}"]
    video = [piece for piece in query if piece.startswith("v=")]
    if path == "/watch" and video:
        return "youtube.com", path, video[:1]
    return host, path, query
