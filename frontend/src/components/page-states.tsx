import { Alert, Button, Code, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiError } from '../api/problem'

interface EmptyProps {
  title: string
  children?: ReactNode
  actions?: ReactNode
}

/** Nothing is here, why, and what can be done. */
export function Empty({ title, children, actions }: EmptyProps) {
  return (
    <Stack align="center" gap="sm" py="xl" px="md" ta="center" mih={180} justify="center">
      <Title order={2}>{title}</Title>
      {children && (
        <Text c="dimmed" component="div" maw={560}>
          {children}
        </Text>
      )}
      {actions}
    </Stack>
  )
}

/** The server knows nothing of that id, or it is none. */
export function isUnknown(error: Error | null): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 400)
}

/** What went wrong and what to do; `retry` asks the server again. */
export function Failure({ error, retry }: { error: Error; retry?: () => void }) {
  const isOffline = error instanceof ApiError && error.status === 0
  const title = error instanceof ApiError ? error.title : 'Something in this page went wrong'
  return (
    <Alert
      color={isOffline ? 'gray' : 'red'}
      icon={isOffline ? <IconPlugConnectedX aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={title}
      role="alert"
      my="md"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{error.message}</Text>
        {error instanceof ApiError && error.errors.length > 0 && (
          <ul>
            {error.errors.map((fault) => (
              <li key={`${fault.path} ${fault.message}`}>
                <Code>{fault.path || '/'}</Code> {fault.message}
              </li>
            ))}
          </ul>
        )}
        {error instanceof ApiError && error.requestId && (
          <Text size="xs" c="dimmed">
            Request {error.requestId}
          </Text>
        )}
        {retry && (
          <Button variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

/** Holds the place of rows that are on their way. */
export function LoadingRows({ rows = 6 }: { rows?: number }) {
  return (
    <Stack gap="xs" py="sm" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows that are all alike
        <Skeleton key={row} height={26} />
      ))}
    </Stack>
  )
}
