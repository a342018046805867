import { notifications } from '@mantine/notifications'
import { useCallback } from 'react'

/** Copies text and says so; `what` names it ("Value"). */
export function useCopy(): (text: string, what: string) => void {
  return useCallback((text, what) => {
    navigator.clipboard.writeText(text).then(
      () => notifications.show({ message: `${what} copied`, autoClose: 1500 }),
      () =>
        notifications.show({
          color: 'red',
          title: `${what} not copied`,
          message: 'The browser gives this page no clipboard (it does over https, and on this machine).',
        }),
    )
  }, [])
}
