import os
from pathlib import Path

from inboxd.knowledge.articles import Passage, load_articles

GOOD = """---
title: Getting a refund
questions:
  - How do I get my money back?
  - 404
symptoms: [paid twice]
tags: billing
lang: en
---
Go to **Billing**.

## When it takes longer

Write to [us](mailto:x@y.example).
"""


def write(folder: Path, name: str, text: str) -> None:
    """Write a file, its folders made."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_reads_an_article_with_its_sections(tmp_path: Path) -> None:
    """Front matter, body and sections of a file become one article named after the file."""
    write(tmp_path, "refund.md", GOOD)
    (article,), problems = load_articles(tmp_path)
    assert not problems
    assert (article.slug, article.title, article.lang, article.auto_reply) == (
        "refund",
        "Getting a refund",
        "en",
        True,
    )
    assert article.questions == ("How do I get my money back?", "404")
    assert (article.symptoms, article.tags, article.lines) == (("paid twice",), ("billing",), (4, 5))
    assert article.passages == (
        Passage("", "Go to Billing."),
        Passage("When it takes longer", "Write to us."),
    )
    assert article.body.startswith("Go to **Billing**.")
    assert article.phrasings == ("Getting a refund", "How do I get my money back?", "404")


def test_every_broken_file_is_a_problem_with_its_line(tmp_path: Path) -> None:
    """A file that is no article is named with its line and never raises."""
    write(tmp_path, "a.md", "no front matter")
    write(tmp_path, "b.md", "---\ntitle: X\nquestion: [y]\n---\ntext\n")
    write(tmp_path, "c.md", "---\ntitle: [X\n---\ntext\n")
    write(tmp_path, "d.md", "---\ntags: [y]\n---\ntext\n")
    write(tmp_path, "e.md", "---\ntitle: X\n---\n")
    write(tmp_path, "f.md", "---\ntitle: X\nauto_reply: perhaps\n---\ntext\n")
    (tmp_path / "g.md").write_bytes(b"---\ntitle: X\n---\n\xff\n")
    articles, problems = load_articles(tmp_path)
    assert not articles
    found = {Path(problem.file).name: (problem.line, problem.message) for problem in problems}
    assert found["a.md"][0] == 1
    assert found["b.md"] == (3, "unknown key 'question'; did you mean 'questions'?")
    assert found["c.md"][1].startswith("not YAML")
    assert found["d.md"] == (1, "'title' is missing")
    assert "no text" in found["e.md"][1]
    assert found["f.md"][0] == 3
    assert found["g.md"] == (4, "not UTF-8; save the file as UTF-8")


def test_a_broken_article_keeps_its_last_good_version(tmp_path: Path) -> None:
    """An edit that cannot be read is reported and changes nothing."""
    write(tmp_path, "refund.md", GOOD)
    articles, _ = load_articles(tmp_path)
    write(tmp_path, "refund.md", GOOD.replace("title", "titel"))
    again, problems = load_articles(tmp_path, articles)
    assert again == articles
    assert len(problems) == 2


def test_readme_drafts_and_hidden_files_are_no_articles(tmp_path: Path) -> None:
    """What is not meant for customers is left alone."""
    for name in ("README.md", "drafts/new.md", ".hidden.md", "_old/x.md", "notes.txt"):
        write(tmp_path, name, "anything")
    write(tmp_path, "billing/refund.md", GOOD)
    articles, problems = load_articles(tmp_path)
    assert [article.slug for article in articles] == ["refund"]
    assert not problems


def test_two_files_of_one_name_are_a_problem(tmp_path: Path) -> None:
    """A slug stands for one file only."""
    write(tmp_path, "a/refund.md", GOOD)
    write(tmp_path, "b/refund.md", GOOD)
    articles, problems = load_articles(tmp_path)
    assert len(articles) == 1
    assert "same name" in problems[0].message


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    """A folder that is not there has no articles and says so."""
    articles, problems = load_articles(tmp_path / "none")
    assert not articles
    assert "does not exist" in problems[0].message


def test_a_huge_file_is_no_article(tmp_path: Path) -> None:
    """A dump that was put into the folder does not block the index."""
    write(tmp_path, "dump.md", GOOD + "x" * 300_000)
    articles, problems = load_articles(tmp_path)
    assert not articles
    assert "larger than" in problems[0].message


def test_what_no_answer_can_be_is_a_problem(tmp_path: Path) -> None:
    """A pipe is not waited for, an article without words is none, and a name that joins two slugs is refused."""
    os.mkfifo(tmp_path / "pipe.md")
    write(tmp_path, "comment.md", "---\ntitle: Later\n---\n<!-- to be written -->\n")
    write(tmp_path, "picture.md", "---\ntitle: Look\n---\n![](screen.png)\n")
    write(tmp_path, "refund+invoice.md", GOOD)
    articles, problems = load_articles(tmp_path)
    assert not articles
    said = {Path(one.file).name: one.message for one in problems}
    assert said["pipe.md"] == "no ordinary file"
    assert said["comment.md"] == said["picture.md"] == "the article has no text below its front matter"
    assert "rename the file" in said["refund+invoice.md"]


def test_a_second_article_of_the_same_name_names_the_first(tmp_path: Path) -> None:
    """The first by path is used; the problem says where it lies in the folder of articles."""
    write(tmp_path, "billing/refund.md", GOOD)
    write(tmp_path, "refund.md", GOOD)
    (article,), (problem,) = load_articles(tmp_path)
    assert article.file.endswith("billing/refund.md")
    assert (Path(problem.file).name, problem.message) == ("refund.md", "billing/refund.md has the same name")
