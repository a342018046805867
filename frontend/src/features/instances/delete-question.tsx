import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useReturnFocus } from '../../components/focus'

interface Props {
  title: string
  /** What goes; null while that is not known yet. */
  children: ReactNode | null
  onDelete: () => Promise<void>
  onClose: () => void
}

/** Asks before something is gone for good. */
export function DeleteQuestion({ title, children, onDelete, onClose }: Props) {
  useReturnFocus()
  const [isBusy, setIsBusy] = useState(false)
  const act = async () => {
    setIsBusy(true)
    try {
      await onDelete()
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack gap="md">
        <div>{children ?? <Text size="sm">Counting what goes with it…</Text>}</div>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep
          </Button>
          <Button color="red" disabled={children === null} loading={isBusy} onClick={() => void act()}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
