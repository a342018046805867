import { Anchor, Button, List, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef } from 'react'
import { formatJson } from '../../api/json'
import { keys } from '../../api/keys'
import {
  createInstance,
  experimentsQuery,
  instanceQuery,
  refetchFailed,
  runQuery,
  startRun,
} from '../../api/queries'
import type { Experiment, Instance } from '../../api/types'
import { Page } from '../../components/page'
import { Empty, Failure, isUnknown, LoadingRows } from '../../components/page-states'
import { Prose } from '../../components/prose'
import { ScannedFolders } from '../../components/scanned-folders'
import { ConfigEditor } from '../../features/config/config-editor'
import { type Details, DetailsFields } from '../../features/config/details-fields'
import { type Start, useEditing } from '../../features/config/editing'
import { EditorActions, EditorNotices, LeaveGuard } from '../../features/config/editor-parts'
import classes from '../../features/config/editor-parts.module.css'
import { ExperimentPicker } from '../../features/config/experiment-picker'
import { withRequiredGroups } from '../../features/config/form-model'
import { useSubmitKeys } from '../../features/config/use-submit-keys'
import { complete } from '../../features/config/verdict/completing'
import { useTopic } from '../../live/live'
import { NoSuchInstance, NoSuchRun } from '../no-such'

const FROM = '/experiments/new'

export default function NewInstancePage() {
  useTopic('experiments')
  const search = useSearch({ from: FROM })
  const navigate = useNavigate({ from: FROM })
  const experiments = useQuery(experimentsQuery)
  const source = useSource(search.instance, search.run)
  const carried = useRef<Details | undefined>(undefined)
  const chosen = search.experiment ?? source.start?.experiment
  const experiment = experiments.data?.find((each) => each.name === chosen && each.error === null)
  const failure = experiments.error ?? source.error
  return (
    <Page title="New instance" crumbs={[{ label: 'Dashboard', to: '/experiments' }]}>
      <div className={classes.narrow}>
        {isUnknown(source.run.error) ? (
          <NoSuchRun />
        ) : isUnknown(source.instance.error) ? (
          <NoSuchInstance />
        ) : (
          failure && (
            <Failure error={failure} retry={() => refetchFailed(experiments, source.run, source.instance)} />
          )
        )}
        {!failure && (experiments.isPending || source.isPending) && <LoadingRows />}
        {experiments.data && !source.isPending && !failure && (
          <>
            <Picker
              experiments={experiments.data}
              chosen={chosen}
              isKnown={experiment !== undefined}
              choose={(name) =>
                void navigate({ search: (held) => ({ ...held, experiment: name }), replace: true })
              }
            />
            {experiment && (
              <NewInstance
                key={`${experiment.name} ${search.instance} ${search.run}`}
                experiment={experiment}
                source={source.start}
                draftKey={['new', experiment.name, search.instance, search.run].filter(Boolean).join(':')}
                carried={carried}
                view={search.view ?? 'form'}
              />
            )}
          </>
        )}
      </div>
    </Page>
  )
}

interface Source extends Start {
  experiment: string
}

/** What the new instance starts from: another instance, or a run's frozen config. */
function useSource(instanceId: string | undefined, runId: string | undefined) {
  const run = useQuery({ ...runQuery(runId ?? ''), enabled: runId !== undefined })
  const owner = instanceId ?? run.data?.instance_id
  const instance = useQuery({ ...instanceQuery(owner ?? ''), enabled: owner !== undefined })
  const start = useMemo<Source | undefined>(
    () =>
      instance.data && (runId === undefined || run.data)
        ? copyOf(instance.data, run.data?.config)
        : undefined,
    [instance.data, run.data, runId],
  )
  const isWanted = instanceId !== undefined || runId !== undefined
  const error = run.error ?? instance.error
  return { start, error, run, instance, isPending: isWanted && start === undefined && error === null }
}

function copyOf({ name, description, tags, experiment, config }: Instance, frozen = config): Source {
  return { experiment, config: frozen, details: { name: `${name} (copy)`, description, tags } }
}

interface PickerProps {
  experiments: Experiment[]
  chosen: string | undefined
  isKnown: boolean
  choose: (name: string) => void
}

function Picker({ experiments, chosen, isKnown, choose }: PickerProps) {
  const broken = experiments.filter((each) => each.error !== null)
  if (experiments.length === broken.length) return <NoExperiments broken={broken} />
  const experiment = isKnown ? experiments.find((each) => each.name === chosen) : undefined
  return (
    <>
      <ExperimentPicker experiments={experiments} value={experiment?.name} onChange={choose} />
      {chosen !== undefined && !isKnown && (
        <Text size="sm" c="var(--status-failed)" mt={4} role="alert">
          {`The experiment ${chosen} cannot be used: it is broken, or no worker offers it.`}
        </Text>
      )}
      {experiment?.description && (
        <Text size="sm" c="dimmed" mt={6} mb="xs">
          <Prose text={experiment.description} />
        </Text>
      )}
      {broken.length > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          {broken.length === 1 ? 'One entry' : `${broken.length} entries`} cannot be used.{' '}
          <Anchor component={Link} to="/catalogue" size="xs" underline="always">
            See why in the catalogue
          </Anchor>
        </Text>
      )}
    </>
  )
}

function NoExperiments({ broken }: { broken: Experiment[] }) {
  return (
    <Empty
      title="No experiments found"
      actions={
        <Anchor component={Link} to="/catalogue" size="sm">
          Open the catalogue
        </Anchor>
      }
    >
      <ScannedFolders />
      {broken.length > 0 && (
        <List size="sm" ta="left">
          {broken.map((each) => (
            <List.Item key={each.name}>
              <code>{each.name}</code>: {each.error}
            </List.Item>
          ))}
        </List>
      )}
    </Empty>
  )
}

interface NewInstanceProps {
  experiment: Experiment
  source: Source | undefined
  draftKey: string
  carried: { current: Details | undefined }
  view: 'form' | 'json'
}

function NewInstance({ experiment, source, draftKey, carried, view }: NewInstanceProps) {
  const client = useQueryClient()
  const navigate = useNavigate({ from: FROM })
  const start = useMemo(() => startOf(experiment, source), [experiment, source])
  const editing = useEditing({ experiment, start, draftKey, hasDetails: true, carried: carried.current })
  const isOutdated = formatJson(start) !== formatJson(editing.start) && !editing.isDone()
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each start that differs
  useEffect(() => {
    if (isOutdated) editing.follow(start)
  }, [isOutdated])
  const create = ({ details, config }: Start) =>
    createInstance({ ...details, config, experiment: experiment.name })
  const known = (instance: Instance) => {
    client.setQueryData(keys.instances.one(instance.id), instance)
    void client.invalidateQueries({ queryKey: keys.instances.lists })
  }
  const onCreate = async () => {
    const instance = await editing.submit(create)
    if (!instance) return
    known(instance)
    await navigate({ to: '/experiments/$instanceId', params: { instanceId: instance.id } })
  }
  const onCreateAndRun = async () => {
    const instance = await editing.submit(create)
    if (!instance) return
    known(instance)
    try {
      const run = await startRun(instance.id)
      void client.invalidateQueries({ queryKey: keys.runs.lists })
      await navigate({ to: '/runs/$runId', params: { runId: run.id } })
    } catch (error) {
      notifications.show({
        color: 'red',
        title: 'The instance was created, but its run did not start',
        message: error instanceof Error ? error.message : String(error),
      })
      await navigate({ to: '/experiments/$instanceId', params: { instanceId: instance.id } })
    }
  }
  useSubmitKeys(() => void onCreateAndRun())
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        void onCreate()
      }}
    >
      <LeaveGuard editing={editing} />
      <EditorNotices editing={editing} action="Create" />
      <DetailsFields
        details={editing.details}
        faults={editing.detailFaults}
        change={(next) => {
          carried.current = { ...editing.details, ...next }
          editing.change(next)
        }}
        touch={editing.touch}
      />
      <ConfigEditor
        state={editing.state}
        view={view}
        onView={(next) => void navigate({ search: (held) => ({ ...held, view: next }), replace: true })}
      />
      <EditorActions>
        <Button loading={editing.isBusy} onClick={() => void onCreateAndRun()}>
          Create and run
        </Button>
        <Button variant="default" loading={editing.isBusy} onClick={() => void onCreate()}>
          Create
        </Button>
        <Text size="xs" c="dimmed">
          Ctrl-Enter creates and runs
        </Text>
      </EditorActions>
    </form>
  )
}

function startOf(experiment: Experiment, source: Source | undefined): Start {
  if (source && source.experiment === experiment.name) return source
  const schema = experiment.config_schema ?? {}
  return {
    details: source?.details ?? { name: '', description: '', tags: [] },
    config: withRequiredGroups(complete(schema, experiment.defaults ?? {}, {}), schema, schema),
  }
}
