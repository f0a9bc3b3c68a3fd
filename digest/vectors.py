"""Texts to rows: tokens, TF-IDF, and smoothing over the nearest neighbours.

    tokenize -> tfidf_rows (n, v) -> smooth (n, v)

Every function takes its rows in the order of `text_order`, so that the order in which items
arrive cannot reach the arithmetic. Sparse matrices are scipy CSR, float64, rows of length 1
(or 0 where a text holds no term).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from digest.weighting import unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STOP_WORDS = frozenset(
    """
    a about above across after again against ago all almost alone along already also although
    always am among an and another any anyone anything are around as at away be became because
    become becomes been before being below between both but by can cannot could did do does doing
    done down during each either else enough ever every everyone everything few for from further
    get gets getting go goes going gone got had has have having he her here hers herself him
    himself his how however i if in instead into is it its itself just least less let lets like
    made make makes making many may maybe me might mine more most much must my myself near neither
    never no nobody none nor not nothing now of off often on once one only onto or other others
    our ours ourselves out over own per perhaps quite rather re really same say says said seem
    seems several she should since so some someone something sometimes soon still such than that
    the their theirs them themselves then there therefore these they this those though through
    thus to together too toward towards under until up upon us use used uses using very via was
    way we well went were what whatever when whenever where whether which while who whole whom
    whose why will with within without would yes yet you your yours yourself
    ain aren couldn didn doesn don hadn hasn haven isn ll mightn mustn needn shan shouldn ve wasn
    weren won wouldn arent cant couldnt didnt doesnt dont hadnt hasnt havent heres hes im isnt ive
    shouldnt thats theres theyre wasnt werent whats wheres wont wouldnt youll youre youve
    """.split()
)
"""Function words of English; the many-meaning ones (bill, fire, system, top) are kept out."""

# Scripts written without spaces: Thai to Myanmar, Khmer, kana, Han, Hangul.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# Marks that belong to a letter but are none: accents, Hebrew, Arabic, and the scripts of India.
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff"
_LETTER = rf"(?:[{_MARKS}]|(?![{_UNSPACED}])[^\W_])"
_WORD = rf"{_LETTER}+"
_AMOUNT = re.compile(r"(\d)[\s-]?(billion|bn|million|mn|trillion|tn)\b")
_MAGNITUDE = {"billion": "b", "bn": "b", "million": "m", "mn": "m", "trillion": "t", "tn": "t"}
_TOKEN = re.compile(
    rf"(?P<run>[{_UNSPACED}]+)"
    rf"|(?P<number>[$€£¥]?\d+(?:[.,]\d+)*(?:{_LETTER}+|%)?(?:-{_WORD})*)"
    rf"|(?P<word>{_WORD}(?:[-.&]{_WORD}|\.\d+)*(?:\+\+|\#)?)"
)
_RUN = re.compile(rf"[{_UNSPACED}]")
_APOSTROPHE = re.compile(r"['’ʼ](?:s\b)?")
_JOINT = re.compile(r"[-.&]")

_CHUNK = 512
_TOLD = 1 << 16
PRODUCTS = 5e8
"""So many pairs of terms are multiplied to find nearest rows: all of them up to 40,000 rows."""
EACH = 1e4
"""And so many for each row, where that is more: from 50,000 rows on the work grows with them."""

_LONG_WORD = 40
_SMALL = 1000
_TINY = 20
_NEIGHBOURS = (3, 15)
_FAINT = 0.01


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The singular of an English word by Harman's S-stemmer; words under four letters stay.

    Source: D. Harman, "How effective is suffixing?", JASIS 42(1), 1991.
    """
    if len(word) < 4 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    return word if word.endswith(("us", "ss", "is")) else word[:-1]


def tokenize(text: str) -> list[str]:
    """The terms of a text, lower-case, in order, stop words left out, plurals made singular.

    Amounts, sizes and versions stay whole (`$1.2b`, `3nm`, `gpt-5`, `c++`), and `$1.2 billion` is
    `$1.2b`; a hyphened or dotted
    word gives itself and its parts; a run of a script without spaces gives its character pairs.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    plain = _APOSTROPHE.sub("", plain.lower())
    plain = _AMOUNT.sub(lambda amount: amount[1] + _MAGNITUDE[amount[2]], plain)
    terms: list[str] = []
    for word in plain.split():
        terms += _terms(word) if len(word) <= _LONG_WORD else _terms.__wrapped__(word)
    return terms


@lru_cache(maxsize=1 << 18)
def _terms(word: str) -> tuple[str, ...]:
    """The terms between two blanks, which no term goes beyond."""
    terms: list[str] = []
    for match in _TOKEN.finditer(word):
        token = match[0]
        if match["run"]:
            terms += _pairs(token)
        elif match["number"]:
            terms.append(token)
        else:
            terms += _forms(token)
    return tuple(terms)


def _pairs(run: str) -> Iterable[str]:
    return (run[i : i + 2] for i in range(max(1, len(run) - 1)))


def _forms(word: str) -> tuple[str, ...]:
    parts = _JOINT.split(word)
    if len(parts) == 1:
        return () if word in STOP_WORDS or len(word) < 2 else (stem(word),)
    kept = (stem(part) for part in parts if len(part) > 1 and part not in STOP_WORDS)
    return (stem(word), *(part for part in kept if not part.isdigit()))


def unspaced(term: str) -> bool:
    """Whether a term is of a script written without spaces, such as Chinese or Thai."""
    return _RUN.match(term) is not None


def text_order(texts: Sequence[str]) -> NDArray[np.intp]:
    """The positions of `texts` in sorted order, (n,): the one order in which rows are worked on."""
    import numpy as np

    return np.array(sorted(range(len(texts)), key=lambda i: texts[i]), dtype=np.intp)


def numbered(labels: NDArray[np.int_], texts: Sequence[str]) -> NDArray[np.int_]:
    """The same partition, (n,), numbered 0, 1, 2 … by size, largest first, then by first text."""
    import numpy as np

    first: dict[int, str] = {}
    for label, text in zip(labels.tolist(), texts, strict=True):
        first[label] = min(text, first.get(label, text))
    sizes = Counter(labels.tolist())
    ranks = {
        label: rank
        for rank, label in enumerate(sorted(sizes, key=lambda one: (-sizes[one], first[one])))
    }
    return np.array([ranks[label] for label in labels.tolist()], dtype=np.int_)


def tfidf_rows(texts: Sequence[str]) -> Any:
    """`term_rows` of the texts' own terms, (n, v)."""
    return term_rows([tokenize(text) for text in texts])


def term_rows(lists: Sequence[Sequence[str]]) -> Any:
    """TF-IDF rows of lists of terms, (n, v): sublinear counts, smooth IDF, length 1.

    From 1,000 lists on a term must be in two of them; from 20 on it may be in half of them at
    most. Where those rules would leave no term at all, every term stays.
    """
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    counts = Counter(chain.from_iterable(map(set, lists)))
    least = 2 if len(lists) >= _SMALL else 1
    most = len(lists) / 2 if len(lists) >= _TINY else len(lists)
    terms = sorted(t for t, count in counts.items() if least <= count <= most) or sorted(counts)
    if not terms:
        return csr_matrix((len(lists), 1))
    vectoriser = TfidfVectorizer(analyzer=list, vocabulary=terms, sublinear_tf=True)
    return vectoriser.fit_transform(lists)


def nearest(rows: Any) -> Any:
    """The graph of each row's nearest other rows, (n, n): cosines, not symmetric.

    A row has an eighth of the rows as neighbours, held to 3 to 15, and one more where others are
    equal to it; rows with nothing in common are no neighbours. Of very many rows each is known by
    its rarest columns alone, see `telling`.
    """
    from scipy.sparse import csr_matrix

    size = rows.shape[0]
    least, most = _NEIGHBOURS
    # One more than asked for: a row is among the nearest to itself.
    count = min(most, max(least, size // 8), size - 1) + 1
    near = most_alike(telling(rows, rows), rows, count).tocoo()
    others = near.row != near.col
    where = (near.row[others], near.col[others])
    return csr_matrix((near.data[others], where), shape=(size, size))


def telling(rows: Any, others: Any) -> Any:
    """The rows with what they need to be compared with others, (n, v).

    That is all of them, unless more than `PRODUCTS` pairs of terms, and `EACH` a row, were
    multiplied. Else each row keeps so many of its columns, those that the fewest others hold
    first, that it meets its share of that many pairs; its rarest column stays in any case.
    """
    import numpy as np
    from scipy.sparse import vstack

    holding = np.bincount(others.indices, minlength=rows.shape[1])
    most = max(PRODUCTS, EACH * rows.shape[0])
    if float(holding[rows.indices].sum()) <= most:
        return rows
    share = most / rows.shape[0]
    parts = (rows[at : at + _TOLD] for at in range(0, rows.shape[0], _TOLD))
    return vstack([_rarest(part, holding, share) for part in parts], format="csr")


def _rarest(rows: Any, holding: NDArray[np.intp], share: float) -> Any:
    """The rows with their columns of the fewest holders, as far as these sum to a share."""
    import numpy as np

    held = holding[rows.indices]
    lengths = np.diff(rows.indptr)
    order = np.lexsort((held, np.repeat(np.arange(len(lengths)), lengths)))
    before = np.cumsum(held[order]) - held[order]
    full = lengths > 0
    before -= np.repeat(before[rows.indptr[:-1][full]], lengths[full])
    kept = np.zeros(rows.nnz)
    # The column that goes over the share is left out, unless it is the rarest.
    kept[order] = (before + held[order] <= share) | (before == 0)
    told = rows.copy()
    told.data *= kept
    told.eliminate_zeros()
    return told


def most_alike(rows: Any, others: Any, count: int, *, least: float = 0.0) -> Any:
    """Of each row its products with the `count` most alike of others, (n, m), if over `least`."""
    from sparse_dot_topn import sp_matmul_topn

    return sp_matmul_topn(rows, others.T.tocsr(), count, threshold=least)


def neighbourhood(rows: Any) -> Any:
    """The graph of `nearest` made symmetric and scaled by the degrees, D^-1/2 A D^-1/2, (n, n).

    Scaled so that a row with many neighbours does not pull them all.
    """
    import numpy as np
    from scipy.sparse import csr_matrix, diags

    if rows.shape[0] < 2:
        return csr_matrix((rows.shape[0], rows.shape[0]))
    graph = nearest(rows)
    graph = graph.maximum(graph.T)
    degree = np.asarray(graph.sum(axis=1)).ravel()
    scale = diags(1.0 / np.sqrt(np.where(degree > 0, degree, 1.0)))
    return (scale @ graph @ scale).tocsr()


def smooth(rows: Any, graph: Any | None = None) -> Any:
    """Each row averaged with its neighbours, (n, v), length 1.

    Weights under 0.01 are dropped to keep rows sparse.

    Args:
        rows: (n, v).
        graph: (n, n), who is whose neighbour; None makes the `neighbourhood` of the rows.
    """
    from scipy.sparse import vstack

    if rows.shape[0] < 2:
        return rows
    near = neighbourhood(rows) if graph is None else graph
    starts = range(0, rows.shape[0], _CHUNK)
    return vstack([_mixed(rows, near, slice(at, at + _CHUNK)) for at in starts], format="csr")


def _mixed(rows: Any, graph: Any, part: slice) -> Any:
    mixed = unit(rows[part] + unit(graph[part] @ rows))
    mixed.data[mixed.data < _FAINT] = 0.0
    mixed.eliminate_zeros()
    return unit(mixed)
