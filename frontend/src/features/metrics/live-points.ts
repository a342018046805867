import type { MetricPoint } from '../../api/types'

const NONE: readonly MetricPoint[] = []

/** The points that came while the page listened, by metric: what a chart adds behind the series that REST gave. */
export class LivePoints {
  #points = new Map<string, readonly MetricPoint[]>()
  #listeners = new Set<() => void>()
  #most: number

  /** `most`: so many points of one metric are kept; older ones are in the series of whoever asks REST anew. */
  constructor(most = 20_000) {
    this.#most = most
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** In the order of their offsets; the same array until one comes. */
  of(name: string): readonly MetricPoint[] {
    return this.#points.get(name) ?? NONE
  }

  take(come: readonly MetricPoint[]): void {
    const byName = new Map<string, MetricPoint[]>()
    for (const point of come) {
      const some = byName.get(point.name)
      if (some) some.push(point)
      else byName.set(point.name, [point])
    }
    for (const [name, some] of byName) this.#points.set(name, [...this.of(name), ...some].slice(-this.#most))
    for (const listener of this.#listeners) listener()
  }

  /** A series holds everything up to this offset. */
  forget(name: string, upTo: number): void {
    const kept = this.of(name).filter((point) => point.offset > upTo)
    if (kept.length === this.of(name).length) return
    this.#points.set(name, kept)
    for (const listener of this.#listeners) listener()
  }
}
