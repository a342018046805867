/** How many lines a search finds: counted by the server in the background, on from where it stopped. */
import type { LogPage } from '../../api/types'
import { FrameBell } from './frames'

/** Counts the hits behind an offset. */
export type CountHits = (after: number, signal: AbortSignal) => Promise<LogPage>

const COUNT_AGAIN_MS = 1_000

export class HitCount {
  version = 0
  total = 0
  /** All lines that were there are counted. */
  isAll = false
  failure: Error | null = null
  #count: CountHits
  #countedTo = 0
  #end: number
  #bell = new FrameBell()
  #asking: AbortController | null = null
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(count: CountHits, end: number) {
    this.#count = count
    this.#end = end
  }

  subscribe = (listener: () => void): (() => void) => this.#bell.subscribe(listener)

  /** Counts to the end of what is there. */
  async start(): Promise<void> {
    if (this.#asking) return
    const asking = new AbortController()
    this.#asking = asking
    try {
      do {
        const page = await this.#count(this.#countedTo - 1, asking.signal)
        if (asking.signal.aborted) return
        this.total += page.total ?? 0
        this.isAll = page.total_complete ?? true
        this.#countedTo = page.counted_to ?? this.#countedTo
        this.#changed()
      } while (!this.isAll)
    } catch (error) {
      if (asking.signal.aborted) return
      this.failure = error instanceof Error ? error : new Error(String(error))
      this.#changed()
    } finally {
      if (this.#asking === asking) this.#asking = null
    }
    this.advance(this.#end)
  }

  /** The run has at least so many lines now. */
  advance(end: number): void {
    this.#end = Math.max(this.#end, end)
    if (this.#end <= this.#countedTo || this.#asking || this.failure || this.#again !== undefined) return
    this.#again = setTimeout(() => {
      this.#again = undefined
      void this.start()
    }, COUNT_AGAIN_MS)
  }

  retry(): void {
    if (!this.failure) return
    this.failure = null
    void this.start()
  }

  close(): void {
    this.#asking?.abort()
    this.#asking = null
    clearTimeout(this.#again)
    this.#again = undefined
    this.#bell.close()
  }

  #changed(): void {
    this.version += 1
    this.#bell.ring()
  }
}
