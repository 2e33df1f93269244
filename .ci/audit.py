"""Ask the advisory database about every pinned package: exit 1 for a known vulnerability, 0 for none.

The database is on the Internet. Where it cannot be reached nothing is known, which is no fault of the code: then this
says so in capital letters and exits 0, so that lint works without the net. ``AUDIT_REQUIRED=1`` makes that a failure,
for a place that has the net.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"
_SECONDS = 300


def main() -> int:
    """Audit and say what came of it; return the exit code."""
    packages, trouble = _ask()
    found = [one for one in packages if one.get("vulns")]
    for one in found:
        for vulnerability in one["vulns"]:
            mended = ", ".join(vulnerability["fix_versions"]) or "no version yet"
            print(f"{one['name']} {one['version']}: {vulnerability['id']}, mended in {mended}")
    unknown = [one["name"] for one in packages if one.get("skip_reason")]
    known = len(packages) - len(unknown)
    if trouble or unknown:
        said = trouble or f"the database knows nothing of {', '.join(unknown[:5])} …"
        print(f"NOT AUDITED: {known} of {len(packages)} packages were looked up; {said}", file=sys.stderr)
    else:
        print(f"audited {known} packages: {len(found)} with a known vulnerability")
    if found:
        return 1
    return 1 if (trouble or unknown) and os.environ.get("AUDIT_REQUIRED") else 0


def _ask() -> tuple[list[dict[str, Any]], str]:
    """Return what the database says of each package, and why it could not be asked."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(_CONSTRAINTS)]
    # The pins are complete (tests/test_house.py): nothing has to be resolved, and so nothing is downloaded.
    command += ["--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return [], f"no answer within {_SECONDS} s"
    try:
        return json.loads(done.stdout)["dependencies"], ""
    except (ValueError, KeyError, TypeError):
        return [], (done.stderr.strip().splitlines() or ["no answer"])[-1]


if __name__ == "__main__":
    sys.exit(main())
