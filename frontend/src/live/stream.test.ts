import { expect, test, vi } from 'vitest'
import type { ResultEntry } from '../api/types'
import type { TopicFrame } from './connection'
import { streamFollower } from './stream'

const entry = (offset: number) => ({ offset, key: `k${offset}` }) as ResultEntry

function followed() {
  const handlers = { onItems: vi.fn(), onStart: vi.fn(), onRefused: vi.fn() }
  const follower = streamFollower<ResultEntry>(handlers)
  const take = (frame: object) => follower.onFrame?.({ topic: 't', ...frame } as TopicFrame)
  return { ...handlers, take, position: () => follower.position?.() }
}

test('the first subscription asks for what lies before it, a later one goes on where it was', () => {
  const { onStart, onItems, take, position } = followed()
  expect(position()).toEqual({})
  take({ type: 'subscribed', after: null, next: 5 })
  expect(onStart).toHaveBeenCalledTimes(1)
  take({ type: 'batch', from: 5, items: [entry(5), entry(6)] })
  expect(onItems).toHaveBeenCalledWith([entry(5), entry(6)])
  expect(position()).toEqual({ after: 6 })
  take({ type: 'subscribed', after: 6, next: 7 })
  expect(onStart).toHaveBeenCalledTimes(1)
})

test('what a subscription that was just left still brings hides no gap before the next one', () => {
  const { onStart, take, position } = followed()
  take({ type: 'batch', from: 3, items: [entry(3)] })
  take({ type: 'subscribed', after: 3, next: 4 })
  expect(onStart).toHaveBeenCalledTimes(1)
  expect(position()).toEqual({ after: 3 })
  const other = followed()
  other.take({ type: 'subscribed', after: 3, next: 4 }) // of the one before: it was left before the answer
  other.take({ type: 'subscribed', after: 8, next: 9 })
  expect(other.onStart).toHaveBeenCalledTimes(2)
  expect(other.position()).toEqual({ after: 8 })
})

test('a refusal is told, and taken back by the next subscription', () => {
  const { onRefused, take } = followed()
  take({ type: 'error', message: 'too many topics' })
  expect(onRefused).toHaveBeenLastCalledWith('too many topics')
  take({ type: 'subscribed', after: null, next: 0 })
  expect(onRefused).toHaveBeenLastCalledWith(null)
})

test('what was passed over is read again', () => {
  const { onStart, take, position } = followed()
  take({ type: 'subscribed', after: null, next: 0 })
  take({ type: 'skip', from: 0, to: 9 })
  expect(onStart).toHaveBeenCalledTimes(2)
  expect(position()).toEqual({ after: 8 })
})
