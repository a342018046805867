import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { api } from '../../api/client'
import type { MetricPoint } from '../../api/types'
import { useStream } from '../../live/live'
import { useMetrics } from './use-metrics'

vi.mock('../../live/live')

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A server that takes so long to answer; every answer is another number of points. */
async function followed(answerMs: number) {
  const asked: AbortSignal[] = []
  vi.spyOn(api, 'GET').mockImplementation((async (_: string, { signal }: { signal: AbortSignal }) => {
    asked.push(signal)
    const points = asked.length
    await new Promise((resolve) => setTimeout(resolve, answerMs))
    return { data: { items: [{ name: 'loss', points }] } }
  }) as unknown as typeof api.GET)
  let take: (items: MetricPoint[]) => void = () => {}
  vi.mocked(useStream).mockImplementation((_, { onItems }) => {
    take = onItems as typeof take
    return null
  })
  const client = new QueryClient()
  const { result } = renderHook(() => useMetrics('1'), {
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  })
  const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))
  await pass(answerMs)
  /** Points come all the time. */
  const run = async (seconds: number) => {
    for (let tenth = 0; tenth < seconds * 10; tenth++) {
      act(() => take([]))
      await pass(100)
    }
  }
  return { asked, result, run, pass }
}

test('summaries that take long to read are read to the end, with a rest between', async () => {
  const { asked, result, run } = await followed(2_000)
  await run(30)
  expect(asked.some((signal) => signal.aborted)).toBe(false)
  expect(result.current.metrics?.[0]?.points).toBeGreaterThan(2)
  expect(asked.length).toBeLessThanOrEqual(5)
})

test('summaries are read about once a second while points come, and once more when they end', async () => {
  const { asked, result, run, pass } = await followed(10)
  await run(10)
  expect(asked.length).toBeGreaterThanOrEqual(9)
  expect(asked.length).toBeLessThanOrEqual(12)
  await pass(5_000)
  const last = asked.length
  expect(result.current.metrics?.[0]?.points).toBe(last)
  await pass(60_000)
  expect(asked.length).toBe(last)
})
