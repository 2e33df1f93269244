"""Train ``inboxd/knowledge/calibrator.json`` across labelled question sets, and say how well it holds on unseen ones.

``python benchmarks/train_calibrator.py FOLDER…``: every folder is a desk with ``kb/*.md`` and ``questions.jsonl``
(``{"text", "article", "also"?}``). Folders whose names share the part before the first ``-`` are one set: figures are
printed with that set left out of the training. Only coefficients are written, no text.
"""
