import { Button, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { keys } from '../../api/keys'
import { experimentsQuery, instanceQuery, refetchFailed, runQuery, startRun } from '../../api/queries'
import type { Experiment, Instance, RunDetail } from '../../api/types'
import { Page } from '../../components/page'
import { Empty, Failure, isUnknown, LoadingRows } from '../../components/page-states'
import { ConfigEditor } from '../../features/config/config-editor'
import { DifferenceList } from '../../features/config/difference-list'
import { useEditing } from '../../features/config/editing'
import { EditorActions, EditorNotices, LeaveGuard } from '../../features/config/editor-parts'
import classes from '../../features/config/editor-parts.module.css'
import { OutgrownNotice } from '../../features/config/outgrown-notice'
import { useSubmitKeys } from '../../features/config/use-submit-keys'
import { useTopic } from '../../live/live'
import { NoSuchInstance, NoSuchRun } from '../no-such'

const FROM = '/experiments/$instanceId/run'

export default function RunWithChangesPage() {
  const { instanceId } = useParams({ from: FROM })
  const { run: runId } = useSearch({ from: FROM })
  useTopic(`instance:${instanceId}`)
  useTopic('experiments')
  const instance = useQuery(instanceQuery(instanceId))
  const run = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== undefined })
  const experiments = useQuery(experimentsQuery)
  const failure = instance.error ?? run.error ?? experiments.error
  const isReady = instance.data && experiments.data && (runId === undefined || run.data)
  const experiment = experiments.data?.find((each) => each.name === instance.data?.experiment)
  return (
    <Page
      title="Run with changes"
      crumbs={[
        { label: 'Dashboard', to: '/experiments' },
        { label: instance.data?.name ?? 'Instance', to: `/experiments/${instanceId}` },
      ]}
    >
      <div className={classes.narrow}>
        {isUnknown(instance.error) ? (
          <NoSuchInstance />
        ) : isUnknown(run.error) ? (
          <NoSuchRun />
        ) : (
          failure && <Failure error={failure} retry={() => refetchFailed(instance, run, experiments)} />
        )}
        {!failure && !isReady && <LoadingRows />}
        {!failure && isReady && (experiment === undefined || experiment.error !== null) && (
          <Empty title={`The experiment ${instance.data.experiment} cannot be used now`}>
            {experiment?.error ?? 'It is not in the catalogue: no worker offers it.'}
          </Empty>
        )}
        {!failure && isReady && experiment && experiment.error === null && (
          <RunWithChanges
            key={`${instanceId} ${runId}`}
            instance={instance.data}
            run={run.data}
            experiment={experiment}
          />
        )}
      </div>
    </Page>
  )
}

interface Props {
  instance: Instance
  /** The run whose frozen config it starts from. */
  run: RunDetail | undefined
  experiment: Experiment
}

const NO_DETAILS = { name: '', description: '', tags: [] }

function RunWithChanges({ instance, run, experiment }: Props) {
  const client = useQueryClient()
  const navigate = useNavigate({ from: FROM })
  const { view = 'form' } = useSearch({ from: FROM })
  const config = run?.config ?? instance.config
  const start = useMemo(() => ({ details: NO_DETAILS, config }), [config])
  const editing = useEditing({
    experiment,
    start,
    draftKey: ['run', instance.id, run?.id].filter(Boolean).join(':'),
    hasDetails: false,
  })
  const onStart = async () => {
    const started = await editing.submit((sent) => startRun(instance.id, sent.config))
    if (!started) return
    void client.invalidateQueries({ queryKey: keys.runs.lists })
    void client.invalidateQueries({ queryKey: keys.instances.lists })
    await navigate({ to: '/runs/$runId', params: { runId: started.id } })
  }
  useSubmitKeys(() => void onStart())
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void onStart()
      }}
    >
      <LeaveGuard editing={editing} />
      <Text size="sm" c="dimmed">
        {run
          ? `Starts from the config of run ${run.number} of ${instance.name}. The instance stays as it is.`
          : `Starts from the config of ${instance.name}, for this run only. The instance stays as it is.`}
      </Text>
      <OutgrownNotice
        experiment={experiment}
        config={config}
        what={run ? `config of run ${run.number}` : 'saved config'}
      />
      <EditorNotices editing={editing} action="Start run" />
      <ConfigEditor
        state={editing.state}
        view={view}
        onView={(next) => void navigate({ search: (held) => ({ ...held, view: next }), replace: true })}
      />
      <section aria-label="Differences">
        <Title order={2} mt="md" mb={4}>
          Differs from the instance
        </Title>
        <DifferenceList
          before={instance.config}
          after={editing.config}
          schema={editing.state.formSchema}
          none="Nothing yet: this run would use the instance's own config."
        />
      </section>
      <EditorActions>
        <Button loading={editing.isBusy} onClick={() => void onStart()}>
          Start run
        </Button>
        <Text size="xs" c="dimmed">
          Ctrl-Enter starts it
        </Text>
      </EditorActions>
    </form>
  )
}
