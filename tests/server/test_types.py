"""The TypeScript types: the committed file is what `make types` writes, and a switch over frames must be complete."""

import json
import os
import subprocess
from pathlib import Path

FRONTEND = Path(__file__).parents[2] / "frontend"
TOOLS = FRONTEND / "node_modules" / ".bin"
SCHEMA = FRONTEND / "src" / "api" / "schema.d.ts"

SWITCH = """
import type { components } from "./schema";
type Frame = components["schemas"]["ServerFrame"];
type Sent = components["schemas"]["ClientFrame"];
const never = (left: never): string => left;
export const ping: Sent = { op: "ping" };
export const all: Sent = { op: "subscribe", topic: "instances" };
export function shown(frame: Frame): string {
  switch (frame.type) {
    case "subscribed": return `${frame.topic} ${frame.next ?? 0}`;
    case "batch": return frame.items.map((item) => item.offset).join() + frame.from;
    case "skip": return String(frame.to - frame.from);
    case "end": return String(frame.next);
    case "resync": return frame.why;
    case "heartbeat": return String(frame.heads["run:x:logs"]);
    case "error": return frame.message;
    case "pong": return frame.type;
    case "event":
      switch (frame.event) {
        case "run.created":
        case "run.updated": return frame.data.status + frame.data.counts.logs.info;
        case "run.deleted":
        case "instance.deleted": return frame.data.id;
        case "progress": return String(frame.data.progress?.current);
        case "instance.created":
        case "instance.updated": return `${frame.data.name} ${JSON.stringify(frame.data.config)}`;
        case "experiments.updated": return frame.data.names.join();
        case "workers.updated": return frame.data.ids.join();
        default: return never(frame);
      }
    default: return never(frame);
  }
}
"""


def test_the_committed_types_are_those_of_the_description(tmp_path: Path) -> None:
    command = json.loads((FRONTEND / "package.json").read_text())["scripts"]["types"].split()
    made = tmp_path / "schema.d.ts"
    command[command.index("--output") + 1] = str(made)
    command[0] = str(TOOLS / command[0])
    subprocess.run(command, cwd=FRONTEND, check=True, capture_output=True, env=os.environ | {"NO_COLOR": "1"})
    assert made.read_text() == SCHEMA.read_text(), "run `make types` and commit what it writes"


def test_a_switch_over_frames_and_events_is_checked_for_completeness(tmp_path: Path) -> None:
    (tmp_path / "schema.d.ts").write_text(SCHEMA.read_text())
    assert compiled(tmp_path, SWITCH) == ""
    incomplete = SWITCH.replace('case "progress": return String(frame.data.progress?.current);', "")
    assert "'never'" in compiled(tmp_path, incomplete)


def compiled(folder: Path, source: str) -> str:
    """What the compiler has to say about `source`."""
    (folder / "switch.ts").write_text(source)
    options = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]
    done = subprocess.run(
        [str(TOOLS / "tsc"), *options, "switch.ts"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr
