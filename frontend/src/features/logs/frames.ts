/** Calls listeners at most once per animation frame, and leaves the page three times the time that they took. */

const REST = 3
const LONGEST_REST_MS = 120

export class FrameBell {
  #listeners = new Set<() => void>()
  #frame = 0
  #rest: ReturnType<typeof setTimeout> | undefined
  #restUntil = 0

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  ring(): void {
    if (this.#frame !== 0 || this.#rest !== undefined) return
    const rest = this.#restUntil - performance.now()
    if (rest <= 0) {
      this.#frame = requestAnimationFrame(this.#call)
      return
    }
    this.#rest = setTimeout(() => {
      this.#rest = undefined
      this.#frame = requestAnimationFrame(this.#call)
    }, rest)
  }

  #call = (): void => {
    this.#frame = 0
    const started = performance.now()
    for (const listener of [...this.#listeners]) listener()
    // React draws in a microtask that the listeners asked for: this one comes behind it.
    queueMicrotask(() => {
      const now = performance.now()
      this.#restUntil = now + Math.min(LONGEST_REST_MS, REST * (now - started))
    })
  }

  close(): void {
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#rest)
    this.#frame = 0
    this.#rest = undefined
  }
}
