"""Tell plain English words from names: what may stand in any sentence about anything."""

from __future__ import annotations

from functools import lru_cache

_WORDS = frozenset(
    """
    abandon ability able about above abroad absent absolute absorb abstract abundant abuse academic
    accelerate accept access accessible accident accompany accord account accumulate accuracy
    accurate accuse achieve acoustic acquire acquisition across act actual acute ad adapt add
    addition address adequate adjust admin administration administrative admit adopt ads adult
    advance advantage adversarial adverse advice advise advocacy aesthetic affair affect afford
    after aftermath afternoon afterward again against age agenda agent aggregate aggressive ago
    agree ahead ai aid aim ain air alarm album alert algorithm align alike alive all allege alliance
    allocate allow almost alone along alongside already also alter alternative although altogether
    always am ambition amend amid among amount amplify an analog analyses analysis analyst analytics
    analyze anchor and angle angry animal annotate announce annual anomaly anonymous another answer
    anticipate any anybody anymore anyone anything anyway anywhere apart api app apparent appeal
    appear appetite applicant appoint apprentice approach appropriate approve approximate arbitrary
    arc architect architecture archive are area aren aren't argue argument arithmetic arm around
    arrange array arrest arrive art article artifact artificial as ask aspect aspiration assemble
    assert asset assign assistant associate assume assumption assure astronomer asynchronous at atop
    attach attack attain attempt attend attention attitude attorney attract attribute audience audio
    audit augment authentic author auto automate automatic autonomous autonomy availability
    available average avid avoid await awake award aware away back backbone backdrop backend
    background backlash backlog bad balance ban band bandwidth bank bankrupt bar bare bargain base
    baseline basic basis batch battery battle be bear beat beautiful became because become bed been
    before began begin behalf behave behavior behind belief believe belong below bench benchmark
    beneath benefit best bet between beyond bias bid big bilateral bill billionaire binary bind bit
    bite black blame block blog blow blue blueprint blunder board boast body bold bond bonus book
    boom boost border boring born borrow boss bot both bottleneck bottom bought bound boundary box
    boy boycott brain branch brand breach break breakdown breakthrough breath bridge brief bright
    bring brisk broad broadcast broaden broke brought browse budget bug build built bulk bump bunch
    bundle burden burgeon burn burst bury bus but button buy buyout by bypass cache calculate
    calendar calibrate call calm came camera campaign can can't cancel candidate cannot canonical
    cap capability capacity capex capital capture car card care cascade case cash cast casual
    catalog catalyst catastrophe catastrophic catch category cater caught cause caution cautious
    cease ceiling cell census center centre century ceo certain certify cfo chain chair chairman
    challenge championship chance change channel chapter character charge chart chase chat chatbot
    cheap check checkpoint chemical chemistry chief child children chip choice choose chose chunk
    circle circuit circular circulate cite citizen city civil claim clarify clarity clash class
    classify clean clear clever click client climate climb clinic clinician clip clock clone close
    cloud club cluster co coach coalition coast code codebase cognitive cohort coincide cold
    collaborate collapse colleague collect college color column combine come comfort command comment
    commentary commerce commercial commission commit committee commodity common communicate
    community compact companion company compare compatibility compatible compel compete competence
    competitive competitor compile complain complaint complementary complete complex compliance
    comply component compose comprehension comprehensive compress comprise compromise compute con
    concede conceive concentrate concept concern concession concise conclude concrete concurrent
    condition conduct confer conference confident confidential configure confirm conflict confuse
    conglomerate congress conjecture connect conscious consecutive consensus consent consequent
    conservative consider consistent conspiracy constant constrain constraint construct consult
    consultancy consume consumption contact contain contaminate contemporary contend content contest
    context contextual continent continue continuous contract contradict contrary contrast
    contribute control controversial controversy convention converge conversation convert convict
    convince coo cool coordinate cope copy copyright core corner cornerstone corp corpus correct
    correlate cost could couldn't council count coup couple courage course court cover coverage cpu
    crack crackdown craft crash craze create credential credit crime crisis criteria critic crop
    cross crowd crucial cry crypto cto cue culminate culprit culture curate curb curious current
    curve custodian custody custom cut cyber cyberattack cybersecurity cycle damage danger dark data
    database dataset date daunt day dead deadline deal dealt death debate debt debug debut decade
    decentralize deception decide decision deck declare decline decode decompose decoupled decrease
    dedicate deem deep deepfake default defeat defend defense defer deficient deficit define
    definite defy degrade degree delay delegate delete deliberate deliver demand demise demo
    democracy demonstrate denoise denounce dense deny depart depend dependent deplete deploy deposit
    deprecate depth deputy derive describe description desert deserve design desire desk desktop
    despite destination destroy destruct detail detect deter deteriorate determine deterministic
    devastate develop device devote diagnose diagnosis diagram dialog dialogue dictate did didn
    didn't die differ different difficult diffuse digital dimension diminish diploma diplomat direct
    disaster disclosure discrete discuss disparity dispute disrupt distance distinct distinguish
    distort distribute district diverge divergence diverse divide division do doctor doctrine
    document doesn doesn't dollar domain domestic dominance dominant dominate don don't done double
    doubt down download downplay downstream downturn dozen dr draft drag drama dramatic drastic draw
    dream drew drift drill driven drone drop drove drug dry dub due dump durable duration during
    duty dwindle dynamic each eager early earn earth ease east eastern easy eat echo economy
    ecosystem edge edit educate effect efficient effort eight either elect electric electronic
    element eligible eliminate elite else elsewhere email embargo embark embed embody embrace emerge
    emergency emission emit emotion emphasis emphasize empirical employ employee empty enable enact
    encode encounter encourage encrypt end endeavor endorse endpoint enemy energy enforce engage
    engine enhance enjoy enlist enormous enough enrich ensemble ensure enter enterprise entertain
    entice entire entity entrench entrepreneur entropy entry environment envision episode episodic
    equal equation equip equity equivalent era erode error escalate escape especially espionage
    essay essential establish estate estimate etc ethic eu evade evaluate even event eventual ever
    everybody everyday everyone everything everywhere evict evident evolution evolutionary evolve
    exacerbate exact examine example exceed excel excellent except excerpt excess exchange excite
    exclude exclusive execute exempt exercise exhibit exist existence exit expand expansion expect
    expedite expel expenditure expense experience experiment expert explain explanation explicit
    explode exploit explore explosion export expose exposure express extend extension extensive
    extent external extra extract extraordinary extreme eye fabricate face facility fact factual
    fade fail failure fair faith fake fall fallback fallen false falter familiar family famous fan
    fantastic faq far fast fate fault favor favorite fear feasibility feasible feature fed fee
    feedback feel feet fell fellow felt fend festival few field fierce fifth fight figure file fill
    film filter financial find fine finger finish fire firm firmware first fiscal fit five fix flag
    flash flat flaw fleet flexible flight flip float floor flourish flow fluctuate fluid fly focus
    fold folk follow food foot footage footprint for force forecast forefront foreign foremost
    forever forget form format formidable formula forth fortune forum forward foster fought found
    foundry four fraction fragile fragment frame framework franchise fraud free freedom freeze
    frequent fresh friction friend from front frontend frustrate fuel fulfil fulfill full fun
    function fund fundamental further fuse future gain galvanize game gap garden garner gas gate
    gateway gather gauge gave gaze gear gender general generate generic generous genre genuine
    geometry get giant gift girl give given glass glimpse glitch global gloom glossary go god gold
    gone good got govern gpu grab grade gradient gradual graduate grammar grant graph grapple grasp
    gray great green grew grid grievance grip gripe ground groundbreak groundwork group grow grown
    growth guarantee guard guardrail guess guide guideline guilty guy hack had half hall hallucinate
    halt halve hamper hand handle hang happen happy harbor hard hardware harm harness has hasn haste
    hate have haven he he's head headline headquarter health healthcare hear heard heart heat heavy
    hedge hefty height heighten held help hence her herald here heritage hero herself hesitate
    heterogeneous hidden hide hierarchical high highlight him himself hinder hinge hint hire his
    history hit hold hole holiday home honest honor hook hope horizon hospital host hostile hot
    hotel hour house household how however hr hub huge human humanoid humor hundred hunt hurdle
    hurry hurt hybrid hype hyperscaler hypotheses hypothesis i'm icon idea ideal identify identity
    idle if ignore ill illegal illustrate imagine immediate immense immigrant imminent immune impede
    impetus implement implicit imply important in inadvertent inaugurate inc incentive inception
    incident incline include increase incredible incremental incumbent incur indeed index indicate
    indict individual induce industrial industry inevitable infer inference influence infrastructure
    infringe ingenuity ingest inherent inherit initial initiate inject innovate inquiry insert
    insist insolvency inspect inspire instance instant instead instinct institute instruct
    instrument insult insurgent intact integrate integrity intellectual intelligent intense
    intensify intent interest interim intermediate internal interpret interrupt interval intervene
    into intrigue introduce intuit invent invest investigate invite invoke involve iot is island isn
    isn't isolate issue it it's item its itself jail jeopardize jeopardy job join joint joke journal
    journey judge judgment jump junior jurisdiction jury just justice justify keep kept kernel key
    keyboard keyword kick kid kill kind king kit knew knock know knowledge known lab label
    laboratory lack lag laid land landfall landmark landscape language laptop large last late latent
    latter laud launch lavish law lawmaker lawsuit lay layoff layout lead leaderboard leaf leak lean
    leap learn lease least leave lecture led left legacy legal legislate legislature legitimate lend
    length lenient lens lent less lesson let let's level leverage levy lexical liability liberal
    library licence license lie life lift light lightweight like limit line linear lineup linger
    linguistic link list listen literal literature litigate little live ll llc llm load loan lobby
    local locate lock log long longitudinal look loom loop loose lose loss lost lot loud love low
    loyal ltd luck lucrative lunch lure luxury machine made magazine magic magnitude mail main
    mainland mainstream maintain maintenance major make male malicious malware man manage mandate
    manipulate manual manufacture map march margin mark market marketplace mass master match
    material math mathematic matter mature maximize maximum may maybe me meager mean meant meanwhile
    measure mechanic mechanism media median medical medicine medium meet member meme memo men menace
    mental mention merchant mere merge merit mess message met metadata method methodology metric
    middle midst might migrate military million mimic mind mine mini minimal minimize minimum
    minister minute mirror mishap miss mitigate mix ml mobile mode model modern modify modular
    module moment momentum monetize money monitor month mood more moreover morning most mother
    motion motive mount mouth move movie mr mrs ms much multi multilingual multiple multitude music
    must mutual my myriad myself mystery name narrative narrow nascent nation native nature navigate
    near nebulous necessary need negative neglect negotiate neighbor neighborhood neither nerve nest
    net network neural neutral never nevertheless new newsletter newspaper next nice night nightmare
    nine no nobody node nominal nominate none nor norm north northern not note nothing notice notify
    notorious notwithstanding novel novelty now nowhere nuance nuclear number numerical numerous
    object obligate oblige observe obstacle obtain obvious occasion occupation occupy occur ocean
    odd of off offense office official offline offset often oil old ominous on onboard once oncology
    one ongoing online onset onto onus opaque open operate opinion opponent opportunity oppose
    opposite opt optimal optimism optimistic optimize optimum or orbit orchestrate ordeal order
    ordinary organ orient origin os other otherwise ought our ourselves oust out outrage over
    overhaul overlap overwhelm own pace pack package pact page paid pain paint pair pandemic panel
    panic paper paradigm parallel parameter parent park parse part partial participant participate
    particular partner pass passage passenger past patch patent path pathology patient pattern pause
    pave pay payout paywall pc pcs pdf peace peak peculiar peer penalty pending pension people per
    perceive percent percentage percentile perfect perform perhaps peril period permanent permission
    permit persistent person persona personnel perspective persuade pervasive petition phase
    phenomenon philosophy phone photo photograph phrase physical physician physics pick picture
    piece pile pilot pinch pinpoint pioneer pipeline pitch pivot place plain plan plane planet plant
    plastic platform plausible play plead pleasure pledge plenty plot plug plugin plummet plunge
    plus podcast point poise poison police policy policymaker political politician politics poll
    pollute ponder pool poor pop popular population port portfolio portrait portray pose positive
    possess possible post postpone potential pound pour poverty power pr practice practitioner
    pragmatic praise precarious precede precedent precise predecessor predict prefer preference
    preliminary premier premise premium prepare prescribe president pressure pretty prevalent
    prevent previous price pride primary prime primitive principal principle print prior prison
    privacy private privilege pro probabilistic probability probe problem procedure proceed process
    procure produce product prof profession professor profile profit profound program progress
    project proliferate prolific prolong prominent promise promote prompt prone proof propel proper
    property proportion propose proprietary prosecute prospect prosper protect protein protest
    protocol prototype proud prove provenance provide provision provoke proximity proxy prudent
    public publish pull purchase pure purpose pursue push pushback put python qualify quality
    quantify quantity quantize quantum quarter query question quick quiet quit quite quote race
    racial radical radio raise rally rampant ran random range rank rapid rare rate rather ratio raw
    re reach read rear reason rebel rebuke recede receive recent recession recipe recipient reckon
    recognition recognize recommend reconcile record recruit red reduce reduction redundant refer
    reference reflect regard regime region register regression regret regular regulate rein reject
    relax relevance relevant reliant relief relieve relinquish reluctance reluctant remedy remnant
    remote render rent repeal repeat repercussion repetitive reply repo repository reproducible
    request require rescue reshuffle resident resilient resist respect respond response
    responsibility responsible rest result resume resurgence retain retaliate retrieve revamp
    reverse revise revive revoke revolution reward rhythm rich ride rift right rigid rigor ring
    ripple rise risen risk rival rivalry river road roadmap rob robot robotaxi robust rocket rode
    rogue role roll rollback rollout room root rose roster rote rough round route routine row rubber
    rule rumor run runaway runtime rural rush sacrifice safe safeguard safety said sake salary sale
    same sample sanction sandbox sat satellite satisfy save saw say scale scan scandal scant scarce
    scare scenario scene schedule schema scheme scholar school science scientific scientist scope
    score scrap scratch scream screen screenshot script scroll scrutiny sdk sea seamless search
    season seat second secondary secret section sector secure see seek seem seen segment seizure
    select self sell selves semantic semiconductor senate send senior sense sensitive sent sentence
    sentiment separate sequence sequential serial series serious serve service session set setback
    settle setup seven severe sex shadow shake shall shallow shape share shareholder sharp she she's
    sheet shelf shell shelter shield shift ship shock shoot shop short shortage shortfall shot
    should shouldn't show shown shrank shrink shut shutdown sibling side sideline sight sign
    significant signify silent silicon similar simple simulate simultaneous since single sink sit
    site situation six size skeptic skill skip skyrocket slash slate sleep slice slide slight slip
    slop slow sluggish slump small smart smartphone smooth snap snapshot so soar sober social
    society soft software soil solar sold sole solid solution solve some somebody someone something
    sometimes somewhat somewhere son song soon sophisticate sort sought sound source south southern
    sovereign space span spare spark sparse spatial speak spearhead spec special specify spectacle
    spectrum speculate speech speed spell spend spent spike spin spirit split spoke spokesman
    spokespeople spokesperson spokeswoman sponsor spot spotlight spread spree spring spur square
    squeeze stability stable stack staff stage stagger stagnant stake stakeholder stall stamp stand
    standard staple star start startling startup stat state status statute stay steady steal steel
    steep steer stem step stereotype stick still stimulate stochastic stock stole stone stood stop
    storage store storm story straight straightforward strange strategy stream street strength
    strengthen stress stretch strict stride strike string stringent strip strive strong struck
    structure struggle student studio study stuff stumble stun style subject submit subscribe
    subsequent subsidiary subsidy substance substantial substantiate substitute substrate subtle
    succeed success such sudden sue suffer sufficient suggest suit suite sum summarize summary
    summit summon super superior supersede supervise supplant supply support suppose supreme sure
    surface surge surpass surplus surprise surround surveillance survey survive susceptible suspect
    suspend sustain swap swath sway sweep swift swing switch swung symbol sympathy symptom sync
    synonymous synthesis synthesize synthetic system systematic table tablet tabular tackle tactic
    tag tail take takeaway taken talent talk tally tangible tank tap tape target tariff task taste
    taught tax taxonomy teach team tech technical technique technologist technology teen telecom
    tell temperature temporal temporary temptation ten tend tendency tenth tenure term terminal
    terminate territory test testify testimony text textbook textual than thank that that's the
    theft their them theme themselves then theorem therapy there there's therefore these they're
    thick thin think third this thorough those though thought thousand thread threat threaten three
    threshold threw thrive through throughout throughput throw thrust thus thwart ticket tie tight
    tighten till time timeout tiny tip tire title to today together token told tomorrow tone tonight
    too took tool toolkit top topology topple torture total touch tough toughen tour toward town
    toxic trace track trade traffic trail trailblaze train trait trajectory transaction transcribe
    transfer transform transit translate transmission transmit transparent transport trap travel
    treasury treat tree tremendous trend trial tribunal trick trigger trillion trim trip triple
    trouble truck true truly trust truth try tumble tune turbulent turmoil turn turnaround turnover
    tutor tv tweak twelve twenty twice twin two type typical typo ubiquitous ui uk ultimate
    unanimous uncertainty under undergo uniform unify union unique unit unite universe unravel until
    unveil up upon uproar urban urge urgent us usage usd use usher usual utility utilize utterly ux
    vacation vague valid value van vanish variable variance variant variation variety various vary
    vast ve vector vehicle vendor venture venue verdict verge verifiable verify version versus
    vertical very vet veteran via viable vibe vibrant victim victory video view viewpoint village
    violate violence viral virtual virus visibility visible vision visit visual vital vocal voice
    void volatile volume voluntary volunteer vote vow vp vs vulnerability vulnerable wage wait waive
    wake walk wall wane want war warehouse warm warn warrant was wash wasn wasn't waste watch
    watchdog water wave way we we're weak wealth weapon wear weather web website week weekday
    weekend weigh weight welcome welfare well went were weren weren't west western what what's
    whatever wheel when whenever where whereas whereby wherever whether which whichever while
    whistleblower white who who's whoever whole wholly whom whopping whose why wide widen widespread
    wield wife wild will win wind window winter wipe wire wise wish with withdraw withdrew withhold
    within without withstand witness wives woman women won won't wonder word work workflow workforce
    workhorse workload workplace workshop workspace world worn worry worse worsen worst worth would
    wouldn't wound wrap wrinkle write written wrong wrote yard year yellow yes yesterday yet yield
    you you're young your yourself youth zero zone
    """.split()
)
ALSO_NAMES = frozenset(
    """
    apple arm bard block box brave character chime claude cohere copilot cruise cursor discord
    edge elastic excel figure gap grab groq lambda lemonade lucid match meta notion nova opera
    oracle outlook runway scale sea shell signal slack snap sora square stripe target teams
    threads titan together unity visa whisper windows word zoom
    """.split()
)
"""Plain words that are a company's or product's name as well, where a capital could mean either."""

_ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("ier", "y"), ("iest", "y"), ("ily", "y"), ("iness", "y"),
    ("sses", "ss"), ("es", ""), ("es", "e"), ("s", ""), ("ing", ""), ("ing", "e"), ("ed", ""),
    ("ed", "e"), ("er", ""), ("er", "e"), ("est", ""), ("est", "e"), ("ly", ""), ("ly", "le"),
    ("ally", ""), ("ally", "al"), ("ness", ""), ("ment", ""), ("ments", ""), ("ion", ""),
    ("ion", "e"), ("ation", ""), ("ation", "e"), ("ition", "e"), ("able", ""), ("able", "e"),
    ("ful", ""), ("less", ""), ("al", ""), ("al", "e"), ("ity", ""), ("ity", "e"), ("ive", "e"),
    ("ive", ""), ("or", "e"), ("or", ""), ("ance", ""), ("ance", "e"), ("ence", "ent"), ("ism", ""),
    ("ist", ""), ("ize", ""), ("ize", "e"), ("ise", "ize"), ("ised", "ized"), ("ising", "izing"),
    ("isation", "ization"), ("ication", "y"), ("ic", ""), ("ic", "y"), ("cy", "t"), ("y", ""),
    ("our", "or"), ("ship", ""), ("wide", ""), ("proof", ""), ("ate", ""), ("ous", ""),
)  # fmt: skip
_BEGINNINGS = ("un", "re", "in", "im", "non", "over", "under", "pre", "mis", "dis", "co", "multi",
               "out", "up", "sub", "inter", "super", "self", "ultra", "anti", "post")  # fmt: skip
_DEPTH = 3


def is_plain(word: str) -> bool:
    """Whether a word is an everyday English one, in one of its forms.

    Args:
        word: lower-case, without an apostrophe and what follows it. Parts joined by hyphens are
            looked at one by one.
    """
    return all(_is_plain(part, _DEPTH) for part in word.split("-") if part)


@lru_cache(maxsize=20_000)
def _is_plain(word: str, depth: int) -> bool:
    if word in _WORDS or len(word) == 1:
        return True
    if depth == 0 or len(word) < 4:
        return False
    for ending, whole in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            stem = word[: len(word) - len(ending)]
            doubled = len(stem) > 2 and stem[-1] == stem[-2] and not whole
            if _is_plain(stem + whole, depth - 1) or (doubled and _is_plain(stem[:-1], 0)):
                return True
    return any(
        word.startswith(start) and len(word) - len(start) >= 3 and _is_plain(word[len(start) :], 1)
        for start in _BEGINNINGS
    )
