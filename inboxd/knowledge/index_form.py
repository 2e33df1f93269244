"""What an index of articles is, apart from how it is made: a desk without articles never loads what makes one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inboxd.knowledge.articles import Article

if TYPE_CHECKING:
    from inboxd.knowledge.embed import Embedder
    from inboxd.knowledge.scoring import Matrix
    from inboxd.knowledge.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Index:
    """What mails are matched with.

    ``new_vectors`` (by content hash) are those that were not in ``cached``: store them under ``model``, so that the
    next start embeds nothing.
    """

    articles: tuple[Article, ...]
    shelves: tuple["Shelf", ...]
    embedder: "Embedder | None"
    new_vectors: Mapping[str, "Matrix"] = field(default_factory=dict, repr=False)

    @property
    def model(self) -> str:
        """Return the name the vectors are stored under, empty when none are needed."""
        return self.embedder.name if self.embedder else ""

    def article(self, slug: str) -> Article | None:
        """Return the article of that slug."""
        return next((article for article in self.articles if article.slug == slug), None)


EMPTY = Index((), (), None)
