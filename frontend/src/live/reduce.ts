/** What an event means for what the page shows: pure, and complete over all events. */
import type { Event, Instance, Run, RunProgress } from '../api/types'

export type Change =
  | { kind: 'instance'; instance: Instance; isNew: boolean }
  | { kind: 'instance-gone'; id: string }
  | { kind: 'run'; run: Run; isNew: boolean }
  | { kind: 'run-gone'; id: string }
  | { kind: 'progress'; progress: RunProgress }
  | { kind: 'catalogue' }
  | { kind: 'workers' }

export function reduce(event: Event): Change {
  switch (event.event) {
    case 'instance.created':
      return { kind: 'instance', instance: event.data, isNew: true }
    case 'instance.updated':
      return { kind: 'instance', instance: event.data, isNew: false }
    case 'instance.deleted':
      return { kind: 'instance-gone', id: event.data.id }
    case 'run.created':
      return { kind: 'run', run: event.data, isNew: true }
    case 'run.updated':
      return { kind: 'run', run: event.data, isNew: false }
    case 'run.deleted':
      return { kind: 'run-gone', id: event.data.id }
    case 'progress':
      return { kind: 'progress', progress: event.data }
    case 'experiments.updated':
      return { kind: 'catalogue' }
    case 'workers.updated':
      return { kind: 'workers' }
    default:
      return unknownEvent(event)
  }
}

function unknownEvent(event: never): never {
  throw new Error(`an event this page does not know: ${JSON.stringify(event)}`)
}

/** The newer of two states of the same thing; the held one keeps what the other does not carry. */
export function newer<T extends { version: number }>(held: T, come: Partial<T> & { version: number }): T {
  return come.version > held.version ? { ...held, ...come } : held
}
