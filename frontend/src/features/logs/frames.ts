/** Calls listeners at most once per animation frame; at once where no frame comes because nobody looks. */
export class FrameBell {
  #listeners = new Set<() => void>()
  #frame = 0

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  ring(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      for (const listener of [...this.#listeners]) listener()
    })
  }

  close(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
  }
}
