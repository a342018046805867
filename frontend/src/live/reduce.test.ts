import { expect, test } from 'vitest'
import type { Event } from '../api/types'
import { newer, reduce } from './reduce'

const event = (name: string, data: object) =>
  ({ type: 'event', topic: 'instances', event: name, data }) as unknown as Event

test('each event says what changes', () => {
  const data = { id: 'a', version: 2 }
  expect([
    reduce(event('instance.created', data)),
    reduce(event('instance.updated', data)),
    reduce(event('instance.deleted', data)),
    reduce(event('run.created', data)),
    reduce(event('run.updated', data)),
    reduce(event('run.deleted', data)),
    reduce(event('progress', data)),
    reduce(event('experiments.updated', {})),
    reduce(event('workers.updated', {})),
  ]).toEqual([
    { kind: 'instance', instance: data, isNew: true },
    { kind: 'instance', instance: data, isNew: false },
    { kind: 'instance-gone', id: 'a' },
    { kind: 'run', run: data, isNew: true },
    { kind: 'run', run: data, isNew: false },
    { kind: 'run-gone', id: 'a' },
    { kind: 'progress', progress: data },
    { kind: 'catalogue' },
    { kind: 'workers' },
  ])
})

test('an event of a newer server is named', () => {
  expect(() => reduce(event('run.painted', {}))).toThrow('run.painted')
})

test('an older or equal version changes nothing, a newer one keeps what it does not carry', () => {
  const held = { version: 3, status: 'running', config: { a: 1 } }
  expect(newer(held, { version: 2, status: 'pending' })).toBe(held)
  expect(newer(held, { version: 3, status: 'pending' })).toBe(held)
  expect(newer(held, { version: 4, status: 'failed' })).toEqual({
    version: 4,
    status: 'failed',
    config: { a: 1 },
  })
})
