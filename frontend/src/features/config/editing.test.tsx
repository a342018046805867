import { act, renderHook } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Experiment } from '../../api/types'
import { useEditing } from './editing'

beforeEach(() => localStorage.clear())

const experiment = (properties: object, required: string[] = []) => {
  const schema = { type: 'object', properties, required, additionalProperties: false }
  return { config_schema: schema, form_schema: schema, defaults: {} } as unknown as Experiment
}

const STEPS = { steps: { type: 'integer' } }
const start = { details: { name: 'Walk', description: '', tags: [] }, config: { steps: 3 } }

function edit(first: Experiment = experiment(STEPS)) {
  return renderHook(
    (shown) => useEditing({ experiment: shown, start, draftKey: 'new:walk', hasDetails: true }),
    {
      initialProps: first,
    },
  )
}

test('what was sent is not sent again while the way to it is still open', async () => {
  const { result } = edit()
  const send = vi.fn(async () => 'made')
  await act(() => result.current.submit(send))
  expect(result.current.isBusy).toBe(true)
  await act(() => result.current.submit(send))
  expect(send).toHaveBeenCalledTimes(1)
})

test('what was refused can be sent again', async () => {
  const { result } = edit()
  const send = vi.fn(async () => {
    throw new Error('not now')
  })
  for (let count = 0; count < 2; count += 1) await act(() => result.current.submit(send))
  expect(send).toHaveBeenCalledTimes(2)
  expect(result.current.problem?.message).toBe('not now')
})
