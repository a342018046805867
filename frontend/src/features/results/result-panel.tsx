import { Button, CloseButton, Group, SegmentedControl, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { api, dataOf } from '../../api/client'
import { formatJson } from '../../api/json'
import { keys } from '../../api/keys'
import type { ResultEntry } from '../../api/types'
import { useCopy } from '../../components/copy'
import { bytes, exactTime } from '../../components/formats'
import { JsonTree } from '../../components/json-tree/json-tree'
import { Failure, LoadingRows } from '../../components/page-states'
import { columnsOf } from './entries'
import { ResultTable } from './result-table'
import classes from './results.module.css'

/** Raw text beyond this would make the page crawl: it is cut, and says so. */
const MOST_RAW_CHARACTERS = 200_000

/** Other than as a tree. */
export type View = 'table' | 'json'

interface Props {
  runId: string
  entry: ResultEntry
  view: View | undefined
  onView: (view: View | undefined) => void
  onClose: () => void
}

/** One result with its whole value. */
export function ResultPanel({ runId, entry, view, onView, onClose }: Props) {
  const query = useQuery({
    queryKey: [...keys.runs.results(runId), entry.offset],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/runs/{run_id}/results/{offset}', {
          signal,
          params: { path: { run_id: runId, offset: entry.offset } },
        }),
      ),
    enabled: entry.truncated,
    // A recorded result never changes.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
  const isHere = !entry.truncated || query.data !== undefined
  const value = entry.truncated ? query.data?.value : entry.preview
  return (
    <section className={classes.panel} aria-label={`Result ${entry.key}`}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div className={classes.panelTitle}>
          <Text fw={600} ff="monospace">
            {entry.key}
          </Text>
          <Text size="xs" c="dimmed">
            {bytes(entry.size)}, recorded {exactTime(entry.timestamp)}
          </Text>
        </div>
        <CloseButton aria-label="Close result" onClick={onClose} />
      </Group>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : isHere ? (
        <WholeValue value={value} name={entry.key} view={view} onView={onView} />
      ) : (
        <LoadingRows rows={3} />
      )}
    </section>
  )
}

interface WholeProps extends Pick<Props, 'view' | 'onView'> {
  value: unknown
  name: string
}

function WholeValue({ value, name, view, onView }: WholeProps) {
  const copy = useCopy()
  const columns = useMemo(() => columnsOf(value), [value])
  // The next result may be none that a table fits.
  const shown = view === 'table' && !columns ? undefined : view
  const choices = [
    { value: 'tree', label: 'Tree' },
    ...(columns ? [{ value: 'table', label: 'Table' }] : []),
    { value: 'json', label: 'JSON' },
  ]
  return (
    <>
      <Group justify="space-between" my="xs">
        <SegmentedControl
          size="xs"
          aria-label="View"
          data={choices}
          value={shown ?? 'tree'}
          onChange={(next) => onView(next === 'tree' ? undefined : (next as View))}
        />
        <Button
          variant="default"
          onClick={() => copy(typeof value === 'string' ? value : formatJson(value, 2), 'Value')}
        >
          Copy value
        </Button>
      </Group>
      {shown === undefined && <JsonTree value={value} label={`Value of ${name}`} />}
      {shown === 'table' && columns && (
        <ResultTable rows={value as Record<string, unknown>[]} columns={columns} />
      )}
      {shown === 'json' && <Raw value={value} />}
    </>
  )
}

function Raw({ value }: { value: unknown }) {
  const text = useMemo(() => formatJson(value, 2), [value])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must reach it
    <pre className={classes.raw} tabIndex={0}>
      {text.slice(0, MOST_RAW_CHARACTERS)}
      {text.length > MOST_RAW_CHARACTERS &&
        `\n… (${text.length.toLocaleString('en')} characters; Copy value gives all)`}
    </pre>
  )
}
