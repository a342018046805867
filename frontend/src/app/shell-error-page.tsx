import { Button, Code, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ErrorComponentProps } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useConnectionState } from '../live/live'

/** How browsers and the build name a part of the page that could not be loaded. */
const NOT_LOADED = /dynamically imported module|Unable to preload|Importing a module script failed/
const RELOADED_AT = 'athanor.reloaded-at'
const RELOAD_EVERY_MS = 10_000

/** A page that broke: the frame around it stays. A page of another version of the server is one of the causes. */
export function ErrorPage({ error }: ErrorComponentProps) {
  const message = error instanceof Error ? error.message : String(error)
  const isNotLoaded = NOT_LOADED.test(message)
  useReload(isNotLoaded)
  return (
    <Stack align="center" gap="sm" py={64} px="md" maw={640} mx="auto" role="alert">
      <IconAlertTriangle size={32} stroke={1.5} aria-hidden />
      <Title order={1}>{isNotLoaded ? 'A part of this page is not loaded' : 'This page broke'}</Title>
      <Text ta="center" c="dimmed">
        {isNotLoaded
          ? 'The server was away when it was needed. The page loads itself anew when the server is back.'
          : 'Nothing on the server is lost. If it happens again after a reload, this says what went wrong:'}
      </Text>
      <Code block w="100%">
        {message}
      </Code>
      <Button onClick={() => location.reload()}>Reload</Button>
    </Stack>
  )
}

/** Loads the page anew as soon as the server is heard; not more often than every ten seconds. */
function useReload(isWanted: boolean): void {
  const isHeard = useConnectionState().kind === 'open'
  useEffect(() => {
    if (!isWanted || !isHeard) return
    const since = Date.now() - Number(sessionStorage.getItem(RELOADED_AT) ?? 0)
    const timer = setTimeout(
      () => {
        sessionStorage.setItem(RELOADED_AT, String(Date.now()))
        location.reload()
      },
      Math.max(0, RELOAD_EVERY_MS - since),
    )
    return () => clearTimeout(timer)
  }, [isWanted, isHeard])
}
