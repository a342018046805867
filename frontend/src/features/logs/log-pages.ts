/** Lines by offset, in pages, of which only the newest used stay: memory is bounded whatever a run writes. */
import type { LogLine } from '../../api/types'
import { type Grouping, group } from './repeats'

export const PAGE_LINES = 200

interface Page {
  lines: (LogLine | undefined)[]
  held: number
  characters: number
  grouping: Grouping | null
}

export class LogPages {
  #pages = new Map<number, Page>()
  #characters = 0

  constructor(
    readonly mostPages = 60,
    readonly mostCharacters = 24_000_000,
  ) {}

  get size(): number {
    return this.#pages.size
  }

  line(offset: number): LogLine | undefined {
    return this.#pages.get(pageOf(offset))?.lines[offset % PAGE_LINES]
  }

  /** Takes lines, in any order, also such as are there already. */
  put(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const number = pageOf(line.offset)
      let page = this.#pages.get(number)
      if (!page) {
        page = { lines: [], held: 0, characters: 0, grouping: null }
        this.#pages.set(number, page)
      }
      const place = line.offset % PAGE_LINES
      if (page.lines[place]) continue
      page.lines[place] = line
      page.held += 1
      page.characters += line.message.length
      page.grouping = null
      this.#characters += line.message.length
    }
  }

  /** Whether a page has all its lines before `end`. */
  isWhole(number: number, end: number): boolean {
    const wanted = Math.min(PAGE_LINES, end - number * PAGE_LINES)
    return (this.#pages.get(number)?.held ?? 0) >= wanted
  }

  /** Which lines of a page are shown as one row; null where the page is not held. */
  grouping(number: number, opened: ReadonlySet<number>): Grouping | null {
    const page = this.#pages.get(number)
    if (!page) return null
    page.grouping ??= group(page.lines, number * PAGE_LINES, opened)
    return page.grouping
  }

  regroup(number: number): void {
    const page = this.#pages.get(number)
    if (page) page.grouping = null
  }

  /** Forgets the pages used longest ago until the bounds hold; those from `first` to `last` stay. */
  trim(first: number, last: number): void {
    for (let number = first; number <= last; number++) {
      const page = this.#pages.get(number)
      if (page) {
        this.#pages.delete(number)
        this.#pages.set(number, page)
      }
    }
    for (const [number, page] of this.#pages) {
      if (this.#pages.size <= this.mostPages && this.#characters <= this.mostCharacters) break
      if (number >= first && number <= last) continue
      this.#pages.delete(number)
      this.#characters -= page.characters
    }
  }
}

export function pageOf(offset: number): number {
  return Math.floor(offset / PAGE_LINES)
}
