"""The contract: what a document and an article are, column by column, and `check`.

Every column carries its own documentation, and its place in two public vocabularies:
schema.org NewsArticle (https://schema.org/NewsArticle) and IPTC ninjs 3.1
(https://iptc.org/standards/ninjs/). The reference page is printed from here.
"""

from transforms.schema.batches import check, set_columns
from transforms.schema.columns import TIMESTAMP, doc_of, field
from transforms.schema.contract import ARTICLE, DOCUMENT, KEYS, REJECT_REASONS, UNDATED_MONTH

__all__ = [
    "ARTICLE", "DOCUMENT", "KEYS", "REJECT_REASONS", "TIMESTAMP", "UNDATED_MONTH", "check",
    "doc_of", "field", "set_columns",
]  # fmt: skip
