import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { api } from '../../api/client'
import type { ResultEntry } from '../../api/types'
import { useStream } from '../../live/live'
import type { ResultOrder } from './entries'
import { useResults } from './use-results'

vi.mock('../../live/live')

function entries(from: number, to: number): ResultEntry[] {
  return Array.from({ length: to - from }, (_, place) => ({
    offset: from + place,
    key: `k${from + place}`,
    size: 1,
    timestamp: '2026-11-23T09:30:00Z',
    truncated: false,
    preview: null,
  }))
}

/** A run with 20,000 results, of which REST lists the first pages. */
async function opened(order: ResultOrder) {
  const recorded = entries(0, 20_000)
  const ordered = order.order === 'asc' ? recorded : recorded.toReversed()
  vi.spyOn(api, 'GET').mockImplementation((async (_: string, { params }: never) => {
    const from = Number((params as { query: { cursor?: string } }).query.cursor ?? 0)
    return {
      data: { items: ordered.slice(from, from + 1_000), next_cursor: `${from + 1_000}`, total: 20_000 },
    }
  }) as unknown as typeof api.GET)
  const come = { items: (_: ResultEntry[]) => {} }
  vi.mocked(useStream).mockImplementation((_, { onItems }) => {
    come.items = onItems as typeof come.items
    return null
  })
  const client = new QueryClient()
  const { result } = renderHook(() => useResults('1', undefined, order), {
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  })
  await waitFor(() => expect(result.current.entries).toHaveLength(10_000))
  return { result, come }
}

test.each([
  { order: 'asc', first: 0, last: 9_999 },
  { order: 'desc', first: 20_499, last: 10_500 },
] as const)('what comes does not lengthen a full list: %o', async ({ order, first, last }) => {
  const { result, come } = await opened({ sort: 'offset', order })
  for (let from = 20_000; from < 20_500; from += 100) act(() => come.items(entries(from, from + 100)))
  const listed = result.current.entries as ResultEntry[]
  expect([listed.length, listed[0]?.offset, listed.at(-1)?.offset]).toEqual([10_000, first, last])
  expect([result.current.total, result.current.isComplete]).toEqual([20_500, false])
})
