import type { MetricPoint } from '../../api/types'

const NONE: readonly MetricPoint[] = []

/** The points that came while a chart is there, by metric: what it adds behind the series that REST gave. */
export class LivePoints {
  #points = new Map<string, readonly MetricPoint[]>()
  #listeners = new Set<() => void>()
  #most: number

  /** `most`: so many points of one metric are kept; older ones are in the series of whoever asks REST anew. */
  constructor(most = 20_000) {
    this.#most = most
  }

  /** From here on the metric's points are kept, until the returned function is called. One chart draws a metric. */
  follow(name: string, listener: () => void): () => void {
    this.#points.set(name, NONE)
    this.#listeners.add(listener)
    return () => {
      this.#points.delete(name)
      this.#listeners.delete(listener)
    }
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
    for (const [name, held] of this.#points) {
      const some = byName.get(name)
      if (some) this.#points.set(name, [...held, ...some].slice(-this.#most))
    }
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
