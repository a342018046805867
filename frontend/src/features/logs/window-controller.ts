/** Moves a window over the rows of a log: the browser's scrolling, jumps, and following the end. */
import type { Arrival, LogSource } from './log-source'
import {
  type Anchor,
  endAnchor,
  Heights,
  heightOf,
  indexAt,
  isAtEnd,
  ROW_HEIGHT_PX,
  scale,
  shownRows,
  topOf,
  walk,
  withinEnd,
} from './window-model'

const MORE_ROWS = 12
const MORE_ROWS_FOLLOWING = 3
const IDLE_MS = 160
/** As in log-list.module.css: narrower, a row is two lines. */
const STACKED_BELOW_PX = 640
const STACKED_ROW_HEIGHT_PX = 42
/** A scroll by more windows than this is a drag of the scrollbar: it means a place, not a way. */
const DRAG_WINDOWS = 1.5

interface Elements {
  scroller: HTMLElement
  spacer: HTMLElement
  layer: HTMLElement
}

export class WindowController {
  readonly heights = new Heights()
  isFollowing: boolean
  /** Rows may come at the end: being there means to follow. */
  canFollow = false
  /** How many lines there were when following stopped. */
  #leftAt: number | 'not counted yet' | null = null
  #source: LogSource
  #anchor: Anchor | null = null
  #elements: Elements | null = null
  #viewport = 600
  #width = 0
  /** The scroll position as it was set or seen last: what differs from it is a person's doing. */
  #scrollTop = 0
  #mustPlace = true
  #idle: ReturnType<typeof setTimeout> | undefined
  #listeners = new Set<() => void>()
  #version = 0

  constructor(source: LogSource, isFollowing: boolean) {
    this.#source = source
    this.isFollowing = isFollowing
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another one means that the window must be drawn again. */
  get version(): number {
    return this.#version
  }

  #redraw(): void {
    this.#version += 1
    for (const listener of this.#listeners) listener()
  }

  attach(elements: Elements): () => void {
    this.#elements = elements
    const { scroller } = elements
    this.#viewport = scroller.clientHeight || this.#viewport
    this.#mustPlace = true
    const size = new ResizeObserver(() => this.#resized())
    size.observe(scroller)
    const onWheel = (event: WheelEvent) => {
      if (event.deltaY < 0 && scroller.scrollTop > 0) this.stopFollowing()
    }
    let touchedAt = 0
    const onTouch = (event: TouchEvent) => {
      touchedAt = event.touches[0]?.clientY ?? 0
    }
    const onMove = (event: TouchEvent) => {
      if ((event.touches[0]?.clientY ?? 0) > touchedAt + 4 && scroller.scrollTop > 0) this.stopFollowing()
    }
    const onPress = (event: PointerEvent) => {
      if (event.target === scroller && event.offsetX >= scroller.clientWidth) this.stopFollowing()
    }
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'ArrowUp' || event.key === 'PageUp') this.stopFollowing()
    }
    const onVisible = () => {
      // A hidden tab does not draw: the end may be far from where it followed last.
      if (document.visibilityState === 'visible' && this.isFollowing) this.follow()
    }
    document.addEventListener('visibilitychange', onVisible)
    scroller.addEventListener('pointerdown', onPress, { passive: true })
    scroller.addEventListener('keydown', onKey)
    scroller.addEventListener('scroll', this.#onScroll, { passive: true })
    scroller.addEventListener('wheel', onWheel, { passive: true })
    scroller.addEventListener('touchstart', onTouch, { passive: true })
    scroller.addEventListener('touchmove', onMove, { passive: true })
    return () => {
      this.#elements = null
      clearTimeout(this.#idle)
      size.disconnect()
      document.removeEventListener('visibilitychange', onVisible)
      scroller.removeEventListener('pointerdown', onPress)
      scroller.removeEventListener('keydown', onKey)
      scroller.removeEventListener('scroll', this.#onScroll)
      scroller.removeEventListener('wheel', onWheel)
      scroller.removeEventListener('touchstart', onTouch)
      scroller.removeEventListener('touchmove', onMove)
    }
  }

  /** The same window over other rows. */
  setSource(source: LogSource): void {
    if (source === this.#source) return
    this.#source = source
    this.#anchor = null
    this.heights.clear()
    this.#mustPlace = true
    this.#leftAt = null
  }

  get anchor(): Anchor | null {
    return this.#anchor
  }

  /** How many lines came since following stopped; 0 while that is not known. */
  get newer(): number {
    return typeof this.#leftAt === 'number' && this.#source.isCounted ? this.#source.length - this.#leftAt : 0
  }

  /** The rows to draw now; those in the window are told to the source. */
  rows(): number[] {
    this.#follow()
    this.#arrive()
    if (this.#leftAt === 'not counted yet' && this.#source.isCounted) this.#leftAt = this.#source.length
    const source = this.#source
    this.#anchor ??= source.first === null ? null : { offset: source.first, into: 0 }
    if (this.#anchor === null) return []
    this.#anchor = this.#known(this.#anchor)
    const more = this.isFollowing ? MORE_ROWS_FOLLOWING : MORE_ROWS
    return shownRows(source, this.heights, this.#anchor, this.#viewport, more)
  }

  /** Which rows are in the window itself. */
  inWindow(): { first: number; last: number } | null {
    if (this.#anchor === null) return null
    const shown = shownRows(this.#source, this.heights, this.#anchor, this.#viewport, 0)
    const last = shown.at(-1)
    return last === undefined ? null : { first: this.#anchor.offset, last }
  }

  /** An anchor whose row became a part of another, or was forgotten, is on what is there instead. */
  #known(anchor: Anchor): Anchor {
    const offset = this.#source.at(this.#source.indexOf(anchor.offset))
    return offset === anchor.offset ? anchor : { offset, into: 0 }
  }

  #follow(): void {
    if (this.isFollowing) {
      this.#anchor = endAnchor(this.#source, this.heights, this.#viewport) ?? this.#anchor
    }
  }

  #arrive(): void {
    const arrival = this.#source.takeArrival()
    if (arrival) this.#place(arrival)
  }

  #place({ offset, at }: Arrival): void {
    const { heights } = this
    const top = { offset, into: 0 }
    const middle = (ROW_HEIGHT_PX - this.#viewport) / 2
    if (at === 'top') this.#anchor = withinEnd(this.#source, heights, top, this.#viewport)
    else if (at === 'end') this.#anchor = endAnchor(this.#source, heights, this.#viewport)
    else {
      const centred = walk(this.#source, heights, top, middle)
      this.#anchor = withinEnd(this.#source, heights, centred, this.#viewport)
    }
    this.#mustPlace = true
  }

  /** After drawing: measures what is drawn, and puts it where it belongs. */
  settle(): void {
    const elements = this.#elements
    if (!elements) return
    // First what the browser has to lay out anyway, so that it does so once.
    this.#stretch(elements)
    const drawn = [...elements.layer.children] as HTMLElement[]
    let isNews = false
    for (const row of drawn) {
      const offset = Number(row.dataset.offset)
      isNews = this.heights.set(offset, row.offsetHeight, this.#source.span(offset)) || isNews
    }
    if (isNews) {
      this.#follow()
      if (this.#anchor && !this.isFollowing) {
        this.#anchor = withinEnd(this.#source, this.heights, this.#anchor, this.#viewport)
      }
      this.#stretch(elements)
    }
    this.#position(elements, drawn)
    const isLeaving = this.isFollowing && !this.canFollow && this.#source.isSettled
    if (!isNews && !isLeaving) return
    const wanted = this.#anchor ? shownRows(this.#source, this.heights, this.#anchor, this.#viewport, 0) : []
    const have = new Set(drawn.map((row) => Number(row.dataset.offset)))
    if (wanted.some((offset) => !have.has(offset))) this.#redraw()
    else if (isLeaving && wanted.every((offset) => this.#source.line(offset))) {
      this.isFollowing = false
      this.#redraw()
    }
  }

  #stretch({ spacer }: Elements): void {
    const height = `${this.#scale().height}px`
    if (spacer.style.height !== height) spacer.style.height = height
  }

  #position({ scroller, layer }: Elements, drawn: readonly HTMLElement[]): void {
    if (!this.#anchor) return
    // A person may have moved since: that comes with the next scroll event, and is not undone here.
    if (this.isFollowing && scroller.scrollTop < this.#scrollTop - 2) {
      this.#onScroll()
      return
    }
    if (this.isFollowing || this.#mustPlace) {
      scroller.scrollTop = this.#scale().toScroll(topOf(this.#source, this.heights, this.#anchor))
      this.#scrollTop = scroller.scrollTop
      this.#mustPlace = false
    }
    let above = 0
    for (const row of drawn) {
      const offset = Number(row.dataset.offset)
      if (offset >= this.#anchor.offset) break
      above += this.heights.of(offset)
    }
    layer.style.transform = `translateY(${Math.round(this.#scrollTop - this.#anchor.into - above)}px)`
  }

  #scale() {
    return scale(heightOf(this.#source, this.heights), this.#viewport)
  }

  #onScroll = (): void => {
    const scroller = this.#elements?.scroller
    if (!scroller || !this.#anchor) return
    const delta = scroller.scrollTop - this.#scrollTop
    if (Math.abs(delta) < 0.5) return
    this.#scrollTop = scroller.scrollTop
    if (delta < 0) this.stopFollowing()
    if (Math.abs(delta) > DRAG_WINDOWS * this.#viewport) this.#drag()
    else {
      const moved = walk(this.#source, this.heights, this.#anchor, delta)
      this.#anchor = withinEnd(this.#source, this.heights, moved, this.#viewport)
    }
    const atEnd = isAtEnd(this.#source, this.heights, this.#anchor, this.#viewport)
    if (delta > 0 && atEnd && this.#source.hasLast) {
      this.#leftAt = null
      if (this.canFollow) this.follow()
    }
    this.#atEdges(atEnd)
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#align(), IDLE_MS)
    this.#redraw()
  }

  #drag(): void {
    const { index, into } = indexAt(this.#source, this.heights, this.#scale().toTop(this.#scrollTop))
    if (!this.#source.seek(index)) return
    const anchor = walk(this.#source, this.heights, { offset: this.#source.at(index), into: 0 }, into)
    this.#anchor = withinEnd(this.#source, this.heights, anchor, this.#viewport)
  }

  /** The scrollbar is at an end and the rows are not: there must be more way to go. */
  #atEdges(atEnd: boolean): void {
    const anchor = this.#anchor
    if (!anchor) return
    const atStart = anchor.into === 0 && this.#source.previous(anchor.offset) === null
    const most = this.#scale().height - this.#viewport
    const isTop = this.#scrollTop <= 0
    const isBottom = this.#scrollTop >= most - 1
    if (isTop !== atStart || isBottom !== atEnd) this.#mustPlace = isTop || isBottom || atStart || atEnd
  }

  /** Nothing moves any more: the scrollbar shows where the rows are. */
  #align(): void {
    // A scroll that was not told yet is still to be walked; then this comes again.
    const seen = this.#elements?.scroller.scrollTop ?? 0
    if (Math.abs(seen - this.#scrollTop) >= 0.5) return
    this.#mustPlace = true
    this.#redraw()
  }

  #resized(): void {
    const scroller = this.#elements?.scroller
    if (!scroller) return
    const { clientHeight, clientWidth } = scroller
    if (clientHeight === this.#viewport && clientWidth === this.#width) return
    if (clientWidth !== this.#width) {
      this.heights.clear(clientWidth < STACKED_BELOW_PX ? STACKED_ROW_HEIGHT_PX : ROW_HEIGHT_PX)
    }
    this.#viewport = clientHeight
    this.#width = clientWidth
    this.#mustPlace = true
    this.#redraw()
  }

  /** All rows may have other heights now. */
  remeasure(): void {
    this.heights.clear()
    this.#mustPlace = true
    this.#redraw()
  }

  stopFollowing(): void {
    if (!this.isFollowing) return
    this.isFollowing = false
    this.#leftAt = this.#source.isCounted ? this.#source.length : 'not counted yet'
    this.#redraw()
  }

  /** Nothing comes any more. What has come may still be on its way: it is followed until it is there. */
  end(): void {
    this.canFollow = false
    this.#redraw()
  }

  /** Shows the end and stays there: as long as rows may come, then until the last ones are read and measured. */
  follow(): void {
    this.isFollowing = true
    this.#leftAt = null
    this.#source.seekEnd()
    this.#mustPlace = true
    this.#redraw()
  }

  toStart(): void {
    this.stopFollowing()
    if (!this.#source.seek(0)) return
    const first = this.#source.first
    this.#anchor = first === null ? null : { offset: first, into: 0 }
    this.#mustPlace = true
    this.#redraw()
  }

  /** Shows this line: where it is when it is seen already, else in the middle. */
  reveal(offset: number): void {
    this.stopFollowing()
    if (!this.#source.seekOffset(offset)) return
    const row = this.#source.at(this.#source.indexOf(offset))
    if (this.#isSeen(row)) return
    this.#place({ offset: row, at: 'middle' })
    this.#redraw()
  }

  #isSeen(offset: number): boolean {
    if (this.#anchor === null || this.#mustPlace) return false
    const seen = shownRows(this.#source, this.heights, this.#anchor, this.#viewport, 0)
    const place = seen.indexOf(offset)
    return place > 0 && place < seen.length - 2
  }
}
