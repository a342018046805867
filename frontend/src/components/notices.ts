import { notifications } from '@mantine/notifications'
import { ApiError } from '../api/problem'

/** What could not be done, and why; stays until it is closed. */
export function showFailure(title: string, error: Error): void {
  const faults =
    error instanceof ApiError ? error.errors.map((fault) => `${fault.path} ${fault.message}`) : []
  notifications.show({
    color: 'red',
    title,
    message: [error.message, ...faults].join('\n'),
    autoClose: false,
    styles: { description: { whiteSpace: 'pre-line' } },
  })
}
