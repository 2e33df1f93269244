"""Problem diagnosis: an article whose symptoms are all named in a mail is the answer, by its author's own word."""

from inboxd.knowledge.articles import Article
from inboxd.knowledge.lexical import cjk_share, normalise, words
from inboxd.knowledge.question import Question


def is_diagnosed(article: Article, question: Question) -> bool:
    """Return whether the article has symptoms and the mail names every one of them, each within one sentence."""
    if not article.symptoms:
        return False
    texts = (*question.sentences, question.subject)
    return all(any(_names(text, symptom) for text in texts) for symptom in article.symptoms)


def _names(text: str, symptom: str) -> bool:
    """Return whether a text holds all words of a symptom, in any order; Chinese ones to the letter."""
    if cjk_share(symptom) > 0:
        return normalise(symptom) in normalise(text)
    return set(words(symptom)) <= set(words(text))
