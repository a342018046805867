/**
 * The geometry of a window over any number of rows, of which only some have a measured height.
 *
 * What is looked at is an anchor: a row, and how many pixels of it are above the window's upper edge. Scrolling walks
 * true pixels from there. A browser's scrollbar comes second: its range is limited, so a long log is squeezed into it,
 * exact near both ends and proportional between.
 */
import type { Rows } from './log-source'

export interface Anchor {
  offset: number
  /** Pixels of the row above the window's upper edge. */
  into: number
}

export const ROW_HEIGHT_PX = 24
/** Browsers take heights up to some 17 million pixels (Firefox), and compute in floats of 24 bits. */
export const LONGEST_SCROLL_PX = 8_000_000
/** So far from both ends a pixel of the scrollbar's range is a pixel of the log. */
export const EXACT_END_PX = 200_000

const MEASURED_ROWS = 4_000

/** Measured heights of the rows shown last; all others have the estimate. */
export class Heights {
  #known = new Map<number, { px: number; extra: number }>()
  #extra = 0

  constructor(public estimate = ROW_HEIGHT_PX) {}

  of(offset: number): number {
    return this.#known.get(offset)?.px ?? this.estimate
  }

  /** What is more, or less, than estimated for all rows before this one. */
  extraBefore(offset: number): number {
    let sum = 0
    for (const [row, { extra }] of this.#known) if (row < offset) sum += extra
    return sum
  }

  get extra(): number {
    return this.#extra
  }

  get size(): number {
    return this.#known.size
  }

  /** Returns whether that is news. */
  set(offset: number, px: number, span: number): boolean {
    const held = this.#known.get(offset)
    const extra = px - this.estimate * span
    if (held && held.px === px && held.extra === extra) return false
    if (held) this.#forget(offset, held.extra)
    if (extra === 0) return held !== undefined
    this.#known.set(offset, { px, extra })
    this.#extra += extra
    for (const [oldest, { extra: unused }] of this.#known) {
      if (this.#known.size <= MEASURED_ROWS) break
      this.#forget(oldest, unused)
    }
    return true
  }

  /** Forgets what was measured; `estimate`: what to expect from now on. */
  clear(estimate = this.estimate): void {
    this.estimate = estimate
    this.#known.clear()
    this.#extra = 0
  }

  /** Ascending. */
  sorted(): [number, { px: number; extra: number }][] {
    return [...this.#known].sort(([one], [other]) => one - other)
  }

  #forget(offset: number, extra: number): void {
    this.#known.delete(offset)
    this.#extra -= extra
  }
}

/** `anchor` moved by `delta` pixels (down is positive), within the first and the last row. */
export function walk(rows: Rows, heights: Heights, anchor: Anchor, delta: number): Anchor {
  let { offset } = anchor
  let into = anchor.into + delta
  while (into < 0) {
    const previous = rows.previous(offset)
    if (previous === null) return { offset, into: 0 }
    offset = previous
    into += heights.of(offset)
  }
  while (into >= heights.of(offset)) {
    const next = rows.next(offset)
    if (next === null) return { offset, into: Math.min(into, heights.of(offset)) }
    into -= heights.of(offset)
    offset = next
  }
  return { offset, into }
}

/** Where the last row's lower edge is the window's lower edge; the first row at the top if there is no more. */
export function endAnchor(rows: Rows, heights: Heights, viewport: number): Anchor | null {
  let offset = rows.last
  if (offset === null) return null
  let filled = heights.of(offset)
  while (filled < viewport) {
    const previous = rows.previous(offset)
    if (previous === null) return { offset, into: 0 }
    offset = previous
    filled += heights.of(offset)
  }
  return { offset, into: filled - viewport }
}

/** The anchor, or the last one that leaves no empty space below the last row. */
export function withinEnd(rows: Rows, heights: Heights, anchor: Anchor, viewport: number): Anchor {
  let left = viewport + anchor.into
  for (let offset: number | null = anchor.offset; offset !== null; offset = rows.next(offset)) {
    left -= heights.of(offset)
    if (left <= 0) return anchor
  }
  return endAnchor(rows, heights, viewport) ?? anchor
}

/** Whether the last row is seen to its lower edge. */
export function isAtEnd(rows: Rows, heights: Heights, anchor: Anchor, viewport: number): boolean {
  let left = viewport + anchor.into + 1
  for (let offset: number | null = anchor.offset; offset !== null; offset = rows.next(offset)) {
    left -= heights.of(offset)
    if (left < 0) return false
  }
  return true
}

/** The rows in the window, and `more` on both sides; ascending. */
export function shownRows(
  rows: Rows,
  heights: Heights,
  anchor: Anchor,
  viewport: number,
  more: number,
): number[] {
  const above: number[] = []
  let offset = rows.previous(anchor.offset)
  while (offset !== null && above.length < more) {
    above.push(offset)
    offset = rows.previous(offset)
  }
  const shown = above.reverse()
  let left = viewport + anchor.into
  let below = 0
  offset = anchor.offset
  while (offset !== null && (left > 0 || below < more)) {
    if (left <= 0) below += 1
    shown.push(offset)
    left -= heights.of(offset)
    offset = rows.next(offset)
  }
  return shown
}

/** Pixels from the upper edge of the first row, true or estimated. */
export function topOf(rows: Rows, heights: Heights, anchor: Anchor): number {
  const index = rows.indexOf(anchor.offset)
  return Math.max(0, index * heights.estimate + heights.extraBefore(anchor.offset) + anchor.into)
}

export function heightOf(rows: Rows, heights: Heights): number {
  return Math.max(0, rows.length * heights.estimate + heights.extra)
}

/** The index of the line at `top` pixels from the first row's upper edge, and how far into its row that is. */
export function indexAt(rows: Rows, heights: Heights, top: number): { index: number; into: number } {
  let extra = 0
  for (const [row, measured] of heights.sorted()) {
    const above = rows.indexOf(row) * heights.estimate + extra
    if (above > top) break
    if (top < above + measured.px) return { index: rows.indexOf(row), into: top - above }
    extra += measured.extra
  }
  const place = (top - extra) / heights.estimate
  const index = Math.max(0, Math.min(rows.length - 1, Math.floor(place)))
  return { index, into: Math.max(0, Math.min(1, place - index)) * heights.estimate }
}

export interface Scale {
  /** What the scrollable element is high, in pixels. */
  height: number
  /** `scrollTop` for a distance from the top in true pixels, and the other way round. */
  toScroll(top: number): number
  toTop(scroll: number): number
}

/** How `height` true pixels fit into a range that a browser can scroll, seen through `viewport` pixels. */
export function scale(height: number, viewport: number): Scale {
  if (height <= LONGEST_SCROLL_PX) {
    const range = Math.max(0, height - viewport)
    const clamp = (value: number) => Math.max(0, Math.min(range, value))
    return { height, toScroll: clamp, toTop: clamp }
  }
  const most = LONGEST_SCROLL_PX - viewport
  const range = height - viewport
  const squeeze = (most - 2 * EXACT_END_PX) / (range - 2 * EXACT_END_PX)
  return {
    height: LONGEST_SCROLL_PX,
    toScroll(top) {
      if (top <= EXACT_END_PX) return Math.max(0, top)
      if (top >= range - EXACT_END_PX) return Math.min(most, most - (range - top))
      return EXACT_END_PX + (top - EXACT_END_PX) * squeeze
    },
    toTop(scroll) {
      if (scroll <= EXACT_END_PX) return Math.max(0, scroll)
      if (scroll >= most - EXACT_END_PX) return Math.min(range, range - (most - scroll))
      return EXACT_END_PX + (scroll - EXACT_END_PX) / squeeze
    },
  }
}
