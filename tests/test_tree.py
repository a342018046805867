"""The tree keeps its shape: files stay one thing, and what is written down about them stays true."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
MAX_LINES = 400


def tracked(*patterns):
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def test_no_file_is_more_than_one_thing():
    sources = [path for path in tracked("*.py", "*.ts", "*.tsx", "*.mjs") if not path.name.endswith(".d.ts")]
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in sources}
    assert {name: lines for name, lines in long.items() if lines > MAX_LINES} == {}


def test_links_in_the_documents_lead_somewhere():
    broken = []
    for path in tracked("*.md"):
        targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text())
        missing = [target for target in targets if "://" not in target and not (path.parent / target).exists()]
        broken += [f"{path.relative_to(ROOT)}: {target}" for target in missing]
    assert broken == []


def test_locks_name_no_registry():
    locks = [*tracked("requirements/*.txt"), *tracked("frontend/package-lock.json")]
    assert len(locks) == 5
    for path in locks:
        assert not re.search(r"--(extra-)?index-url|\"resolved\"|registry\.|file:", path.read_text()), path
