import { ActionIcon, Tooltip } from '@mantine/core'
import { IconLogout } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { sayFailed } from '../components/notices'
import { signOut, useIsSignedOut, useSession } from '../live/session'

/** Only where there is a session to end. */
export function SignOut() {
  const client = useQueryClient()
  const session = useSession()
  const isSignedOut = useIsSignedOut()
  const leave = useMutation({
    mutationFn: () => signOut(client),
    onError: (error) => sayFailed('Sign out', error),
  })
  if (!session?.signed_in || isSignedOut) return null
  return (
    <Tooltip label="Sign out">
      <ActionIcon aria-label="Sign out" loading={leave.isPending} onClick={() => leave.mutate()}>
        <IconLogout size={18} stroke={1.5} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
