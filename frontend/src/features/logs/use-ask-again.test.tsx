import { renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ApiError } from '../../api/problem'
import { useAskAgain } from './use-ask-again'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function failing(failure: Error | null) {
  const retry = vi.fn()
  const hook = renderHook(({ error }) => useAskAgain(error, retry), { initialProps: { error: failure } })
  return { retry, fail: (error: Error | null) => hook.rerender({ error }), leave: hook.unmount }
}

const away = () => new ApiError(503, 'PostgreSQL is away', 'It comes back.')

test('what failed because a server was away is asked for again by itself until it comes', () => {
  const { retry, fail } = failing(away())
  vi.advanceTimersByTime(3_000)
  expect(retry).toHaveBeenCalledTimes(1)
  fail(away())
  vi.advanceTimersByTime(3_000)
  expect(retry).toHaveBeenCalledTimes(2)
  fail(null)
  vi.advanceTimersByTime(60_000)
  expect(retry).toHaveBeenCalledTimes(2)
})

test('a refusal is not asked about again, and nothing is asked for when the log was left', () => {
  const refused = failing(new ApiError(400, 'Bad request', 'The pattern has a fault.'))
  const left = failing(away())
  left.leave()
  vi.advanceTimersByTime(60_000)
  expect(refused.retry).not.toHaveBeenCalled()
  expect(left.retry).not.toHaveBeenCalled()
})
