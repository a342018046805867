raise RuntimeError("never reached")
