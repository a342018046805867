import { Alert, NativeSelect, Text } from '@mantine/core'
import { useMemo } from 'react'
import type { ResultEntry } from '../../api/types'
import { count } from '../../components/formats'
import { Empty, Failure, LoadingRows } from '../../components/page-states'
import { SearchField } from '../../components/search-field'
import type { ResultOrder, ResultSort } from './entries'
import { ResultPanel, type View } from './result-panel'
import classes from './results.module.css'
import { ResultsList } from './results-list'
import { MOST_LISTED, useResults } from './use-results'

export interface ResultsSearch {
  q?: string | undefined
  sort?: ResultSort | undefined
  order?: 'asc' | 'desc' | undefined
  /** The offset of the open result. */
  result?: number | undefined
  /** How it is shown; a tree where it is not said. */
  view?: View | undefined
}

interface Props {
  runId: string
  isOver: boolean
  search: ResultsSearch
  onSearch: (change: ResultsSearch) => void
}

const ORDERS = {
  'offset asc': 'Oldest first',
  'offset desc': 'Newest first',
  'key asc': 'Key A–Z',
  'key desc': 'Key Z–A',
  'size asc': 'Smallest first',
  'size desc': 'Largest first',
} as const

export function ResultsTab({ runId, isOver, search, onSearch }: Props) {
  const { q, sort = 'offset', order = 'asc' } = search
  const by = useMemo(() => ({ sort, order }), [sort, order])
  const { entries, isComplete, total, error, refused, refetch } = useResults(runId, q, by)
  return (
    <section aria-label="Results" className={classes.results}>
      <Toolbar q={q} by={by} found={entries?.length} onSearch={onSearch} />
      {refused !== null && entries && (
        <Alert color="yellow" my="xs" role="alert" title="New results do not come by themselves">
          {refused}
        </Alert>
      )}
      {!isComplete && total !== undefined && total > MOST_LISTED && (
        <Alert color="gray" my="xs">
          {count(MOST_LISTED)} of {count(total)} are listed; a search finds the others.
        </Alert>
      )}
      {!entries && (error ? <Failure error={error} retry={() => void refetch()} /> : <LoadingRows />)}
      {entries?.length === 0 && <NoResults isSearched={q !== undefined} isOver={isOver} />}
      {entries && entries.length > 0 && (
        <Listed runId={runId} entries={entries} by={by} search={search} onSearch={onSearch} />
      )}
    </section>
  )
}

function NoResults({ isSearched, isOver }: { isSearched: boolean; isOver: boolean }) {
  if (isSearched) return <Empty title="No key matches">Clear the search to see all results.</Empty>
  if (isOver) return <Empty title="The run recorded no results" />
  return <Empty title="No results yet">They appear here as run.result(key, value) records them.</Empty>
}

interface ListedProps {
  runId: string
  entries: ResultEntry[]
  by: ResultOrder
  search: ResultsSearch
  onSearch: (change: ResultsSearch) => void
}

function Listed({ runId, entries, by, search, onSearch }: ListedProps) {
  const selected = search.result
  const open = entries.find((entry) => entry.offset === selected)
  return (
    <div className={classes.split} data-open={open !== undefined || undefined}>
      <ResultsList
        entries={entries}
        order={by}
        onOrder={onSearch}
        selected={selected}
        onSelect={(result) => onSearch({ result })}
      />
      {open && (
        <ResultPanel
          key={open.offset}
          runId={runId}
          entry={open}
          view={search.view}
          onView={(view) => onSearch({ view })}
          onClose={() => onSearch({ result: undefined })}
        />
      )}
    </div>
  )
}

interface ToolbarProps {
  q: string | undefined
  by: ResultOrder
  /** How many are listed; undefined while they are on their way. */
  found: number | undefined
  onSearch: (change: ResultsSearch) => void
}

function Toolbar({ q, by, found, onSearch }: ToolbarProps) {
  const name = `${by.sort === 'timestamp' ? 'offset' : by.sort} ${by.order}`
  return (
    <div className={classes.toolbar}>
      <SearchField
        label="Search keys"
        placeholder="Search keys  ( / )"
        value={q ?? ''}
        onChange={(text) => onSearch({ q: text || undefined })}
      />
      <NativeSelect
        aria-label="Order"
        size="xs"
        data={Object.entries(ORDERS).map(([value, label]) => ({ value, label }))}
        value={name}
        onChange={(event) => {
          const [sort, order] = event.currentTarget.value.split(' ') as [ResultSort, 'asc' | 'desc']
          onSearch({ sort, order })
        }}
      />
      {found !== undefined && (
        <Text size="sm" c="dimmed" role="status">
          {count(found)} {found === 1 ? 'result' : 'results'}
          {q ? ' match' : ''}
        </Text>
      )}
    </div>
  )
}
