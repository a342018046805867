import { Alert, Button, Group, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { formatJson } from '../../api/json'
import { keys } from '../../api/keys'
import { ApiError } from '../../api/problem'
import { experimentsQuery, instanceQuery, refetchFailed, updateInstance } from '../../api/queries'
import type { Experiment, Instance, UpdateInstance } from '../../api/types'
import { Page } from '../../components/page'
import { Failure, isUnknown, LoadingRows } from '../../components/page-states'
import { ConfigEditor } from '../../features/config/config-editor'
import { DetailsFields } from '../../features/config/details-fields'
import { type Start, useEditing } from '../../features/config/editing'
import { EditorActions, EditorNotices, LeaveGuard } from '../../features/config/editor-parts'
import classes from '../../features/config/editor-parts.module.css'
import { OutgrownNotice } from '../../features/config/outgrown-notice'
import { useSubmitKeys } from '../../features/config/use-submit-keys'
import { useTopic } from '../../live/live'
import { NoSuchInstance } from '../no-such'

const FROM = '/experiments/$instanceId/edit'

export default function EditInstancePage() {
  const { instanceId } = useParams({ from: FROM })
  useTopic(`instance:${instanceId}`)
  useTopic('experiments')
  const instance = useQuery(instanceQuery(instanceId))
  const experiments = useQuery(experimentsQuery)
  const failure = instance.error ?? experiments.error
  return (
    <Page
      title={instance.data ? `Edit ${instance.data.name}` : 'Edit instance'}
      crumbs={[
        { label: 'Dashboard', to: '/experiments' },
        { label: instance.data?.name ?? 'Instance', to: `/experiments/${instanceId}` },
      ]}
    >
      <div className={classes.narrow}>
        {isUnknown(instance.error) ? (
          <NoSuchInstance />
        ) : (
          failure && <Failure error={failure} retry={() => refetchFailed(instance, experiments)} />
        )}
        {!failure && (instance.isPending || experiments.isPending) && <LoadingRows />}
        {!failure && instance.data && experiments.data && (
          <EditInstance
            key={instanceId}
            instance={instance.data}
            experiment={experiments.data.find((each) => each.name === instance.data.experiment)}
          />
        )}
      </div>
    </Page>
  )
}

const startOf = ({ name, description, tags, config }: Instance): Start => ({
  details: { name, description, tags },
  config,
})

/** What a person can change, as text: whether somebody else did. */
const contentOf = (instance: Instance) => formatJson(startOf(instance))

const NOTHING = { config_schema: {}, form_schema: {}, defaults: {} } as unknown as Experiment

function EditInstance({ instance, experiment }: { instance: Instance; experiment: Experiment | undefined }) {
  const client = useQueryClient()
  const navigate = useNavigate({ from: FROM })
  const { view = 'form' } = useSearch({ from: FROM })
  const [base, setBase] = useState(instance)
  const isUsable = experiment !== undefined && experiment.error === null
  const editing = useEditing({
    experiment: isUsable ? experiment : NOTHING,
    start: startOf(instance),
    draftKey: `edit:${instance.id}`,
    hasDetails: true,
  })
  const isOutdated = contentOf(instance) !== contentOf(base) && !editing.isDone()
  const { isDirty, restart } = editing
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each state that comes from elsewhere
  useEffect(() => {
    if (!isOutdated || isDirty) return
    setBase(instance)
    restart(startOf(instance))
  }, [isOutdated, isDirty, instance])

  const save = async ({ details, config }: Start) => {
    const latest = await client.fetchQuery({ ...instanceQuery(instance.id), staleTime: 0 })
    if (contentOf(latest) !== contentOf(base)) {
      throw new ApiError(
        409,
        'Not saved',
        'This instance was changed elsewhere meanwhile. Reload it, or overwrite it.',
      )
    }
    const change: UpdateInstance = {}
    if (details.name !== base.name) change.name = details.name
    if (details.description !== base.description) change.description = details.description
    if (formatJson(details.tags) !== formatJson(base.tags)) change.tags = details.tags
    if (formatJson(config) !== formatJson(base.config)) change.config = config
    return updateInstance(instance.id, change)
  }
  const onSave = async () => {
    const saved = await editing.submit(save)
    if (!saved) return
    client.setQueryData(keys.instances.one(saved.id), saved)
    void client.invalidateQueries({ queryKey: keys.instances.lists })
    await navigate({ to: '/experiments/$instanceId', params: { instanceId: saved.id } })
  }
  useSubmitKeys(() => void onSave())
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void onSave()
      }}
    >
      <LeaveGuard editing={editing} />
      {isOutdated && isDirty && (
        <Alert
          color="yellow"
          role="alert"
          title="This instance was changed elsewhere"
          my="sm"
          classNames={{ title: classes.noticeTitle }}
        >
          <Text size="sm" mb="xs">
            Reload takes the saved state and gives up what you entered. Overwrite keeps what you entered, to
            be saved.
          </Text>
          <Group gap="xs">
            <Button
              variant="default"
              onClick={() => {
                setBase(instance)
                restart(startOf(instance))
              }}
            >
              Reload
            </Button>
            <Button
              variant="default"
              onClick={() => {
                setBase(instance)
                editing.rebase(startOf(instance))
              }}
            >
              Overwrite
            </Button>
          </Group>
        </Alert>
      )}
      {isUsable ? (
        <OutgrownNotice experiment={experiment} config={base.config} what="saved config" />
      ) : (
        <Alert
          color="yellow"
          my="sm"
          title={`The experiment ${instance.experiment} cannot be used now`}
          classNames={{ title: classes.noticeTitle }}
        >
          {experiment?.error ?? 'It is not in the catalogue: no worker offers it.'} Name, description and tags
          can be changed; the config stays as it is.
        </Alert>
      )}
      <EditorNotices editing={editing} action="Save" />
      <DetailsFields
        details={editing.details}
        faults={editing.detailFaults}
        change={editing.change}
        touch={editing.touch}
      />
      {isUsable && (
        <ConfigEditor
          state={editing.state}
          view={view}
          onView={(next) => void navigate({ search: (held) => ({ ...held, view: next }), replace: true })}
        />
      )}
      <EditorActions>
        <Button loading={editing.isBusy} onClick={() => void onSave()}>
          Save
        </Button>
        <Text size="xs" c="dimmed">
          Ctrl-Enter saves. Runs made before keep the config they had.
        </Text>
      </EditorActions>
    </form>
  )
}
