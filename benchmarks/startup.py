"""How long `recap --help` takes, against a bare interpreter, and what it imports.

Prints JSON; exits 1 where the limit is missed. CPU seconds of the child, median of the runs; the
spread says how noisy the machine was.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time

RUNS = 15
LIMIT_S = 0.4
HEAVY = {"sklearn", "pandas", "numpy", "scipy", "sqlalchemy", "aiohttp", "mjml", "apscheduler"}


def measure(code: str) -> dict[str, float]:
    """CPU and wall seconds of `python -c code`: median, and the slowest run."""
    cpu, wall = [], []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
        wall.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {
        "cpu_s": round(statistics.median(cpu), 3),
        "cpu_s_max": round(max(cpu), 3),
        "wall_s": round(statistics.median(wall), 3),
    }


def imported() -> list[str]:
    """Which of the heavy packages `recap --help` loads."""
    code = (
        "import sys; sys.argv = ['recap', '--help']\n"
        "from digest.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return sorted(HEAVY & set(done.stderr.split()))


def main() -> None:
    """Measure both in one run and print the ratio."""
    bare = measure("pass")
    ours = measure(
        "import sys; sys.argv = ['recap', '--help']; from digest.cli import main; main()"
    )
    heavy = imported()
    reached = ours["wall_s"] <= LIMIT_S and not heavy
    print(
        json.dumps(
            {
                "recap_help": ours,
                "bare_interpreter": bare,
                "cpu_ratio": round(ours["cpu_s"] / bare["cpu_s"], 1),
                "heavy_imports": heavy,
                "limit_wall_s": LIMIT_S,
                "reached": reached,
            },
            indent=2,
        )
    )
    sys.exit(0 if reached else 1)


if __name__ == "__main__":
    main()
