"""Documents to articles: the transforms in their order."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from transforms.extract import extract
from transforms.folding import label_content
from transforms.language import label_language
from transforms.quality import label_quality
from transforms.reading import Profile
from transforms.schema import check
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
    articles = extract(documents, {profile.source: profile})
    for transform in TRANSFORMS:
        articles = transform(articles)
    check(articles)
    return articles
