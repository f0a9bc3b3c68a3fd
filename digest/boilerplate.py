"""Words that name no theme by themselves."""

from __future__ import annotations

import re

WEAK_WORDS = frozenset(
    """
    a.i abilities ability able abstract according account acquire acquired acquires acquiring
    across actually add added adding additional agree agreed ahead ai aim aims allow allows almost
    alone amazing amid amount announce announced announcement announces announcing answer approach
    april around article artificial ask asked asks attempt attempts august author authors automate
    automates available average back bad ban banned bans based beat beats begin begins behind
    believe best bet bets better big bigger biggest billion blind blog body boost bought break
    breaking breaks bring brings broke broken build building builds built business buy buying buys
    call called calls came capabilities capability capable case challenge challenges change
    changed changes cheap cheaper chief choose claim claims clean clear close co-founder combat
    come comes coming companies company compete competes concern concerns consistent continue
    correct cost costs could count country couple create created creates cut cuts cutting danger
    dangerous date day days dead deal december decide decision deliver delivers deploy deploys
    despite detect detects develop developed develops diagnose diagnoses different directly
    discover discovers download drive drives driving due earliest early easier easy editor eight
    eliminate enable enables end ends enter enters entire era even executive existing expand
    expands expect expected experience experiences explain explained explains explore explores eye
    eyes face faces fact fall far fast faster fear fears feature features february feel few fifth
    fight fights file files final find finds firm firms first five follow following follows force
    forces form former found founder four fourth friday fuel fuels full future gain gains gave
    general generate generated generates generation give given gives good great group grow growing
    grows guide half hand handful happen happens hard help helps here hidden hide hides high
    higher hire hires hiring history hit hits hold holds honest hope hour hours idea identifies
    identify ignite impact important improve include includes including increase industry initial
    inside insight institute intelligence interview introduce introduces introducing invest
    invests issue january jersey join joins july june keep keeping keeps key killer kind know
    known laboratories laboratory laid large larger largest last late later latest launch launched
    launches launching lay lays lead leader leading leads learn learned least leave left let lets
    level life like likely line list little live long longer look looking looks lose lot low lower
    main major maker makers march massive matter matters mean means measure measures meet mess
    messes method methods million minute minutes mix modest moment monday month months move moves
    moving name named names nasty natural near nearly need needs neighbor neighbors new news next
    nine note notes novel november number numbers october odd offer offers officer old open opens
    option order outside paper part parts pay people percent period person physical piece place
    plan planned plans plenty point points popular possible post potential predict predicted
    predicts present president previous price primary problem product professor program project
    promise propose proposes protect protects prove provide provides public push pushes put puts
    question questions quick quickly raise raised raises raising range rate reach reached reaches
    read ready real reason receive recent recently refer refers reject rejects release released
    releases remain removes replace replaces report reported reportedly reporter reports request
    requests require requires research researcher reshape reshapes responsible result results
    return reveal reveals revolution rise rises role round rule run running runs safe saturday
    save saves saw saying scary second secret see seek seeks seen self sell sells september series
    serious serve set sets seven several share shares shift ship ships show showed showing shows
    side sign signed signs similar simple single six size small smaller solve solves something
    soon source sources spark sparks speak speaks spend spends spokesperson stage start started
    starting starts state statement stay step steps still stop stops story strange strong struggle
    struggles study stupid sue sued sues suing summary sunday support supports surprise tackle
    tackles take taken takes talk talks target targets teach teaches team teams tech technologies
    technology tell tells ten term test tests thing things think third thought thousand threaten
    threatens three thursday time times today told tomorrow took tool tools top tops total track
    transform transforms tried trillion true try trying tuesday turn turns twice two type typical
    understand understanding universal university unlock unlocks unveil unveiled unveils upcoming
    update updated updates urge urges user users usual various version view vs wait want wants
    warn warned warns watch way ways website wednesday week weekend weekly weeks weigh weighs
    weird welcome whole wild win wins word words work worked working works world worth write
    writes written wrong year years yesterday york zealand zero
    """.split()
)
"""Words of time, of amount, of reporting, of every business."""

ADJECTIVE = re.compile(
    r"^[^ ]*(?:ic|ous|ive|ful|able|ary|-(?:\w+ed|\w+en|based|native|in|on|like|level|time|day|"
    r"month|year|source|weight|free|scale|quality|style|wide|end|to-end|art|friendly|ready|first|only))$"
    r"|^(?:American|British|Canadian|Chinese|Dutch|European|French|German|Indian|Israeli|Italian|"
    r"Japanese|Korean|Russian|Western|smart|open|generative|autonomous|multimodal|technical)$",
    re.IGNORECASE,
)
"""A single word of such an ending, or such a second part, tells of a thing and names none."""
