raise RuntimeError("a private module is not imported by itself")
