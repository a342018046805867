import { Button, Text } from '@mantine/core'
import { IconPlayerStop, IconRepeat, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../../api/keys'
import { cancelRun, deleteRun } from '../../api/queries'
import type { Run } from '../../api/types'
import { count } from '../../components/formats'
import { sayDone, sayFailed } from '../../components/notices'
import { runSize } from '../../components/size-words'
import { isOver } from '../../components/statuses'
import { WhatGoes } from '../../components/what-goes'
import { ActionBar } from './action-bar'
import { dropFromLists, forEach, type Outcome, startAgain } from './bulk'
import { DeleteQuestion } from './delete-question'

interface Props {
  runs: readonly Run[]
  onClear: () => void
  onDeleted: (ids: string[]) => void
}

/** What can be done with the selected runs. */
export function RunsActions({ runs, onClear, onDeleted }: Props) {
  const [isBusy, setIsBusy] = useState(false)
  const [isAsking, setIsAsking] = useState(false)
  const client = useQueryClient()
  const active = runs.filter((run) => !isOver(run.status))
  const words = (many: number) => `${count(many)} ${many === 1 ? 'run' : 'runs'}`

  const act = async <T,>(
    what: string,
    on: readonly Run[],
    call: (run: Run) => Promise<T>,
  ): Promise<Outcome<T>> => {
    setIsBusy(true)
    const outcome = await forEach(on, call)
    setIsBusy(false)
    if (outcome.failures.length > 0)
      sayFailed(`${what} ${outcome.failures.length} of ${on.length}`, outcome.failures[0])
    return outcome
  }
  const cancel = async () => {
    const { done } = await act('Cancel', active, (run) => cancelRun(run.id))
    if (done.length > 0) sayDone(`Cancelling ${words(done.length)}`)
  }
  const startAll = async () => {
    const { done } = await act('Re-run', runs, startAgain)
    if (done.length > 0) sayDone(`${words(done.length)} started`)
  }
  const remove = async () => {
    const { done } = await act('Delete', runs, async (run) => {
      await deleteRun(run.id)
      return run.id
    })
    dropFromLists(client, keys.runs.lists, done)
    if (done.length > 0) sayDone(`Deleted ${words(done.length)}`)
    setIsAsking(false)
    onDeleted(done)
  }
  return (
    <>
      <ActionBar selected={runs.length} what="run" onClear={onClear}>
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={14} aria-hidden />}
          disabled={isBusy || active.length === 0}
          onClick={() => void cancel()}
        >
          Cancel
        </Button>
        <Button
          variant="default"
          leftSection={<IconRepeat size={14} aria-hidden />}
          disabled={isBusy}
          onClick={() => void startAll()}
        >
          Re-run
        </Button>
        <Button
          variant="default"
          c="var(--status-failed)"
          leftSection={<IconTrash size={14} aria-hidden />}
          disabled={isBusy}
          onClick={() => setIsAsking(true)}
        >
          Delete
        </Button>
      </ActionBar>
      {isAsking && (
        <DeleteQuestion
          title={runs.length === 1 ? `Delete run ${runs[0]?.number}?` : `Delete ${words(runs.length)}?`}
          onDelete={remove}
          onClose={() => setIsAsking(false)}
        >
          <WhatGoes sizes={runs.map(runSize)} />
          {active.length > 0 && (
            <Text size="sm" mt="xs">
              {active.length === 1
                ? '1 run is not over and ends now.'
                : `${words(active.length)} are not over and end now.`}
            </Text>
          )}
        </DeleteQuestion>
      )}
    </>
  )
}
