import { Button, Code, Stack, Text, Title } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { ApiError } from '../api/problem'

/** Whether the server refused to answer without its token. */
export function useNeedsToken(): boolean {
  const cache = useQueryClient().getQueryCache()
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache])
  return useSyncExternalStore(subscribe, () =>
    cache.getAll().some(({ state: { error } }) => error instanceof ApiError && error.status === 401),
  )
}

/** Stands in place of every page: what can be done without signing in. */
export function TokenPage() {
  return (
    <Stack align="center" gap="md" py={64} px="md" maw={640} mx="auto">
      <IconLock size={32} stroke={1.5} aria-hidden />
      <Title order={1}>This server asks for a token</Title>
      <Text ta="center" c="dimmed">
        It was started with <Code>ATHANOR_TOKEN</Code>, and signing in from the browser is not part of this
        version. Until it is, use the command line or the REST API with the same token:
      </Text>
      <Code block w="100%">
        {`export ATHANOR_TOKEN=…\nexport ATHANOR_URL=${location.origin}\nathanor instances\n\ncurl -H "Authorization: Bearer $ATHANOR_TOKEN" \\\n  ${location.origin}/api/instances`}
      </Code>
      <Text ta="center" c="dimmed" size="sm">
        A server for this machine alone (the default, on the loopback address) needs none: start it without{' '}
        <Code>ATHANOR_TOKEN</Code>, and this page works.
      </Text>
      <Button variant="default" onClick={() => location.reload()}>
        Try again
      </Button>
    </Stack>
  )
}
