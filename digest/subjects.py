"""The standing sections of AI news: their names, and the words that say them.

A subject is a hint and no drawer: themes emerge from the week, and one is called after a subject
only where the subject's words are in most of its stories.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """A standing section.

    Attributes:
        name: as printed, one to four words.
        sure: cues that say it alone; `#` stands for a number.
        hints: cues that say it in company.
        released: cues that say it where the headline announces a release, and are hints elsewhere.
        narrower: names, as printed, for a theme that is all about one part of it.
    """

    name: str
    sure: str
    hints: str = ""
    released: str = ""
    narrower: str = ""


SUBJECTS: tuple[Subject, ...] = (
    Subject(
        "Funding and Deals",
        "funding, funding round, seed round, valuation, venture capital, ipo, acquire, acquired,"
        " acquisition, takeover, merger, buyout, unicorn, fundraising, term sheet, most valuable,"
        " raise $#m, raise $#b, raising $#m, raising $#b, raised $#m, raised $#b,"
        " $#m series, $#b series, buys startup, valued at, launch startup",
        "raise, raised, investor, investment, startup, stake, backed, fund, billion, invest,"
        " founder, deal, valuable, bought, secures, vcs, round",
    ),
    Subject(
        "Earnings and Spending",
        "earnings, revenue, quarterly, ai spending, cash burn, hidden debt, debt, cash flow,"
        " profit, wall street, run rate, burn rate, price hike, price cut, token price",
        "spending, quarter, pricing, stock, share, guidance, price, cost, margin, sale, pricey,"
        " bubble, billing",
    ),
    Subject(
        "Chips and Hardware",
        "chip, chipmaker, semiconductor, gpu, tpu, npu, hbm, hbm#, foundry, wafer, asic, trainium,"
        " blackwell, tsmc, dram, custom silicon, accelerator card, memory chip, tape-out,"
        " rack-scale, supercomputer, chiplet",
        "nvidia, amd, intel, memory, kernel, hardware, cuda, accelerator, taiwan, arm",
        narrower="Custom Silicon, Memory Chips",
    ),
    Subject(
        "Data Centers and Power",
        "data center, data centre, datacenter, datacentre, gigawatt, megawatt, electricity,"
        " power plant, power grid, capex, infra capex, reactor, hyperscaler, ai factory,"
        " power bill, power line, ai infrastructure",
        "power, grid, energy, compute, infrastructure, emission, cloud, water, nuclear, campus",
        narrower="Infra Capex",
    ),
    Subject(
        "Models and Research",
        "new model, model card, model family, model release, new ai model, gemini model,"
        " frontier model, frontier llm, arxiv, we propose, state-of-the-art, new study,"
        " extensive experiment, proposed method, paper propose, large-scale experiment",
        "model, frontier, benchmark, preview, release, capable, flash, reasoning, sota,"
        " leaderboard, llm, researcher, study, dataset, paper, evaluation, learning, training",
        "opus #, sonnet #, haiku #, claude #, gemini #, gemma #, gpt-#, gpt #, llama #, qwen#,"
        " qwen #, kimi k#, glm-#, deepseek v#, grok #, nemotron #, mistral large, flash-lite,"
        " flash #, reasoning model, context window, language model",
    ),
    Subject(
        "Open Models",
        "open-weight, open weight, open model, open ai model, open-source model,"
        " open source model, open-source ai, open source ai",
        "hugging face, weight, license, download, open-source, deepseek, qwen, mistral",
    ),
    Subject(
        "China",
        "china, chinese, beijing, moonshot, deepseek, alibaba, baidu, tencent, huawei, bytedance",
        "kimi, qwen, export control, shanghai, hong kong",
    ),
    Subject(
        "Coding Agents",
        "coding agent, claude code, codex, copilot, vibe coding, vibe coder, vibe-coded,"
        " pull request, code review, agentic coding, swe-bench, ai coding, coding assistant,"
        " antigravity, ai-generated code, software engineer, software engineering, coder,"
        " coding model, coding job, better code, agentic code, coding harness",
        "code, coding, developer, git, cursor, programming, software, terminal, bug, ide, engineer,"
        " legacy, refactor, test, sdk, mcp, github, devs, programmer",
    ),
    Subject(
        "Developer Tools",
        "sdk, self-hosted, mcp server, open-source tool, open source tool, github action, api key,"
        " command line, python library, devtool",
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
        "Policy and Law",
        "white house, congress, senate, senator, lawmaker, legislator, regulation, regulator,"
        " overregulating, executive order, ai act, legislation, ftc, export control, governor,"
        " tariff, antitrust, trump, kill switch, election, super pac, ministry,"
        " geopolitic, policymaker, parliament, european union, european commission, pentagon,"
        " government, lawsuit, sue, sued, copyright, court, judge, jury, plaintiff, settlement,"
        " infringement, verdict, piracy, legal action, treasury, sanction",
        "law, rule, policy, federal, china, europe, eu, bill, minister, political, ban, act,"
        " administration, national, agency, sovereignty, ruling, trial, license, royalty, author,"
        " payout, lawyer, legal, rights, governance, military, war, army",
        narrower="Export Controls",
    ),
    Subject(
        "Security and Safety",
        "vulnerability, exploit, hacker, hacked, hack, malware, ransomware, cyber, cyberattack,"
        " cybersecurity, prompt injection, data breach, zero-day, phishing, security incident,"
        " backdoor, botnet, security flaw, spyware, scam, security, ai alignment, misalignment,"
        " misaligned, ai safety, red team, red-teaming, jailbreak, guardrail, superintelligence,"
        " bioweapon, biodefense, existential risk, frontier risk, rogue, hacking, zero trust,"
        " safeguard, protestware, third party evaluation",
        "attack, breach, leak, patch, credential, threat, injection, flaw, safety, alignment,"
        " risk, harm, harmful, oversight, trust, dangerous, deception, warning, incident, secure,"
        " interpretability",
        narrower="Prompt Injection, Data Breaches",
    ),
    Subject(
        "Robots and Vehicles",
        "robot, humanoid, robotic, robotaxi, self-driving, driverless, autonomous vehicle,"
        " autonomous driving, waymo, drone, lidar, physical ai, embodied",
        "vehicle, car, warehouse, tesla, driving, factory, manipulation, driver",
        narrower="Humanoid Robots, Self-Driving Cars",
    ),
    Subject(
        "AI at Work",
        "layoff, lay off, laid off, job, workforce, hiring, unemployment, white-collar,"
        " labor market, job market, career, job loss, entry-level, enterprise, ai-native,"
        " strategic partnership, small business, case study, b2b, digital transformation,"
        " content partnership, business customer, agentic organization, organizational design",
        "worker, employee, wage, labor, office, productivity, recruit, manager, replace, human,"
        " customer, partnership, partner, business, deploy, deployment, operation, consulting,"
        " bank, adopt, adoption, rollout, scale, organization, workplace, staff, team",
    ),
    Subject(
        "Search and Browsers",
        "search engine, ai search, google search, ai overview, ai mode, duckduckgo, perplexity,"
        " browser, seo, web traffic",
        "search, traffic, chrome, web, online, publisher, query, install",
    ),
    Subject(
        "Apps and Devices",
        "app, voice mode, wearable, smart glass, glasses, siri, alexa, smart home, subscription,"
        " smartphone, chatbot app, companion app, pendant, ai assistant",
        "feature, user, ios, android, assistant, device, whatsapp, instagram, facebook, spotify,"
        " photo, voice, camera, phone, iphone, apple, consumer, chat, chatgpt, install, windows",
    ),
    Subject(
        "Media and Creators",
        "film, hollywood, music, artist, actor, animation, creator, deepfake, ai-generated video,"
        " image generator, tv show, song, voice clone, video generation, generative media,"
        " filmmaker, musician, ai-animated, video model, ai video, news publisher, ai ad, podcast",
        "video, image, art, ai-generated, slop, studio, photo, media, content, fake, camera,"
        " journalism, streaming, writing, newspaper",
        narrower="AI Video",
    ),
    Subject(
        "Science and Health",
        "physics, mathematics, mathematician, math, theorem, conjecture, counterexample,"
        " chemistry, telescope, quantum, climate, genomic, biology, scientist, astronomy, protein,"
        " weather forecast, scientific discovery, materials science, gene-editing, health,"
        " patient, medical, clinical, doctor, hospital, disease, cancer, mental health, healthcare,"
        " medicine, drug discovery, wellness, diagnosis, diagnoses",
        "science, proof, space, scientific, lab, discovery, experiment, molecule, care, drug,"
        " therapy, symptom, fitness, brain",
        narrower="Drug Discovery",
    ),
    Subject(
        "AI and Society",
        "pope, encyclical, religion, vatican, ethic, democracy, misinformation, disinformation,"
        " public opinion, loneliness, ai companion, teenager, parent, backlash, humanity, faith,"
        " school, student, teacher, classroom, education, homework, fact-check",
        "child, kid, culture, human, moral, relationship, community, public, belief, society,"
        " critic, university, college, societal, social contract",
    ),
    Subject(
        "Defense",
        "military, defense contract, army, surveillance, palantir, weapon, warfare, anduril,"
        " drone strike, national security, defense department, defense tech, pentagon",
        "war, defense, police, intelligence, nato",
    ),
)  # fmt: skip

KIN = (
    ("Chips and Hardware", "Data Centers and Power", "Chips and Data Centers"),
    ("Search and Browsers", "Apps and Devices", "Apps and Search"),
    ("Earnings and Spending", "Funding and Deals", "Business and Deals"),
    ("Open Models", "Models and Research", "Models and Research"),
    ("China", "Open Models", "China and Open Models"),
    ("Developer Tools", "Coding Agents", "Coding and Developer Tools"),
    ("AI Agents", "Coding Agents", "AI and Coding Agents"),
    ("Defense", "Policy and Law", "Policy and Defense"),
)
"""Subjects of which one may join the other where it has too few stories, and what both are."""

NOISE = (
    "hacker news, federal agent, fbi agent, border agent, ice agent, estate agent, travel agent,"
    " secret agent, health check, health checker, scaling law, role model, business model,"
    " mental model, power user, power law, memory lane, quantum leap, open letter,"
    " executive search, job queue, print job, world model, last mile, research lab, api health"
)
"""Phrases whose words are no cues in them."""
