"""Pages: `read_html` gives what one says of itself, from one parse and its own evidence.

`evidence` and `jsonld` collect what is stated, `titles`, `published`, `people` and `statements`
choose among it, `reader` puts them together.
"""

from transforms.html.reader import read_html

__all__ = ["read_html"]
