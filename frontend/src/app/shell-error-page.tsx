import { Button, Code, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ErrorComponentProps } from '@tanstack/react-router'

/** A page that broke: the frame around it stays. A page of another version of the server is one of the causes. */
export function ErrorPage({ error }: ErrorComponentProps) {
  return (
    <Stack align="center" gap="sm" py={64} px="md" maw={640} mx="auto" role="alert">
      <IconAlertTriangle size={32} stroke={1.5} aria-hidden />
      <Title order={1}>This page broke</Title>
      <Text ta="center" c="dimmed">
        Nothing on the server is lost. If the server was updated meanwhile, loading the page anew is all it
        needs; if it happens again, this says what went wrong:
      </Text>
      <Code block w="100%">
        {error instanceof Error ? error.message : String(error)}
      </Code>
      <Button onClick={() => location.reload()}>Reload</Button>
    </Stack>
  )
}
