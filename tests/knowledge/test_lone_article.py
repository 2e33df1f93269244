"""An article that stands alone in its language is no surer for having no rival."""

import pytest

from inboxd.knowledge.articles import load_articles
from inboxd.knowledge.index import Index, build_index
from inboxd.knowledge.match import match
from inboxd.resources import resource_path


@pytest.fixture(scope="module")
def lone() -> Index:
    """Return the index of the one Chinese article a new desk has: about refunds."""
    articles, _ = load_articles(resource_path("kb"))
    return build_index(tuple(one for one in articles if one.lang == "zh"), None)


@pytest.mark.parametrize(
    "asked",
    [
        "请问我怎样才能把我的数据全部导出？我需要一个表格文件。",
        "我怎样才能修改我的邮箱地址？",
        "今天天气怎么样？",
        "如何更换电池？",
        "怎么取消订阅？",
        "你们公司在哪里？",
        "你们的营业时间是什么？",
        "登录后打开账单，发票在哪里？",
    ],
)
def test_another_question_is_not_answered(lone: Index, asked: str) -> None:
    """Words every question has ("how can I") do not make the only article there is a sure one."""
    assert not any(one.sure for one in match(lone, "", asked, "zh", 0.03).matches)


@pytest.mark.parametrize(
    "asked", ["我想退款", "请问退款需要多久？", "买错了可以退钱吗？", "请问怎样才能把钱退给我？"]
)
def test_its_own_question_is_answered(lone: Index, asked: str) -> None:
    """What the article is about is found and sure, as beside other articles."""
    (first,) = match(lone, "", asked, "zh", 0.03).matches
    assert first.sure
