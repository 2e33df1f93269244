"""Articles, and which of them answers a mail, how surely."""

import os

# Threads of the linear algebra wait for each other by spinning: beside the front's process and the model's own threads
# more than one loses what it wins. Read once, when numpy is imported; who sets it himself is obeyed.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
