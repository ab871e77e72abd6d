"""Documents to articles: the transforms in their order, and the signatures of the texts."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from transforms.extract import extract
from transforms.folding import label_content, label_folded
from transforms.language import label_language
from transforms.quality import label_quality
from transforms.reading import Profile
from transforms.schema import KEYS, check
from transforms.signature import keys_of
from transforms.words import label_counts

Transform = Callable[[pa.RecordBatch], pa.RecordBatch]

TRANSFORMS: tuple[Transform, ...] = (
    label_language,  # needs the text as extracted
    label_counts,
    label_quality,  # an earlier reject reason wins
    label_content,  # last: rejected rows have no content hash
)
"""What happens to articles after they were extracted, in this order."""


def normalize(documents: pa.RecordBatch, profile: Profile) -> pa.RecordBatch:
    """Turn n rows of DOCUMENT, of one source, into n rows of ARTICLE."""
    articles = _labelled(documents, profile, TRANSFORMS)
    check(articles)
    return articles


def with_keys(documents: pa.RecordBatch, profile: Profile) -> pa.RecordBatch:
    """Turn n rows of DOCUMENT, of one source, into n rows of ARTICLE with `keys` behind them.

    They are the keys of the text, null where the row is rejected. The copies step would have to
    read and fold each text again, which takes nearly as long as to sign it, and on one processor.
    """
    articles, folded = label_folded(_labelled(documents, profile, TRANSFORMS[:-1]))
    check(articles)
    keys = [None if text is None else keys_of(text) for text in folded]
    return articles.append_column(KEYS, pa.array(keys, KEYS.type))


def _labelled(
    documents: pa.RecordBatch, profile: Profile, transforms: tuple[Transform, ...]
) -> pa.RecordBatch:
    articles = extract(documents, {profile.source: profile})
    for transform in transforms:
        articles = transform(articles)
    return articles
