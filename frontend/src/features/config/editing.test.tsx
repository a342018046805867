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

test('a schema that changes meanwhile is taken over, and what was entered stays', async () => {
  const { result, rerender } = edit()
  act(() => result.current.state.set('/steps', 12))
  rerender(experiment({ ...STEPS, owner: { type: 'string' } }, ['owner']))
  expect(result.current.config).toEqual({ steps: 12 })
  expect(result.current.faults).toEqual([{ path: '/owner', message: 'is required' }])
  const send = vi.fn()
  await act(() => result.current.submit(send))
  expect(send).not.toHaveBeenCalled()
})

test('another start is taken over where nothing was entered', () => {
  const { result } = edit()
  const other = { details: { ...start.details, name: 'Run' }, config: { steps: 3, owner: 'Ada' } }
  act(() => result.current.change({ name: 'Mine' }))
  act(() => result.current.follow(other))
  expect([result.current.details.name, result.current.config]).toEqual(['Mine', other.config])
  act(() => result.current.state.set('/steps', 12))
  act(() => result.current.follow(start))
  expect([result.current.details.name, result.current.config]).toEqual(['Mine', { steps: 12, owner: 'Ada' }])
  act(() => result.current.restart(start))
  act(() => result.current.state.writeJson('{"steps": '))
  act(() => result.current.follow(other))
  expect([result.current.details.name, result.current.state.json.text]).toEqual(['Run', '{"steps": '])
})
