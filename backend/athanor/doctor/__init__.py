"""`athanor doctor`: looks at everything Athanor needs, says what it sees, changes nothing."""
