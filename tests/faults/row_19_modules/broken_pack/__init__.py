raise RuntimeError("this package is broken \ud800 \0")
