"""The words that tell which part of a brief a sentence belongs to, and who should care."""

from __future__ import annotations

import re


def _any(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


STRONG_WHY = _any(
    r"(?<!no )(?<!a )(?<!subject )(?<!dark )\bmatters\b|\bmeans that\b|\bmeaning that\b"
    r"|\bthe (?:ruling|deal|result|move|change|news|decision) (?:means|signals|suggests|shows)\b"
    r"|\b(?:under(?:scores|lines)|highlights|reflects) (?:the|how|a|that|growing)\b"
    r"|\bfor the first time\b|\bthe first time\b|\bat stake\b|\bputs? pressure\b"
    r"|\braises questions\b|\bas a result\b|\bsignals (?:that|a|the|strong|how)\b"
    r"|\b(?:comes|came) (?:as|amid|(?:(?:just|only) )?\w+ \w+ after|after|at a time)\b"
    r"|\bthreat(?:ens)?\b|\ba (?:major|key|significant|critical) (?:barrier|step"
    r"|shift|threat|concern)|\b(?:strategic|serious|growing) (?:challenge|threat|concern)\b"
)
"""Says outright why a report matters."""

WHY = _any(
    r"\bbecause\b|\bsuggests? (?:that|how)\b|\bdepends? on\b|\bmakes? it (?:easier|harder|possible"
    r"|impossible|cheaper)\b|\bcould (?:be|make|mean|lead|give|help|let|allow|reduce|increase"
    r"|become|force|push|change|end|take|affect|hurt|boost|cut|save|cost|disrupt|reshape|get|bring"
    r"|open|put)\b|\brisks? (?:of|that|to|for|losing)\b|\bat risk\b|\blargest\b|\bbiggest\b"
    r"|\bmost (?:valuable|powerful|expensive|widely)\b|\brecord\b|\bconcerns?\b|\bcritics\b"
    r"|\bcompet(?:e|es|ition)\b|\bconsequences?\b|\bshows? (?:that|how)\b|\bopens? the (?:door"
    r"|way)\b|\bdemand for\b|\bamid\b|\bunlike\b|\bcompared (?:with|to)\b|\binstead of\b"
    r"|\bcheaper\b|\bwithout (?:having to|retraining|fine)|\bsurpass|\bovert(?:ook|akes)\b"
    r"|\boutperform|\bbarrier\b|\bchallenge to\b|\bpressure\b|\bwould (?:let|allow|give|force"
    r"|require|hand|put)\b|\bmaking it (?:cheaper|easier|harder)|\bworr(?:y|ied|ies)\b|\bfears?\b"
    r"|\bbacklash\b|\bpushback\b|\bopponents\b|\bwarn(?:s|ed|ing)\b|\brivals?\b"
    r"|\bthe first (?:company|open|time|of its|model|major|large)\b|\bdebate (?:over|about|on"
    r"|that)\b|\bonly (?:\w+ ){1,3}after\b|\bjoins (?:many )?other\b|\btimes (?:higher|more|faster"
    r"|cheaper|less)\b|\bnearly (?:half|double|triple)\b|\bmore than half\b|\bsoar(?:s|ed|ing)\b"
    r"|\bsurg(?:e|es|ed)\b|\bshift(?:s|ed|ing)? (?:from|away|to|toward)\b|\bdivided\b|\blessons?\b"
    r"|\bbig bet\b|\bconcerning\b|\bunprecedented\b|\bchallenging for\b|\bdifficult (?:for|to)\b"
    r"|\b(?:far|much|dramatically|significantly|considerably) (?:\w+er|fewer|less|more \w+)\b"
    r".{0,80}\bthan\b|\b(?:is|was|are|were|be|becomes?|became|marks|marking"
    r"|makes \w+) the first (?!\w*day\b|\w*time\b|half\b|quarter\b|phase\b|week\b|month\b"
    r"|year\b"
    r"|version\b|round\b|place\b|step\b|stage\b|batch\b|few\b|of (?!its)|two\b|three\b|to\b"
    r"|\d|\w+ quarter\b)"
    r"|\b(?:dramatic|stark|vivid|clear) (?:example|sign|reminder)\b"
    r"|\bjoins (?:\w+ )?(?:others?|rivals)\b"
    r"|\bwarrants\b|\bgaining steam\b"
    r"|\bset(?:s|ting)? a precedent\b|\bimplications\b|\bmore (?:expensive|costly|powerful) (?:this"
    r"|than)\b"
)
"""May say why, in company of the story's own words."""

NEXT = _any(
    r"\byou can (?:now )?(?:apply|request|join|access|download|opt out|opt in|pre-?order|try|use"
    r"|enable|upgrade|switch|buy|order|install|test)\b"
    r"|\b(?:teams?|developers?|companies|customers?|operators?|users?|buyers?|researchers?|labs?"
    r"|engineers?|administrators?|maintainers?|anyone|organi[sz]ations?|firms|agencies|students"
    r"|businesses|enterprises|subscribers|publishers|regulators|parents"
    r"|applicants)\b(?:(?!\b(?:what|which|how)\b)[^.,;:]){0,40}\b(?:should|must|need to"
    r"|needs to|can now|ought to|can (?:apply"
    r"|request|join|access|download|opt out|opt in|pre-?order|try|use|enable|upgrade|switch"
    r"|connect|choose|set|buy|sign)"
    r"|will (?:now )?be able to|have until)\b|\b(?:is|are) (?:now |currently )?available (?:to"
    r"|for|in|via"
    r"|through|on|at|today|now)\b|\b(?:preorders?|applications?|registration|sign-ups?) (?:open"
    r"|close|end|start)"
)
"""Somebody is told to act, or how to get the thing."""

FUTURE = _any(
    r"(?<!that )(?<!which )(?<!who )(?<!if )(?<!whether )(?<!how )\bwill\b(?! to\b)"
    r"|(?<!you )(?<![yY]ou[’']d )\bexpects? (?:to"
    r"|that|the|a|first)\b"
    r"|\bplans? to\b|\bplanning to\b|\b(?:is|are) (?:due|set|expected|scheduled|slated|poised"
    r"|likely|on track) to\b|\bby (?:the end of )?(?:20\d\d|next)\b|\baims? to\b"
    r"|\bforecasts (?:that|a|an)\b|\bin the coming\b|\bnext (?:year|quarter|month|week|generation"
    r"|decade)\b|\blater this (?:year|month|summer)\b|\bintends? to\b|\bcould (?:lead|become|mean"
    r"|make|push|force|reshape|change)\b"
)
"""Speaks of what is to come …"""

OPEN = _any(
    r"\b(?:if|whether|how|what|when) (?:[\w$%]+ ){1,12}?will\b|\b(?:not"
    r"|n['’]t) (?:\w+ )?(?:confirm|say)"
)
"""… unless it only says that this is not known."""

OWN_NEWS = _any(
    r"\bwe(?:['’](?:re|ve|ll)| are| have| will)?(?: \w+ly| also| now| today| excitedly)? (?:announc"
    r"|launch|releas|unveil|introduc|rais|acquir|add|open|ship|updat|invest|hir|buil[dt]|expand"
    r"|partner|publish|mak(?:e|ing)\b|made\b|bring|roll|extend|develop|train|creat|offer|join"
    r"|sign|reduc|cut|find\b|found\b|show|report|discover|present|propos|start)"
)
"""An outlet, or the authors of a paper, tell what they did."""

FINDING = _any(
    r"\bwe (?:show|find|demonstrate|prove|observe|achieve|report|establish|reveal)\b"
    r"|\bour (?:results?|experiments?|findings?|method|approach|model|analysis) \w*\s?(?:show"
    r"|demonstrat|achiev|outperform|reveal|improv|suggest|reduc|indicat)|\b(?:results?"
    r"|experiments?|evaluations?) (?:show|demonstrate|reveal|indicate|suggest|confirm)|\b(?:achiev"
    r"|outperform|improv|reduc|surpass|exceed|reach|attain|recover|increas|lower|cut)(?:e?s|ed|ing"
    r"|e)\b[^.]*\d|\boutperforms?\b|\bstate-of-the-art\b|\bsurpass(?:es|ing)?\b"
)
"""What a paper found, rather than what it starts from."""

PROPOSAL = _any(
    r"\bwe (?:introduce|present|propose|develop|release|describe|build|design|study|evaluate)\b"
    r"|\b(?:this|the) (?:paper|work|study) (?:presents?|introduces?|proposes?|offers?|analyzes"
    r"|analyses|details|describes|shows|develops|provides|studies|examines|investigates)\b"
)
"""What a paper brings."""

BACKGROUND = _any(
    r"\b(?:existing|prior|previous|traditional|conventional|current|most) (?:\w+ ){0,2}(?:methods?"
    r"|approach\w*|works?|stud\w+|benchmarks?|techniques?|systems?|models|tools|watermarks)\b"
    r"|\b(?:has|have) (?:emerged|become)\b|\bincreasingly\b|\bremains? (?:under|un|a chall|chall)"
    r"|\bstruggles?\b|\bunderexplored\b|\b(?:is|are) (?:crucial|critical|essential|vital)\b"
)
"""What a paper starts from, which is news to nobody."""

TECHNICAL = _any(
    r"\bLLMs?\b|\bparameters?\b|\btokens?\b|\bcontext window\b|\barchitectur|\bbenchmark|\blatenc"
    r"|\bthroughput\b|\bGPUs?\b|\bTPUs?\b|\bFLOPS?\b|\btrain(?:ed|ing)\b|\bfine-?tun|\binference\b"
    r"|\bdatasets?\b|\bquantiz|\bAPIs?\b|\bSDK\b|\bprotocol\b|\bkernels?\b|\bmemory\b"
    r"|\bbandwidth\b|\bmixture.of|\bMoE\b|\battention\b|\bdistill|\btransformers?\b|\bencoder"
    r"|\bdecoder|\bembedding|\bdiffusion\b|\breinforcement learning\b|\bpretrain|\bopen.(?:source"
    r"|weight)|\bsandbox|\bvulnerabilit|\bprompt injection|\bhallucinat|\bcheckpoints?\b"
    r"|\blayers?\b|\bGPQA|\bSWE-|\bMMLU|\bMCP\b|\bretriev"
    r"|\bframework\b|\bversion \d|\balgorithm|\bnanometers?\b"
)
"""Names how a thing is made or measured."""

NEWS = _any(
    r"\b(?:announc|launch|releas|unveil|introduc|rais|acquir|sued?|su(?:es|ing)|lay(?:s|ing) off"
    r"|laid|open(?:s|ed|ing)|approv|sign(?:s|ed)|bann|ship(?:s|ped)|add(?:s|ed|ing)|updat|invest"
    r"|agreed|agrees|hir(?:es|ed)|buy(?:s|ing)|bought|cut(?:s|ting)|will (?:begin|build|launch"
    r"|cost)|roll(?:s|ed|ing) out|partner(?:s|ed|ing) with|publish|report(?:s|ed)|discover"
    r"|founded|breach|admitt"
    r"|started|beg[au]n|break(?:s|ing) ground|broke ground|testing|expand|appoint"
    r"|order(?:s|ed))"
)
"""Reports an event."""

OPINION = _any(
    r"\b(?:giant|huge|amazing|awesome|bleak|weird|wild|crazy|insane|beautiful|incredible|stunning"
    r"|exciting|obvious|of course|arguably|frankly|honestly|admittedly|perhaps|maybe|kind of"
    r"|sort of|thing is|guess|seems like|feels (?:like|very)|nobody|everyone|everybody"
    r"|oddly|curiously|strangely|sadly|ironically|unexpected turn"
    r"|a lot of people|(?:some|many|most) people|unfathomable)\b|!"
)
"""The writer's mood, which a headline's second line does not need."""

LEAD_IN = _any(r"^(?:why it matters:\s*|(?:that|this|it|which) matters because\s+|the upshot:\s*)")
"""Goes before a reason is printed under its own label."""

ROUND_UP = _any(
    r"\b(?:the download|weekly|(?:this|the) week in|week in review|daily|digest|round-?up"
    r"|newsletter|briefing|links|notes from|things|news of|morning|edition|recap|techmeme|episode"
    r"|podcast|live:?)\b"
)
"""Titles of reports that tell several stories."""

ROLES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (role, re.compile(rf"\b(?:{words})", re.IGNORECASE))
    for role, words in (
        (
            "Developers",
            r"developers?\b|programmers?\b|coders?\b|software engineers?\b|codebases?\b|coding\b"
            r"|APIs?\b|SDKs?\b|open.source\b|librar(?:y|ies)\b|repositor|GitHub\b|command line\b"
            r"|CLI\b|MCP\b|pull requests?\b|agent framework|source code\b|compilers?\b|terminal\b",
        ),
        (
            "Researchers",
            r"researchers?\b|papers?\b|benchmarks?\b|preprints?\b|datasets?\b|scientists?\b"
            r"|pretrain|fine-tun|state-of-the-art\b|ablation|baselines?\b|peer.review",
        ),
        (
            "Enterprise & security teams",
            r"enterprises?\b|cloud\b|(?:cyber)?security\b|compliance\b|vulnerab|breach(?:es"
            r"|ed)?\b(?! of)|malware\b"
            r"|hack(?:s|ed|ers?|ing)?\b|ransomware|CISOs?\b|IT teams?\b|exploits?\b|credentials\b",
        ),
        (
            "Founders & investors",
            r"invest(?:s|ed|ing|ments?|ors?)?\b|funding\b|fundrais|valuations?\b|valued\b"
            r"|start-?ups?\b|revenues?\b|capex\b"
            r"|Series [A-H]\b|(?<!joint )venture\b|raises?\b|raised\b|IPO\b|acqui(?:re|sition)"
            r"|earnings\b"
            r"|shareholders?\b",
        ),
        (
            "Policy teams",
            r"regulat|laws?\b|bills?\b|senat|commission\b|courts?\b|policymak|public policy\b"
            r"|ministers?\b|ministry\b|export controls?\b|congress\b|legislat|lawmaker|antitrust\b"
            r"|judges?\b|lawsuits?\b|copyright|government|White House\b|administration\b"
            r"|sanctions\b",
        ),
    )
)
"""A role of the reader, and words that speak to it."""
