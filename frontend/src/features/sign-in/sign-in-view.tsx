import { Button, Code, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import { beginSession } from '../../api/session'
import { lookAgain, tellTabs } from '../../live/session'

/** Stands in place of every page until the browser has shown the server's token. */
export default function SignInView() {
  const [token, setToken] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const client = useQueryClient()
  const signIn = useMutation({
    mutationFn: beginSession,
    onSuccess: tellTabs,
    onError() {
      void lookAgain(client) // perhaps it asks for no token any more
      input.current?.select()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() && !signIn.isPending) signIn.mutate(token.trim())
  }
  return (
    <Stack gap="md" py={64} px="md" maw={440} mx="auto" component="form" onSubmit={submit}>
      <Title order={1}>Sign in</Title>
      <Text c="dimmed">
        This server asks for its token. On the server's machine, <Code>athanor token</Code> prints it if
        Athanor made it; otherwise it is what <Code>ATHANOR_TOKEN</Code> was set to.
      </Text>
      <PasswordInput
        ref={input}
        label="Token"
        name="token"
        autoComplete="current-password"
        autoFocus
        required
        withAsterisk={false}
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        error={signIn.error?.message}
      />
      <Button type="submit" loading={signIn.isPending || signIn.isSuccess}>
        Sign in
      </Button>
    </Stack>
  )
}
