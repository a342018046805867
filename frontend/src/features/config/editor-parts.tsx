import { Alert, Button, Group, Modal, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Failure } from '../../components/page-states'
import type { Editing } from './editing'
import classes from './editor-parts.module.css'
import { FaultSummary } from './fault-summary'
import { labelOfPlace } from './labels'

const DETAIL_LABELS: Record<string, string> = {
  '@name': 'Name',
  '@description': 'Description',
  '@tags': 'Tags',
}

/** Draft notice, refusals and the list of what is wrong: what stands above an editor's fields. */
export function EditorNotices({ editing, action }: { editing: Editing; action: string }) {
  const { state, faults, isTried, isRestored, isDraftOlder, problem } = editing
  return (
    <>
      {isRestored && (
        <Alert variant="light" color="accent" py={6} my="sm" role="status">
          <Group gap="sm">
            <Text size="sm">
              Restored your draft{isDraftOlder && ', made before what it started from was changed'}
            </Text>
            <Button variant="subtle" size="compact-sm" onClick={() => editing.restart(editing.start)}>
              Discard
            </Button>
          </Group>
        </Alert>
      )}
      {problem && <Failure error={problem} />}
      {isTried && faults.length > 0 && (
        <FaultSummary
          title={`${action} is not possible yet: ${faults.length === 1 ? 'one field needs' : `${faults.length} fields need`} a look`}
          faults={faults}
          labelOf={(path) =>
            DETAIL_LABELS[path.split('/')[0] ?? ''] ?? labelOfPlace(path, state.value, state.formSchema)
          }
        />
      )}
    </>
  )
}

/** The buttons of an editor, always in view. */
export function EditorActions({ children }: { children: ReactNode }) {
  return <div className={classes.actions}>{children}</div>
}

/** Asks before what was entered is left behind. */
export function LeaveGuard({ editing }: { editing: Editing }) {
  const isUnsaved = () => editing.isDirty && !editing.isDone()
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => isUnsaved() && current.pathname !== next.pathname,
    enableBeforeUnload: isUnsaved,
    withResolver: true,
  })
  return (
    <Modal
      opened={blocker.status === 'blocked'}
      onClose={() => blocker.reset?.()}
      title="Leave without saving?"
    >
      <Text size="sm">
        What you entered stays as a draft in this browser, and is offered when you come back.
      </Text>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => blocker.proceed?.()}>
          Leave
        </Button>
        <Button data-autofocus onClick={() => blocker.reset?.()}>
          Stay
        </Button>
      </Group>
    </Modal>
  )
}
