"""`python -m athanor.cli`"""

from athanor.cli import main

main(prog_name="athanor")
