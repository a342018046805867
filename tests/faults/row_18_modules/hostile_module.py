raise RuntimeError("<script>globalThis.taken=1</script><img src=x onerror=globalThis.taken=1> javascript:alert(1)")
