"""`athanor doctor`"""

import sys

import click


@click.command(short_help="Look for what is wrong, and say what to do.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: ok, and findings of check, state and said.")
def doctor(as_json: bool) -> None:
    """Look at settings, data folder, port, databases, server, workers and experiments, and say what is wrong.

    Changes nothing. The exit code is 1 if there is a problem.
    """
    import msgspec
    from rich.text import Text

    from athanor.cli.terminal import note, show_table
    from athanor.doctor.examine import examine

    findings = examine()
    problems = sum(finding.state == "problem" for finding in findings)
    if as_json:
        click.echo(msgspec.json.encode({"ok": not problems, "findings": findings}))
    else:
        styles = {"ok": "green", "note": "yellow", "problem": "bold red"}
        rows = [(finding.check, Text(finding.state, style=styles[finding.state]), finding.said) for finding in findings]
        show_table(("CHECK", "STATE", "WHAT"), rows)
        note("No problem found." if not problems else f"{problems} problem{'s' if problems > 1 else ''} found.")
    sys.exit(1 if problems else 0)
