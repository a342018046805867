import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Rows } from './log-source'
import {
  type Anchor,
  EXACT_END_PX,
  endAnchor,
  Heights,
  heightOf,
  indexAt,
  isAtEnd,
  LONGEST_SCROLL_PX,
  ROW_HEIGHT_PX,
  scale,
  shownRows,
  topOf,
  walk,
  withinEnd,
} from './window-model'

/** Rows 0 to `length` - 1, one line each. */
function plainRows(length: number): Rows {
  return {
    length,
    first: length > 0 ? 0 : null,
    last: length > 0 ? length - 1 : null,
    next: (offset) => (offset + 1 < length ? offset + 1 : null),
    previous: (offset) => (offset > 0 ? offset - 1 : null),
    indexOf: (offset) => offset,
    at: (index) => Math.max(0, Math.min(length - 1, index)),
    span: () => 1,
  }
}

const heightsFrom = (measured: [number, number][]) => {
  const heights = new Heights()
  for (const [offset, px] of measured) heights.set(offset, px, 1)
  return heights
}

const lengths = fc.integer({ min: 1, max: 3_000_000 })
const viewports = fc.integer({ min: 100, max: 2_500 })
const someHeights = (length: number) =>
  fc.array(fc.tuple(fc.integer({ min: 0, max: length - 1 }), fc.integer({ min: 16, max: 9_000 })), {
    maxLength: 30,
  })
const scene = lengths.chain((length) =>
  fc.record({
    rows: fc.constant(plainRows(length)),
    heights: someHeights(length).map(heightsFrom),
    viewport: viewports,
    offset: fc.integer({ min: 0, max: length - 1 }),
    into: fc.integer({ min: 0, max: 15 }),
  }),
)

/** Where an anchor is, counted by hand from another one close by. */
function pixelsBetween(rows: Rows, heights: Heights, from: Anchor, to: Anchor): number {
  if (to.offset < from.offset) return -pixelsBetween(rows, heights, to, from)
  let sum = to.into - from.into
  for (let offset = from.offset; offset < to.offset; offset++) sum += heights.of(offset)
  return sum
}

describe('walking', () => {
  test('moves true pixels, and back to the same place', () => {
    fc.assert(
      fc.property(
        scene,
        fc.integer({ min: -4_000, max: 4_000 }),
        ({ rows, heights, offset, into }, delta) => {
          const from = { offset, into }
          const to = walk(rows, heights, from, delta)
          const moved = pixelsBetween(rows, heights, from, to)
          const isStopped = to.offset === 0 || to.offset === rows.last
          expect(Math.abs(moved)).toBeLessThanOrEqual(Math.abs(delta))
          if (!isStopped) expect(moved).toBe(delta)
          if (moved === delta) expect(walk(rows, heights, to, -delta)).toEqual(from)
        },
      ),
    )
  })

  test('step by step it reaches the last line exactly, and the first', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 400 })
          .chain((length) =>
            fc.record({ length: fc.constant(length), measured: someHeights(length), viewport: viewports }),
          ),
        fc.integer({ min: 1, max: 700 }),
        ({ length, measured, viewport }, step) => {
          const rows = plainRows(length)
          const heights = heightsFrom(measured)
          const total = heightOf(rows, heights)
          let anchor: Anchor = { offset: 0, into: 0 }
          for (let moved = 0; moved <= total; moved += step) {
            anchor = withinEnd(rows, heights, walk(rows, heights, anchor, step), viewport)
          }
          expect(anchor).toEqual(endAnchor(rows, heights, viewport))
          expect(isAtEnd(rows, heights, anchor, viewport)).toBe(true)
          expect(topOf(rows, heights, anchor)).toBe(Math.max(0, total - viewport))
          for (let moved = 0; moved <= total; moved += step) anchor = walk(rows, heights, anchor, -step)
          expect(anchor).toEqual({ offset: 0, into: 0 })
        },
      ),
      { numRuns: 60 },
    )
  })

  test('rows that come at the end leave the anchor alone', () => {
    fc.assert(
      fc.property(
        scene,
        fc.integer({ min: 1, max: 10_000 }),
        ({ rows, heights, viewport, offset, into }, more) => {
          const before = withinEnd(rows, heights, { offset, into }, viewport)
          const longer = plainRows(rows.length + more)
          expect(withinEnd(longer, heights, before, viewport)).toEqual(before)
          expect(topOf(longer, heights, before)).toBe(topOf(rows, heights, before))
        },
      ),
    )
  })
})

test('the rows shown fill the window without a gap', () => {
  fc.assert(
    fc.property(scene, fc.integer({ min: 0, max: 20 }), ({ rows, heights, viewport, offset, into }, more) => {
      const anchor = withinEnd(rows, heights, { offset, into }, viewport)
      const shown = shownRows(rows, heights, anchor, viewport, more)
      expect(shown).toEqual(shown.map((_, place) => (shown[0] as number) + place))
      expect(shown).toContain(anchor.offset)
      const last = shown.at(-1) as number
      const filled = pixelsBetween(rows, heights, anchor, { offset: last, into: 0 }) + heights.of(last)
      if (last !== rows.last) expect(filled).toBeGreaterThanOrEqual(viewport)
      expect(shown.length).toBeLessThanOrEqual(Math.ceil((viewport + into) / 16) + 1 + 2 * more)
    }),
  )
})

describe('the scrollbar', () => {
  test('has a range that every browser takes, and both ends of it are the ends of the log', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300_000_000 }), viewports, (height, viewport) => {
        const { height: scrolled, toScroll, toTop } = scale(height, viewport)
        expect(scrolled).toBeLessThanOrEqual(LONGEST_SCROLL_PX)
        const most = Math.max(0, height - viewport)
        expect(toScroll(0)).toBe(0)
        expect(toTop(0)).toBe(0)
        expect(toScroll(most)).toBeCloseTo(Math.max(0, scrolled - viewport), 6)
        expect(toTop(Math.max(0, scrolled - viewport))).toBeCloseTo(most, 6)
      }),
    )
  })

  test('goes one way and back, always onwards, and by true pixels near the ends', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300_000_000 }),
        viewports,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (height, viewport, share) => {
          const { toScroll, toTop } = scale(height, viewport)
          const most = Math.max(0, height - viewport)
          const top = share * most
          expect(toTop(toScroll(top))).toBeCloseTo(top, 3)
          expect(toScroll(Math.min(most, top + 1))).toBeGreaterThanOrEqual(toScroll(top))
          if (top < EXACT_END_PX) expect(toScroll(top)).toBe(top)
        },
      ),
    )
  })

  test('every line of a long log can be dragged to', () => {
    fc.assert(
      fc.property(scene, ({ rows, heights, viewport, offset }) => {
        const total = heightOf(rows, heights)
        const { toScroll, toTop } = scale(total, viewport)
        const wanted = withinEnd(rows, heights, { offset, into: 0 }, viewport)
        const top = toTop(toScroll(topOf(rows, heights, wanted)))
        const found = indexAt(rows, heights, top)
        const there = walk(rows, heights, { offset: rows.at(found.index), into: 0 }, found.into)
        const away = Math.abs(topOf(rows, heights, there) - topOf(rows, heights, wanted))
        expect(away).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('heights', () => {
  test('hold the sum of what differs, and forget the oldest', () => {
    const heights = new Heights()
    for (let offset = 0; offset < 10_000; offset++) heights.set(offset, ROW_HEIGHT_PX + 40, 1)
    expect(heights.size).toBe(4_000)
    expect(heights.extra).toBe(4_000 * 40)
    expect(heights.of(0)).toBe(ROW_HEIGHT_PX)
    expect(heights.extraBefore(9_000)).toBe(3_000 * 40)
    heights.set(9_999, ROW_HEIGHT_PX, 1)
    expect(heights.extra).toBe(3_999 * 40)
    expect(heights.of(9_999)).toBe(ROW_HEIGHT_PX)
  })

  test('a row of many lines takes the place of all', () => {
    const heights = new Heights()
    heights.set(100, ROW_HEIGHT_PX, 37)
    expect(heights.extra).toBe(-36 * ROW_HEIGHT_PX)
    expect(heights.of(100)).toBe(ROW_HEIGHT_PX)
  })
})
