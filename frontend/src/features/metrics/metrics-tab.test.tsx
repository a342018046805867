import { MantineProvider } from '@mantine/core'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test, vi } from 'vitest'
import { LivePoints } from './live-points'
import { type MetricsSearch, MetricsTab } from './metrics-tab'
import { useMetrics } from './use-metrics'

vi.mock('./use-metrics')

/** An address that changes a moment after it is asked to. */
function Page() {
  const [search, setSearch] = useState<MetricsSearch>({ metric: ['-'] })
  const onSearch = (change: MetricsSearch) =>
    void setTimeout(() => setSearch((held) => ({ ...held, ...change })), 5)
  return (
    <MantineProvider>
      <MetricsTab runId="1" isOver search={search} onSearch={onSearch} />
    </MantineProvider>
  )
}

test('what is typed in the search stays where the caret is', async () => {
  const summary = { last: 1, min: 1, max: 1, points: 1 }
  const metrics = ['loss', 'mean loss'].map((name) => ({ ...summary, name }))
  vi.mocked(useMetrics).mockReturnValue({
    metrics,
    live: new LivePoints(),
    error: null,
    refused: null,
  } as never)
  const user = userEvent.setup({ delay: 10 })
  render(<Page />)
  const field = screen.getByLabelText('Search metrics')
  await user.type(field, 'loss')
  await user.keyboard('{Home}mean ')
  expect(field).toHaveValue('mean loss')
  await waitFor(() => expect(screen.getAllByRole('row')).toHaveLength(2))
})
