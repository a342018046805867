import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LogLine, LogPage } from '../../api/types'
import { FilteredLog, type HitQuery } from './filtered-log'
import type { LogSource } from './log-source'
import { WholeLog } from './whole-log'
import { WindowController } from './window-controller'
import { isAtEnd } from './window-model'

const VIEWPORT_PX = 240
const WRAPPED_PX = 72

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function page(offsets: number[]): LogPage {
  const line = (offset: number): LogLine => ({
    offset,
    timestamp: '2026-11-23T09:30:01.250000Z',
    level: 'info',
    message: `line ${offset}`,
    metadata: null,
    attempt: 1,
  })
  return {
    items: offsets.map(line),
    next_cursor: 0,
    previous_cursor: offsets[0] ? offsets[0] : null,
    total: null,
    total_complete: null,
    counted_to: null,
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, place) => from + place)

/** Draws as the list does: rows that are there are three lines high, others are expected to be one. */
function drawn(source: LogSource, isFollowing: boolean) {
  const controller = new WindowController(source, isFollowing)
  controller.canFollow = true
  const scroller = document.createElement('section')
  const spacer = document.createElement('div')
  const layer = document.createElement('ol')
  Object.defineProperty(scroller, 'clientHeight', { value: VIEWPORT_PX })
  controller.attach({ scroller, spacer, layer })
  let isHidden = false
  const draw = () => {
    if (isHidden) return
    const rows = controller.rows().map((offset) => {
      const row = document.createElement('li')
      row.dataset.offset = `${offset}`
      Object.defineProperty(row, 'offsetHeight', { value: source.line(offset) ? WRAPPED_PX : 24 })
      return row
    })
    layer.replaceChildren(...rows)
    controller.settle()
    const seen = controller.inWindow()
    if (seen) source.look(seen.first, seen.last)
  }
  controller.subscribe(() => queueMicrotask(draw))
  source.subscribe(draw)
  draw()
  const hide = (hidden: boolean) => {
    isHidden = hidden
    vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(hidden ? 'hidden' : 'visible')
    document.dispatchEvent(new Event('visibilitychange'))
  }
  return { controller, hide }
}

/** The last row of the window, and whether it is seen to its lower edge. */
function end(controller: WindowController, source: LogSource) {
  const { anchor, heights } = controller
  return {
    last: controller.inWindow()?.last,
    isWhole: anchor !== null && isAtEnd(source, heights, anchor, VIEWPORT_PX),
  }
}

test('the last hits are followed though the run ends before they are found', async () => {
  let hits = range(0, 50)
  const log = new FilteredLog(
    async ({ after, limit }) => page(hits.filter((hit) => hit > (after ?? -1)).slice(-limit)),
    50,
  )
  const { controller } = drawn(log, true)
  log.open('end')
  await vi.advanceTimersByTimeAsync(500)
  expect(end(controller, log)).toEqual({ last: 49, isWhole: true })
  hits = range(0, 100)
  log.advance(100)
  controller.end()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(end(controller, log)).toEqual({ last: 99, isWhole: true })
  expect(controller.isFollowing).toBe(false)
  log.close()
})

test('the end is where the last line ends, also when that was read after the run was over', async () => {
  const read = async (after: number, limit: number) => page(range(after + 1, after + 1 + limit))
  const log = new WholeLog(read, 1_000)
  const { controller } = drawn(log, true)
  controller.end()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(end(controller, log)).toEqual({ last: 999, isWhole: true })
  expect(controller.isFollowing).toBe(false)
  controller.toStart()
  await vi.advanceTimersByTimeAsync(1_000)
  controller.heights.clear()
  controller.follow()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(end(controller, log)).toEqual({ last: 999, isWhole: true })
  log.close()
})

test('a tab that follows shows the end at once when it is looked at again, whatever came meanwhile', async () => {
  let hits = range(0, 50)
  const read = vi.fn(async ({ after, before, limit }: HitQuery) => {
    const fitting = hits.filter((hit) => hit > (after ?? -1) && hit < (before ?? hits.length))
    return page(after === undefined ? fitting.slice(-limit) : fitting.slice(0, limit))
  })
  const log = new FilteredLog(read, 50)
  const { controller, hide } = drawn(log, true)
  log.open('end')
  await vi.advanceTimersByTimeAsync(500)
  hide(true)
  for (let round = 0; round < 200; round++) {
    hits = range(0, hits.length + 50)
    log.advance(hits.length)
    await vi.advanceTimersByTimeAsync(400)
  }
  expect(log.hits.length).toBeLessThan(4_000)
  read.mockClear()
  hide(false)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(end(controller, log)).toEqual({ last: 10_049, isWhole: true })
  expect(read.mock.calls.length).toBeLessThan(5)
  log.close()
})

test('lines count as new from where they are counted, not from an estimate', async () => {
  const hits = range(0, 5_000)
  const log = new FilteredLog(async ({ limit }) => page(hits.slice(-limit)), 5_000)
  const { controller } = drawn(log, true)
  log.open('end')
  await vi.advanceTimersByTimeAsync(500)
  controller.stopFollowing()
  log.setTotal(3_000, false)
  await vi.advanceTimersByTimeAsync(500)
  expect(controller.newer).toBe(0)
  log.setTotal(5_000, true)
  await vi.advanceTimersByTimeAsync(500)
  expect(controller.newer).toBe(0)
  log.setTotal(5_010, true)
  expect(controller.newer).toBe(10)
  controller.follow()
  expect(controller.newer).toBe(0)
  log.close()
})
