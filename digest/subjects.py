"""The standing sections of AI news: their names, and the words by which a story shows one.

A subject is a hint and no drawer: themes emerge from the week, and one is called after a subject
only where the subject's words are in most of its stories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.model import Story
from digest.vectors import tokenize

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ELSEWHERE, IN_SUMMARY = 0.5, 0.3
"""What a cue counts there, against 1 in the lead's title, the one that is printed."""
SURE, HINT = 1.0, 0.4
"""What a sure cue counts, and one that other subjects have too."""
MOST_HINTS = 0.8
EVERY = -1

_NUMBER = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True)
class Subject:
    """A standing section.

    Attributes:
        name: as printed, one to four words.
        sure: cues that say it alone; `#` stands for a number.
        hints: cues that say it in company.
    """

    name: str
    sure: str
    hints: str = ""


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "Funding and Deals",
        "funding, funding round, seed round, valuation, venture capital, ipo, acquire, acquired,"
        " acquisition, takeover, merger, buyout, unicorn, fundraising, invest, term sheet,"
        " raise $#m, raise $#b, raised $#m, raised $#b, bet $#b, invest $#b",
        "raise, raised, investor, investment, startup, stake, backed, bet, fund, round, billion,"
        " founder, deal",
    ),
    Subject(
        "Earnings and Prices",
        "earnings, revenue, quarterly, ai spending, cash burn, hidden debt, cash flow,"
        " profit, wall street, price cut, price hike, token price, run rate, burn rate",
        "spending, quarter, pricing, stock, share, guidance, price, cost, margin, sale, pricey",
    ),
    Subject(
        "Chips and Hardware",
        "chip, chipmaker, semiconductor, gpu, tpu, npu, hbm, hbm#, foundry, wafer, asic, trainium,"
        " blackwell, tsmc, dram, custom silicon, accelerator card, memory chip, tape-out",
        "nvidia, amd, intel, memory, kernel, supercomputer, hardware, cuda, accelerator",
    ),
    Subject(
        "Data Centers and Power",
        "data center, data centre, datacenter, datacentre, gigawatt, megawatt, electricity,"
        " power plant, power grid, capex, reactor, hyperscaler, ai factory, power bill",
        "power, grid, energy, campus, compute, infrastructure, emission, cloud, water, nuclear",
    ),
    Subject(
        "New Models",
        "new model, opus #, sonnet #, haiku #, claude #, gemini #, gemma #, gpt-#, gpt #, llama #,"
        " qwen#, qwen #, kimi k#, glm-#, deepseek v#, grok #, nemotron #, mistral large,"
        " flash-lite, model card, context window, model family, reasoning model, model release",
        "model, frontier, benchmark, token, preview, release, capable, flash, pro, intelligence",
    ),
    Subject(
        "Open Models",
        "open-weight, open weight, open model, open-source model, open source model",
        "hugging face, weight, license, download, open-source, deepseek, qwen, mistral",
    ),
    Subject(
        "China",
        "china, chinese, beijing, moonshot, deepseek, alibaba, baidu, tencent, huawei, bytedance",
        "kimi, qwen, export control, shanghai, hong kong, silicon valley",
    ),
    Subject(
        "Coding Agents",
        "coding agent, claude code, codex, copilot, vibe coding, vibe coder, vibe-coded,"
        " pull request, code review, agentic coding, swe-bench, ai coding, coding assistant,"
        " antigravity, ai-generated code, software engineer, software engineering",
        "code, coding, coder, developer, git, cursor, programming, software, terminal, bug, ide,"
        " engineer, legacy, refactor, test",
    ),
    Subject(
        "Developer Tools",
        "sdk, github trending, self-hosted, mcp server, open-source tool, open source tool,"
        " github action, api key, command line, python library, devtool",
        "api, cli, library, open-source, github, repo, python, rust, postgre, docker, plugin,"
        " framework, skill, mcp, developer, terminal, prompt",
    ),
    Subject(
        "AI Agents",
        "ai agent, agentic ai, multi-agent, subagent, browser agent, agent harness, agentic,"
        " autonomous agent, agent",
        "mcp, workflow, harness, orchestration, automation, autonomous, skill, assistant, tool",
    ),
    Subject(
        "Policy and Regulation",
        "white house, congress, senate, senator, lawmaker, regulation, regulator, executive order,"
        " ai act, legislation, ftc, export control, governor, tariff, antitrust, trump,"
        " kill switch, election, super pac, public engagement, ministry, geopolitic, policymaker,"
        " parliament, european union, european commission, pentagon",
        "law, government, rule, policy, federal, china, europe, eu, bill, minister, political,"
        " ban, act, administration, national, agency, sovereignty",
    ),
    Subject(
        "Courts and Copyright",
        "lawsuit, sue, sued, copyright, court, judge, jury, settlement, plaintiff, infringement,"
        " verdict, piracy, legal action",
        "ruling, trial, license, royalty, author, payout, lawyer, legal, publisher, rights",
    ),
    Subject(
        "Security",
        "vulnerability, exploit, hacker, malware, ransomware, cyber, cyberattack, cybersecurity,"
        " prompt injection, data breach, zero-day, phishing, security incident, backdoor, botnet,"
        " security flaw, spyware, scam, security",
        "hack, attack, breach, leak, patch, credential, threat, bug, injection, rogue, flaw",
    ),
    Subject(
        "AI Safety",
        "ai alignment, misalignment, misaligned, ai safety, red team, red-teaming, jailbreak,"
        " guardrail, superintelligence, interpretability, bioweapon, existential risk, deception,"
        " frontier risk, safety, rogue",
        "alignment, risk, harm, harmful, oversight, trust, evaluation, dangerous, control, bias,"
        " warning",
    ),
    Subject(
        "Robots and Vehicles",
        "robot, humanoid, robotic, robotaxi, self-driving, driverless, autonomous vehicle,"
        " autonomous driving, waymo, drone, lidar, physical ai, embodied",
        "vehicle, car, warehouse, tesla, driving, factory, manipulation, driver",
    ),
    Subject(
        "Jobs and Work",
        "layoff, lay off, laid off, job, workforce, hiring, unemployment, white-collar,"
        " labor market, job market, career, job loss",
        "worker, employee, wage, labor, office, productivity, recruit, manager, replace, human",
    ),
    Subject(
        "Search and Browsers",
        "search engine, ai search, google search, ai overview, ai mode, duckduckgo, perplexity,"
        " browser, seo, web traffic",
        "search, google, traffic, chrome, web, online, publisher, query, install",
    ),
    Subject(
        "Enterprise AI",
        "enterprise, ai-native, strategic partnership, small business, case study, b2b,"
        " digital transformation, content partnership, business customer",
        "customer, partnership, partner, business, deploy, deployment, operation, consulting,"
        " bank, adopt, adoption, rollout, scale, incident, organization",
    ),
    Subject(
        "Media and Creators",
        "film, hollywood, music, artist, actor, animation, creator, deepfake, ai-generated video,"
        " image generator, tv show, song, voice clone, video generation, generative media,"
        " filmmaker, musician, ai-animated, video model, ai video, news publisher",
        "video, image, art, ai-generated, slop, studio, photo, media, content, fake, camera,"
        " podcast, journalism, streaming",
    ),
    Subject(
        "Health",
        "health, patient, medical, clinical, doctor, hospital, disease, cancer, mental health,"
        " healthcare, medicine, drug discovery, wellness, diagnosis",
        "care, drug, therapy, protein, symptom, fitness, brain",
    ),
    Subject(
        "Science and Math",
        "physics, mathematics, mathematician, math, theorem, conjecture, counterexample,"
        " chemistry, telescope, quantum, climate, genomic, biology, scientist, astronomy,"
        " protein, weather forecast, scientific discovery",
        "science, proof, space, scientific, lab, discovery, experiment, molecule",
    ),
    Subject(
        "Research Papers",
        "arxiv, we propose, state-of-the-art, extensive experiment, proposed method, paper propose,"
        " ablation, large-scale experiment",
        "propose, framework, benchmark, dataset, baseline, outperform, empirical, paper, training,"
        " task, evaluation, learning, demonstrate, method, novel, llm",
    ),
    Subject(
        "Apps and Devices",
        "app, voice mode, wearable, smart glass, glasses, siri, alexa, smart home, subscription,"
        " smartphone, chatbot app, companion app",
        "feature, launch, user, ios, android, assistant, device, whatsapp, instagram, facebook,"
        " spotify, photo, voice, camera, phone, apple, consumer, chat",
    ),
    Subject(
        "Schools and Students",
        "school, student, teacher, classroom, education, campus cheating, homework, exam",
        "university, learn, course, kid, college",
    ),
    Subject(
        "AI and Society",
        "pope, encyclical, religion, vatican, ethic, democracy, misinformation, disinformation,"
        " public opinion, loneliness, ai companion, teenager, parent, backlash, humanity, faith",
        "child, culture, human, moral, relationship, community, public, belief, society, critic",
    ),
    Subject(
        "Defense",
        "pentagon, military, defense contract, army, surveillance, palantir, weapon, warfare,"
        " drone strike, national security, defense department",
        "war, defense, police, intelligence, nato",
    ),
)  # fmt: skip


NOISE = (
    "hacker news, federal agent, fbi agent, border agent, ice agent, estate agent, travel agent,"
    " secret agent, health check, health checker, scaling law, role model, business model,"
    " mental model, power user, power law, memory lane, quantum leap, open letter,"
    " executive search, job queue, print job, world model, last mile, research lab, api health"
)
"""Phrases whose words are no cues in them."""

Cues = Mapping[str, Sequence[tuple[int, float]]]


def cues(subjects: Sequence[Subject]) -> Cues:
    """Each cue, as terms, with the places of the subjects it points to and how surely."""
    found: dict[str, dict[int, float]] = {}
    for place, subject in enumerate(subjects):
        for weight, listed in ((HINT, subject.hints), (SURE, subject.sure)):
            for cue in listed.split(","):
                found.setdefault(_plain(tokenize(cue.replace("#", "1"))), {})[place] = weight
    for phrase in NOISE.split(","):
        found[_plain(tokenize(phrase))] = {}
    return {key: tuple(places.items()) for key, places in found.items() if key}


def strengths(stories: Sequence[Story], subjects: Sequence[Subject]) -> NDArray[np.float64]:
    """How strongly each story shows each subject, (n, s): the sum of the cues it holds.

    A cue counts once, where it weighs most: 1 in the lead's title, 0.5 in another title or in a
    source's name, 0.3 in a summary. A hint counts 0.4 of that, and all hints together at most
    0.8, so that hints alone make no story one's own. Within a longer cue of the same subject a
    shorter one does not count.
    """
    import numpy as np

    known = cues(subjects)
    longest = max(cue.count(" ") for cue in known) + 1
    found = np.zeros((len(stories), len(subjects), 2))
    for row, story in zip(found, stories, strict=True):
        counted: set[tuple[str, int]] = set()
        texts = [(1.0, story.lead.title)]
        texts += [(ELSEWHERE, item.title) for item in story.items[1:]]
        texts += [(ELSEWHERE, source) for source in story.sources]
        texts += [(IN_SUMMARY, item.summary) for item in story.items]
        for weight, text in texts:
            for cue, place, worth in _held(text, known, longest):
                if (cue, place) not in counted:
                    counted.add((cue, place))
                    row[place, int(worth == HINT)] += weight * worth
    return np.asarray(found[:, :, 0] + np.minimum(found[:, :, 1], MOST_HINTS), dtype=np.float64)


def _held(text: str, known: Cues, longest: int) -> Iterator[tuple[str, int, float]]:
    """The cues of a text, each with a subject it points to and how surely."""
    terms = [_NUMBER.sub("#", term) for term in tokenize(text)]
    reach: dict[int, int] = {}
    for at in range(len(terms)):
        for size in range(min(longest, len(terms) - at), 0, -1):
            cue = " ".join(terms[at : at + size])
            if cue not in known:
                continue
            if not known[cue]:  # a fixed phrase hides what lies within it from every subject
                reach[EVERY] = max(reach.get(EVERY, 0), at + size)
            for place, worth in known[cue]:
                if at + size > max(reach.get(place, 0), reach.get(EVERY, 0)):
                    reach[place] = at + size
                    yield cue, place, worth


def _plain(terms: Sequence[str]) -> str:
    return _NUMBER.sub("#", " ".join(terms))
