import { expect, test } from 'vitest'
import type { MetricPoint } from '../../api/types'
import { LivePoints } from './live-points'

function point(offset: number, name: string): MetricPoint {
  return { offset, name, step: offset, value: offset, timestamp: '2026-11-23T09:30:00Z' }
}

const offsets = (points: readonly MetricPoint[]) => points.map((each) => each.offset)

test('points are kept by name and in order, and forgotten once a series holds them', () => {
  const live = new LivePoints()
  let changes = 0
  live.follow('a', () => {
    changes += 1
  })
  live.take([point(0, 'a'), point(1, 'b'), point(2, 'a')])
  live.take([point(3, 'a')])
  expect(offsets(live.of('a'))).toEqual([0, 2, 3])
  expect(live.of('a')).toBe(live.of('a'))
  live.forget('a', 2)
  expect(offsets(live.of('a'))).toEqual([3])
  live.forget('a', 2)
  expect(changes).toBe(3)
  expect(live.of('nothing')).toEqual([])
})

test('points are kept only as long as somebody draws them', () => {
  const live = new LivePoints()
  live.take([point(0, 'a')])
  expect(live.of('a')).toEqual([])
  const leave = live.follow('a', () => {})
  live.take([point(1, 'a'), point(2, 'b')])
  expect([offsets(live.of('a')), offsets(live.of('b'))]).toEqual([[1], []])
  leave()
  expect(live.of('a')).toEqual([])
})

test('no more than so many are kept', () => {
  const live = new LivePoints(3)
  live.follow('a', () => {})
  live.take([0, 1, 2, 3, 4].map((offset) => point(offset, 'a')))
  expect(offsets(live.of('a'))).toEqual([2, 3, 4])
})
