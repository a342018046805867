"""What can be wrong around Athanor, found by looking: asked by `/api/health` all the time, by `athanor doctor` once.

Every problem is one sentence or two: what, where, what to do. No sentence holds a secret.
"""
