"""`run.fail` is kept from the moment of the call on, whatever becomes of the process."""

from run_driver import execute


def test_a_process_that_dies_after_it_failed_failed_for_that_reason():
    exit_ = execute("endings", "fail_and_leave").exit
    assert exit_.code == 1
    assert exit_.verdict is not None
    assert (exit_.verdict.reason, exit_.verdict.error) == ("reported", "bad data in row 7")


def test_one_that_dies_after_it_was_complete_did_not_end_well():
    exit_ = execute("endings", "complete_and_leave").exit
    assert (exit_.code, exit_.verdict) == (1, None)
