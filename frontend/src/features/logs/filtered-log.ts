/**
 * The lines of a run that a filter leaves. The server finds them by key, so one stretch of neighbouring hits is held:
 * it grows where it is looked at, forgets at the other side, and is replaced when the scrollbar jumps elsewhere.
 */
import { isAbsence } from '../../api/absence'
import type { LogLine, LogPage } from '../../api/types'
import { FrameBell } from './frames'
import type { Arrival, LogSource } from './log-source'

export interface HitQuery {
  after?: number
  before?: number
  limit: number
}

export type ReadHits = (query: HitQuery, signal: AbortSignal) => Promise<LogPage>

const PAGE_HITS = 200
const MOST_HITS = 3_000
/** So few hits beyond what is looked at, and more are loaded. */
const NEAR = 160
/** New lines are looked through for hits at most this often. */
const LOOK_AGAIN_MS = 300

type Side = 'earlier' | 'later'

export class FilteredLog implements LogSource {
  readonly kind = 'filtered'
  version = 0
  failure: Error | null = null
  isLoaded = false
  #read: ReadHits
  #hits: LogLine[] = []
  #isFirst = false
  #isLast = false
  /** Lines before this offset were looked through at the end of the stretch. */
  #searched = 0
  #end: number
  #total = 0
  #isTotal = false
  #bell = new FrameBell()
  #jump: AbortController | null = null
  #jumpAgain: (() => void) | null = null
  #growing: Partial<Record<Side, AbortController>> = {}
  #arrival: Arrival | null = null
  #looked: [number, number] = [0, 0]
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(read: ReadHits, end: number) {
    this.#read = read
    this.#end = end
  }

  subscribe = (listener: () => void): (() => void) => this.#bell.subscribe(listener)

  get hits(): readonly LogLine[] {
    return this.#hits
  }

  get length(): number {
    const held = this.#hits.length
    if (this.#isFirst && this.#isLast) return held
    const beyond = (this.#isFirst ? 0 : PAGE_HITS) + (this.#isLast ? 0 : PAGE_HITS)
    return this.#isTotal ? Math.max(this.#total, held + 1) : Math.max(this.#total, held + beyond)
  }

  get isCounted(): boolean {
    return this.#isTotal || (this.#isFirst && this.#isLast)
  }

  get first(): number | null {
    return this.#hits[0]?.offset ?? null
  }

  get last(): number | null {
    return this.#hits.at(-1)?.offset ?? null
  }

  get hasLast(): boolean {
    return this.#isLast && !this.#jump
  }

  get isSettled(): boolean {
    return this.hasLast && !this.#isBehind
  }

  /** The place of a hit among all, from 1; null while unknown. */
  rank(offset: number): number | null {
    const place = this.#place(offset)
    if (this.#hits[place]?.offset !== offset) return null
    if (this.#isFirst) return place + 1
    return this.#isLast && this.#isTotal ? this.#total - this.#hits.length + place + 1 : null
  }

  next(offset: number): number | null {
    return this.#hits[this.#place(offset + 1)]?.offset ?? null
  }

  previous(offset: number): number | null {
    return this.#hits[this.#place(offset) - 1]?.offset ?? null
  }

  indexOf(offset: number): number {
    return this.#base() + this.#place(offset)
  }

  at(index: number): number {
    const place = Math.max(0, Math.min(this.#hits.length - 1, index - this.#base()))
    return this.#hits[place]?.offset ?? 0
  }

  span(): number {
    return 1
  }

  line(row: number): LogLine | undefined {
    const hit = this.#hits[this.#place(row)]
    return hit?.offset === row ? hit : undefined
  }

  /** The index of the first hit held: known at both ends, between them by its place in the log. */
  #base(): number {
    if (this.#isFirst) return 0
    const room = this.length - this.#hits.length
    if (this.#isLast) return room
    const share = (this.#hits[0]?.offset ?? 0) / Math.max(1, this.#end)
    return Math.max(1, Math.min(room - 1, Math.round(share * this.length)))
  }

  /** Where in the stretch the first hit from `offset` on is. */
  #place(offset: number): number {
    let low = 0
    let high = this.#hits.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#hits[middle] as LogLine).offset < offset) low = middle + 1
      else high = middle
    }
    return low
  }

  /** How many hits there are as far as counted; `isAll`: that is all of them. */
  setTotal(total: number, isAll: boolean): void {
    if (total === this.#total && isAll === this.#isTotal) return
    this.#total = total
    this.#isTotal = isAll
    this.#changed()
  }

  /** The run has at least so many lines now. */
  advance(end: number): void {
    if (end <= this.#end) return
    this.#end = end
    this.#lookAgain()
  }

  /** Lines came since the end of the stretch was searched. */
  get #isBehind(): boolean {
    return this.#isLast && this.#searched < this.#end
  }

  #lookAgain(): void {
    if (this.#again !== undefined || !this.#isBehind) return
    this.#again = setTimeout(() => {
      this.#again = undefined
      if (this.#isBehind) void this.#grow('later')
    }, LOOK_AGAIN_MS)
  }

  look(first: number, last: number): void {
    this.#looked = [first, last]
    if (this.#jump || this.failure) return
    if (!this.#isFirst && this.#place(first) < NEAR) void this.#grow('earlier')
    if (!this.#isLast && this.#hits.length - this.#place(last) < NEAR) void this.#grow('later')
  }

  seek(index: number): boolean {
    const place = index - this.#base()
    const isHeld = place >= 0 && place < this.#hits.length
    if (isHeld && !this.#jump) return true
    if (index <= 0) void this.#goto({ after: -1, limit: PAGE_HITS }, 'top')
    else if (index >= this.length - 1) return this.seekEnd()
    else {
      const offset = Math.floor((index / this.length) * this.#end)
      void this.#goto({ after: offset - 1, limit: PAGE_HITS }, 'top')
    }
    return false
  }

  seekEnd(): boolean {
    if (this.hasLast) return true
    void this.#goto({ limit: PAGE_HITS }, 'end')
    return false
  }

  seekOffset(offset: number): boolean {
    const { first, last } = this
    const isHeld =
      this.isLoaded &&
      (this.#isFirst || (first !== null && first <= offset)) &&
      (this.#isLast || (last !== null && last >= offset))
    if (isHeld && !this.#jump) return true
    void this.#goto({ after: offset - 1, limit: PAGE_HITS }, 'middle', offset)
    return false
  }

  /** Begins: at the start, or at the end. */
  open(at: 'start' | 'end' | number): void {
    if (at === 'start') this.seek(0)
    else if (at === 'end') this.seekEnd()
    else this.seekOffset(at)
  }

  takeArrival(): Arrival | null {
    const arrival = this.#arrival
    this.#arrival = null
    return arrival
  }

  /** Replaces what is held by the page that the query gives. */
  async #goto(query: HitQuery, at: Arrival['at'], wanted?: number): Promise<void> {
    this.#stop()
    const jump = new AbortController()
    this.#jump = jump
    this.#jumpAgain = () => void this.#goto(query, at, wanted)
    const end = this.#end
    try {
      let page = await this.#read(query, jump.signal)
      if (page.items.length === 0 && query.after !== undefined && query.after >= 0) {
        // Nothing follows there: what is before it, then.
        page = await this.#read({ before: query.after + 1, limit: PAGE_HITS }, jump.signal)
        this.#take(page.items, page.previous_cursor === null, true, end)
        this.#arrival = this.last === null ? null : { offset: this.last, at: 'end' }
      } else {
        const isFull = page.items.length === query.limit
        const isWholeStart =
          query.after === -1 || (query.after === undefined && page.previous_cursor === null)
        this.#take(page.items, isWholeStart, query.after === undefined || !isFull, end)
        const offset = at === 'end' ? this.last : this.at(this.#base() + this.#place(wanted ?? 0))
        this.#arrival = offset === null || this.#hits.length === 0 ? null : { offset, at }
      }
      this.#jumpAgain = null
    } catch (error) {
      if (jump.signal.aborted) return
      this.#failed(error)
    } finally {
      if (this.#jump === jump) this.#jump = null
    }
    this.#changed()
  }

  #take(hits: LogLine[], isFirst: boolean, isLast: boolean, end: number): void {
    this.#hits = hits
    this.#isFirst = isFirst
    this.#isLast = isLast
    this.#searched = isLast ? end : 0
    this.isLoaded = true
    this.#lookAgain()
  }

  async #grow(side: Side): Promise<void> {
    if (this.#growing[side] || !this.isLoaded) return
    const growing = new AbortController()
    this.#growing[side] = growing
    const end = this.#end
    const edge = () => (side === 'earlier' ? this.first : this.last)
    const from = edge()
    const query: HitQuery =
      side === 'earlier' ? { before: from ?? 0, limit: PAGE_HITS } : { after: from ?? -1, limit: PAGE_HITS }
    try {
      const page = await this.#read(query, growing.signal)
      // The other side may have grown, and this one was cut off for it: the page does not fit any more.
      if (growing.signal.aborted || edge() !== from) return
      this.#join(side, page, end)
    } catch (error) {
      if (growing.signal.aborted) return
      this.#failed(error)
    } finally {
      if (this.#growing[side] === growing) delete this.#growing[side]
    }
    this.#changed()
    if (!this.failure) this.#lookAgain()
  }

  #join(side: Side, page: LogPage, end: number): void {
    const isAll = page.items.length < PAGE_HITS
    if (side === 'earlier') {
      this.#hits = [...page.items, ...this.#hits]
      this.#isFirst = isAll
    } else {
      this.#hits = [...this.#hits, ...page.items]
      this.#isLast = isAll
      if (isAll) this.#searched = end
      const drop = Math.min(this.#hits.length - MOST_HITS, this.#place(this.#looked[0]) - NEAR)
      if (drop > 0) {
        this.#hits = this.#hits.slice(drop)
        this.#isFirst = false
      }
    }
    // Also when they came behind a window that stands still: what is cut off is read again when one comes near.
    const keep = Math.max(MOST_HITS, this.#place(this.#looked[1]) + NEAR)
    if (this.#hits.length > keep) {
      this.#hits.length = keep
      this.#isLast = false
    }
  }

  #failed(error: unknown): void {
    this.failure = error instanceof Error ? error : new Error(String(error))
  }

  retry(): void {
    if (!this.failure) return
    this.failure = null
    if (this.#jumpAgain) {
      this.#jumpAgain()
      return
    }
    this.look(...this.#looked)
    if (this.#isBehind) void this.#grow('later')
    // What is shown of the failure stays until there is an answer.
    if (!this.#growing.earlier && !this.#growing.later) this.#changed()
  }

  /** The server is heard again. */
  reconnected(): void {
    if (isAbsence(this.failure)) this.retry()
  }

  #stop(): void {
    this.#jump?.abort()
    this.#jump = null
    for (const growing of Object.values(this.#growing)) growing.abort()
    this.#growing = {}
    this.#arrival = null
    this.failure = null
  }

  close(): void {
    this.#stop()
    clearTimeout(this.#again)
    this.#again = undefined
    this.#bell.close()
  }

  #changed(): void {
    this.version += 1
    this.#bell.ring()
  }
}
