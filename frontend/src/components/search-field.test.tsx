import { MantineProvider } from '@mantine/core'
import { act, fireEvent, render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { SearchField } from './search-field'

test('it tells what was typed when the typing rests, and is what / leads to', () => {
  vi.useFakeTimers()
  const onChange = vi.fn()
  render(
    <MantineProvider>
      <SearchField label="Search keys" placeholder="" value="" onChange={onChange} />
    </MantineProvider>,
  )
  const field = screen.getByRole('searchbox', { name: 'Search keys' })
  expect(field).toHaveAttribute('data-search')
  for (const text of ['l', 'lo', 'los']) fireEvent.change(field, { target: { value: text } })
  expect(field).toHaveValue('los')
  expect(onChange).not.toHaveBeenCalled()
  act(() => vi.advanceTimersByTime(200))
  expect(onChange.mock.calls).toEqual([['los']])
  vi.useRealTimers()
})
