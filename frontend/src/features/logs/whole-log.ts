/** The whole log of a run: place = offset; pages come when they are looked at, new lines by the stream. */
import { isAbsence } from '../../api/absence'
import type { LogLine, LogPage } from '../../api/types'
import type { TopicFrame } from '../../live/connection'
import { FrameBell } from './frames'
import { LogPages, PAGE_LINES, pageOf } from './log-pages'
import type { Arrival, LogSource } from './log-source'

export type ReadPage = (after: number, limit: number, signal: AbortSignal) => Promise<LogPage>

const AT_ONCE = 3

export class WholeLog implements LogSource {
  readonly kind = 'whole'
  version = 0
  failure: Error | null = null
  /** The stream said that nothing follows. */
  isEnded = false
  /** The stream was subscribed to: it goes on from `#heardTo`. */
  #isHeard = false
  /** How many lines there are. */
  end: number
  /** The next line that the stream brings; lines before it that are not held are read when looked at. */
  #heardTo = 0
  #read: ReadPage
  #pages: LogPages
  #bell = new FrameBell()
  #loading = new Map<number, AbortController>()
  #looked: [number, number] = [0, -1]
  #joins = true
  #opened = new Set<number>()

  constructor(read: ReadPage, end = 0, pages = new LogPages()) {
    this.#read = read
    this.#pages = pages
    this.end = end
  }

  subscribe = (listener: () => void): (() => void) => this.#bell.subscribe(listener)

  get pages(): number {
    return this.#pages.size
  }

  get length(): number {
    return this.end
  }

  get first(): number | null {
    return this.end > 0 ? 0 : null
  }

  get last(): number | null {
    return this.end > 0 ? this.#start(this.end - 1) : null
  }

  get hasLast(): boolean {
    return true
  }

  get isSettled(): boolean {
    return true
  }

  get isCounted(): boolean {
    return true
  }

  get isLoaded(): boolean {
    return true
  }

  next(offset: number): number | null {
    const next = offset + this.span(offset)
    return next < this.end ? next : null
  }

  previous(offset: number): number | null {
    return offset > 0 ? this.#start(offset - 1) : null
  }

  indexOf(offset: number): number {
    return offset
  }

  at(index: number): number {
    return this.#start(Math.max(0, Math.min(this.end - 1, index)))
  }

  span(offset: number): number {
    if (!this.#joins) return 1
    return this.#pages.grouping(pageOf(offset), this.#opened)?.span[offset % PAGE_LINES] ?? 1
  }

  #start(offset: number): number {
    if (!this.#joins) return offset
    const place = offset % PAGE_LINES
    const start = this.#pages.grouping(pageOf(offset), this.#opened)?.startOf[place] ?? place
    return offset - place + start
  }

  /** A row of repeats shows one of them; a progress bar its last state. */
  line(row: number): LogLine | undefined {
    const line = this.#pages.line(row)
    if (line?.metadata?.bar !== true) return line
    return this.#pages.line(row + this.span(row) - 1)
  }

  get opened(): ReadonlySet<number> {
    return this.#opened
  }

  /** Shows the lines of a row one by one, or as one again. */
  setOpened(row: number, isOpen: boolean): void {
    if (isOpen) this.#opened.add(row)
    else this.#opened.delete(row)
    this.#pages.regroup(pageOf(row))
    this.#changed()
  }

  setJoins(joins: boolean): void {
    if (joins === this.#joins) return
    this.#joins = joins
    this.#changed()
  }

  look(first: number, last: number): void {
    const from = pageOf(first)
    const to = pageOf(last)
    this.#looked = [from, to]
    const wanted = this.#wanted()
    for (const [page, loading] of this.#loading) {
      if (page < from - 1 || page > to + 1) {
        loading.abort()
        this.#loading.delete(page)
      }
    }
    if (this.failure) return
    for (const page of wanted) {
      if (this.#loading.size >= AT_ONCE) break
      if (!this.#loading.has(page)) void this.#load(page)
    }
    this.#trim()
  }

  /** Pages that are looked at and not whole, then their neighbours. */
  #wanted(): number[] {
    const [from, to] = this.#looked
    const pages: number[] = []
    for (let page = from; page <= to; page++) pages.push(page)
    pages.push(to + 1, from - 1)
    return pages.filter(
      (page) => page >= 0 && page * PAGE_LINES < this.end && !this.#pages.isWhole(page, this.end),
    )
  }

  async #load(page: number): Promise<void> {
    const loading = new AbortController()
    this.#loading.set(page, loading)
    try {
      const answer = await this.#read(page * PAGE_LINES - 1, PAGE_LINES, loading.signal)
      if (loading.signal.aborted) return
      this.#add(answer.items)
    } catch (error) {
      if (loading.signal.aborted) return
      this.failure = error instanceof Error ? error : new Error(String(error))
      this.#changed()
    } finally {
      if (this.#loading.get(page) === loading) this.#loading.delete(page)
    }
    const [from, to] = this.#looked
    if (to >= from) this.look(from * PAGE_LINES, to * PAGE_LINES)
  }

  /** What the stream says, in the order it came; saying it twice changes nothing. */
  take(frame: TopicFrame): void {
    switch (frame.type) {
      case 'batch':
        this.#heardTo = frame.from + frame.items.length
        this.#add(frame.items as LogLine[])
        return
      case 'skip':
        this.#heardTo = frame.to
        this.advance(frame.to)
        return
      case 'subscribed':
        this.#isHeard = true
        this.#heardTo = (frame.after ?? -1) + 1
        this.advance(frame.next ?? 0)
        if (isAbsence(this.failure)) this.retry()
        return
      case 'end':
        this.isEnded = true
        this.advance(frame.next)
        this.#changed()
        return
      default:
        return
    }
  }

  /** What to subscribe with: on from what was heard; before that, from the present end. */
  position(): { after?: number; mode: 'tail' } {
    return this.#isHeard ? { after: this.#heardTo - 1, mode: 'tail' } : { mode: 'tail' }
  }

  /** The run is said to have so many lines: news until the stream is heard, which brings them with their number. */
  expect(end: number): void {
    if (!this.#isHeard) this.advance(end)
  }

  /** There are at least so many lines. */
  advance(end: number): void {
    if (end <= this.end) return
    this.end = end
    this.#changed()
  }

  #add(lines: readonly LogLine[]): void {
    const last = lines.at(-1)
    if (!last) return
    this.#pages.put(lines)
    this.end = Math.max(this.end, last.offset + 1)
    this.#trim()
    this.#changed()
  }

  /** The neighbours of what is looked at stay with it: forgotten, they would be read again at once, for ever. */
  #trim(): void {
    const [from, to] = this.#looked
    this.#pages.trim(from - 1, to + 1)
  }

  seek(): boolean {
    return true
  }

  seekEnd(): boolean {
    return true
  }

  seekOffset(): boolean {
    return true
  }

  takeArrival(): Arrival | null {
    return null
  }

  retry(): void {
    this.failure = null
    const [from, to] = this.#looked
    if (to >= from) this.look(from * PAGE_LINES, to * PAGE_LINES)
    // What is shown of the failure stays until there is an answer.
    if (this.#loading.size === 0) this.#changed()
  }

  close(): void {
    for (const loading of this.#loading.values()) loading.abort()
    this.#loading.clear()
    this.#bell.close()
  }

  #changed(): void {
    this.version += 1
    this.#bell.ring()
  }
}
