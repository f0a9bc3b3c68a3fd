"""Tell a sentence that sells, calls to act or speaks of its own page from one that tells."""

from __future__ import annotations

import re

_PAGE = re.compile(
    r"\bread (?:more|on|the full|our)\b|\bclick\b|\bsubscribe (?:now|here|today|to (?:our|the"
    r"|get))\b|\bsign up\b|\bcookies?\b.{0,40}\b(?:consent|use|accept|policy|settings)"
    r"|\bcookie policy\b|\bfollow us\b|\bnewsletter\b|\bcontinue reading\b|\bcomments?:\s*\d"
    r"|\bprivacy policy\b|\bterms of (?:use|service)\b|\ball rights reserved\b|\b(?:photo|image"
    r"|illustration) (?:by|credit|courtesy)|(?-i:\bAdvertis(?:ement|er content)\b)|\baffiliate\b"
    r"|\bappeared first on\b|\blearn more\b|\bget started\b|\bjoin us\b|\bstay tuned\b"
    r"|\bcheck (?:it |this |them )?out\b|\btry it\b|\bsee (?:the|our|below|also)\b"
    r"|\bfor more (?:information|details)\b(?! about)|\bdisclosure\b|\bearlier in this\b"
    r"|\b(?:are|is|see|shown|listed|described|discussed|methods?|video|as) below\b"
    r"|\bbelow\b(?=\W*$)"
    r"|(?:\b(?:this|our|today['’]s)|^the) (?:post|article|blog|guide|tutorial|video|episode"
    r"|edition|roundup|glossary|story (?:originally|first))\b|\bthe (?:README|repo)\b"
    r"|\bfollowing (?:table|figure|section|example)\b|\b(?:in|as) (?:section|figure|table) \d"
    r"|\bdid not (?:immediately )?respond\b|\bdeclined to comment\b|\breach(?:ed)? out\b"
    r"|\bwelcome to\b|\b(?:contributions?|reports?|requests?|PRs|issues|feedback) (?:(?:is"
    r"|are) )?(?:always )?"
    r"welcome\b|\b(?:hosts?|team|panel) (?:break|discuss|dig|talk)|\bpodcast\b"
    r"|\blaunch tags\b|\bmin read\b|\bshow hn\b|\bRSS\b|\b(?:code|data|weights) (?:is"
    r"|are) (?:publicly )?(?:available|released) at\b|\bcode is available\b|\bin response\."
    r"|\byou['’](?:ll|re|ve)\b|\blet['’]s\b|\bhere['’]s\b|\bspoiler\b",
    re.IGNORECASE,
)
_HYPE = re.compile(
    r"\b(?:excited|thrilled|proud|delighted|pleased|happy) to\b|\bgame.chang|\bchanging the world\b"
    r"|\bworld.class\b|\bbest.in.class\b|\bseamless|\brevolutioni[sz]|\bsupercharge|\bunleash"
    r"|\bunlock the\b|\bnext.level\b|\bdive (?:in|into|deep)|\bdelve\b|\b\d+% off\b"
    r"|\bfree trial\b|(?<!almost )\bcutting.edge\b",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"(?:Build|Imagine|Type|Meet|Forget|Plug|Try|Read|See|Spend|Note|Consider|Let|Get|Learn|Check"
    r"|Use|Take|Look|Say|Think|Remember|Discover|Explore|Join|Ask|Add|Run|Install|Start|Stop|Make"
    r"|Give|Turn|Pick|View|Watch|Find|Keep|Create|Call|Go|Come|Welcome|Please|Thanks|Thank|Hey|Hi"
    r"|Hello|(?:Trade|Connect|Automate|Generate|Manage|Track|Bring|Deploy|Test|Ship|Monitor|Record"
    r"|Replace|Send|Schedule|Publish|Transform|Convert|Design|Host|Integrate|Control|Capture|Save"
    r"|Search|Increase|Upgrade|Improve)(?=\s(?:an?|the|your|its|in|any|all|with|into|anything"
    r"|everything|every)\s)|Download|Visit|Choose"
    r"|(?:[A-Z][a-z]{2,})(?=\s(?:your|yourself)\s)|Don['’]t|Do|Never|Expect|Suppose|Picture"
    r"|Enter|Buy|Set|Write|Share)\s"
)


def is_chaff(text: str) -> bool:
    """Whether a sentence is about the page it stands on, praises in set phrases, or commands."""
    return bool(_PAGE.search(text) or _HYPE.search(text) or _IMPERATIVE.match(text))
