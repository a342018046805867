import { expect, test } from 'vitest'
import type { Run } from '../../api/types'
import { percent, seconds, timeLeft, whyItWaits } from './waiting'

const START = Date.parse('2026-11-23T09:30:00Z')

function run(change: Partial<Run>): Run {
  return {
    id: 'a',
    number: 1,
    instance_id: 'b',
    experiment: 'walk',
    queue: 'gpu',
    status: 'pending',
    reason: null,
    error: null,
    traceback: null,
    progress: null,
    attempt: 0,
    retries: 0,
    not_before: null,
    stalls_at: null,
    worker_id: null,
    heartbeat_age_ms: null,
    waiting: null,
    created_at: '2026-11-23T09:29:00Z',
    started_at: null,
    completed_at: null,
    cancel_requested_at: null,
    counts: { logs: { debug: 0, info: 0, warn: 0, error: 0 }, results: 0, metrics: 0 },
    version: 1,
    ...change,
  }
}

test('a pending run says why', () => {
  expect(whyItWaits(run({ waiting: { ahead: 3, workers: 1 } }), START)).toBe(
    'Behind 3 runs. 1 worker serves the queue “gpu”.',
  )
  expect(whyItWaits(run({ waiting: { ahead: 3, workers: 0 } }), START)).toMatch(
    /^No worker serves the queue “gpu” and offers walk/,
  )
  expect(whyItWaits(run({ waiting: { ahead: 0, workers: 2 } }), START)).toMatch(/^Next in line/)
})

test('time left follows the pace so far', () => {
  const running = run({
    status: 'running',
    started_at: '2026-11-23T09:30:00Z',
    progress: { current: 25, total: 100, message: null },
  })
  expect(timeLeft(running, START + 10_000)).toBe(30_000)
  expect(percent(running)).toBe(25)
  expect(timeLeft({ ...running, progress: { current: 0, total: 100, message: null } }, START)).toBeNull()
  expect(timeLeft({ ...running, progress: { current: 5, total: null, message: null } }, START)).toBeNull()
  expect(timeLeft({ ...running, status: 'completed' }, START)).toBeNull()
})

test('a run between two attempts says when the next one starts', () => {
  const between = run({
    attempt: 1,
    retries: 2,
    not_before: '2026-11-23T09:30:08Z',
    waiting: { ahead: 0, workers: 1 },
  })
  expect(whyItWaits(between, START)).toBe('Attempt 2 of 3 starts in 8 s.')
  expect(whyItWaits(between, START + 7_200)).toBe('Attempt 2 of 3 starts in 1 s.')
  expect(whyItWaits(between, START + 8_000)).toMatch(/^Next in line/)
  expect([seconds(59_000), seconds(59_001), seconds(245_000)]).toEqual(['59 s', '1 m 00 s', '4 m 05 s'])
})
