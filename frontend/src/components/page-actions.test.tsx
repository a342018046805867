import { act, render, renderHook } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { useOfferActions, usePageActions } from './page-actions'

function Offers({ labels, act }: { labels: string[]; act: (label: string) => void }) {
  useOfferActions(labels.map((label) => ({ label, act: () => act(label) })))
  return null
}

test('a page offers what it can do as long as it is there, always by its newest means', () => {
  const { result } = renderHook(usePageActions)
  const older = vi.fn()
  const newer = vi.fn()
  const page = render(<Offers labels={['Start run', 'Edit']} act={older} />)
  expect(result.current.map((each) => each.label)).toEqual(['Start run', 'Edit'])
  const before = result.current
  page.rerender(<Offers labels={['Start run', 'Edit']} act={newer} />)
  expect(result.current).toBe(before)
  act(() => result.current[1]?.act())
  expect([older.mock.calls, newer.mock.calls]).toEqual([[], [['Edit']]])
  page.rerender(<Offers labels={['Cancel']} act={newer} />)
  expect(result.current.map((each) => each.label)).toEqual(['Cancel'])
  page.unmount()
  expect(result.current).toEqual([])
})
