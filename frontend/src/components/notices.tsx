/** What the page says in passing: one place for all of it. */
import { Anchor } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Link } from '@tanstack/react-router'
import { ApiError } from '../api/problem'
import type { Run } from '../api/types'

/** "Fair coin: run 3 started", with the way to it. */
export function sayStarted(run: Run, name: string): void {
  notifications.show({
    title: 'Run started',
    message: (
      <Anchor component={Link} to={`/runs/${run.id}`} size="sm">
        {`Run ${run.number} of ${name}`}
      </Anchor>
    ),
    color: 'accent',
  })
}

export function sayDone(message: string): void {
  notifications.show({ message, color: 'gray' })
}

/** `what` could not be done ("Start run"), and why in the server's words; stays until it is closed. */
export function sayFailed(what: string, error: unknown): void {
  notifications.show({
    title: `${what}: not done`,
    message: reasonOf(error),
    color: 'red',
    autoClose: false,
    role: 'alert',
  })
}

/** Why it was refused, in words for a person. */
export function reasonOf(error: unknown): string {
  if (error instanceof ApiError && error.status === 0)
    return 'The server does not answer. Try again when the mark at the top says "live".'
  if (error instanceof ApiError && error.errors.length > 0) {
    const faults = error.errors.map((fault) => `${fault.path || '/'} ${fault.message}`).join('; ')
    return `${error.message} ${faults}`
  }
  return error instanceof Error ? error.message : String(error)
}
