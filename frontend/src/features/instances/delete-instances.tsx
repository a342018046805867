import { Text } from '@mantine/core'
import { useQueries, useQueryClient } from '@tanstack/react-query'
import { keys } from '../../api/keys'
import { deleteInstance, instanceSizeQuery } from '../../api/queries'
import type { Instance } from '../../api/types'
import { count } from '../../components/formats'
import { sayDone, sayFailed } from '../../components/notices'
import { Failure } from '../../components/page-states'
import { WhatGoes } from '../../components/what-goes'
import { dropFromLists, forEach } from './bulk'
import { DeleteQuestion } from './delete-question'

interface Props {
  instances: readonly Pick<Instance, 'id' | 'name'>[]
  onDeleted: (ids: string[]) => void
  onClose: () => void
}

/** Says what goes with these instances, and deletes them. */
export function DeleteInstances({ instances, onDeleted, onClose }: Props) {
  const client = useQueryClient()
  const answers = useQueries({ queries: instances.map((instance) => instanceSizeQuery(instance.id)) })
  const sizes = answers.flatMap((answer) => (answer.data ? [answer.data] : []))
  const error = answers.find((answer) => answer.error)?.error
  const name = instances.length === 1 ? `“${instances[0]?.name}”` : `${count(instances.length)} instances`
  const active = sizes.reduce((total, size) => total + size.active_runs, 0)

  const remove = async () => {
    const { done, failures } = await forEach(instances, async (instance) => {
      await deleteInstance(instance.id)
      return instance.id
    })
    dropFromLists(client, keys.instances.lists, done)
    if (failures.length > 0) sayFailed(`Delete ${failures.length} of ${instances.length}`, failures[0])
    if (done.length > 0) sayDone(`Deleted ${name}`)
    onClose()
    onDeleted(done)
  }
  return (
    <DeleteQuestion title={`Delete ${name}?`} onDelete={remove} onClose={onClose}>
      {error ? (
        <Failure error={error} />
      ) : sizes.length < instances.length ? null : (
        <>
          <WhatGoes sizes={sizes} />
          {active > 0 && (
            <Text size="sm" mt="xs">
              {active === 1
                ? '1 run is not over and ends now.'
                : `${count(active)} runs are not over and end now.`}
            </Text>
          )}
        </>
      )}
    </DeleteQuestion>
  )
}
