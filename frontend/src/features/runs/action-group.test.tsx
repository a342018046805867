import { MantineProvider } from '@mantine/core'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { ActionGroup } from './action-group'

test('the second click of a double click does not hit what came into its place', () => {
  vi.useFakeTimers()
  const deleted = vi.fn()
  const page = (stage: string) => (
    <MantineProvider>
      <ActionGroup stage={stage}>
        <button type="button" onClick={stage === 'over' ? deleted : undefined}>
          {stage === 'over' ? 'Delete' : 'Cancel'}
        </button>
      </ActionGroup>
    </MantineProvider>
  )
  const { rerender } = render(page('open'))
  const group = screen.getByRole('group', { name: 'Actions' })
  expect(getComputedStyle(group).pointerEvents).not.toBe('none')
  rerender(page('over'))
  expect(getComputedStyle(group).pointerEvents).toBe('none')
  act(() => vi.advanceTimersByTime(1_000))
  expect(getComputedStyle(group).pointerEvents).not.toBe('none')
  fireEvent.click(screen.getByRole('button', { name: 'Delete' }))
  expect(deleted).toHaveBeenCalledOnce()
  vi.useRealTimers()
})
