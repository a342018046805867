import { Button, Group } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import type { LogLevel, RunDetail } from '../../api/types'
import { LOG_LEVELS } from '../../components/levels'
import { isOver } from '../../components/statuses'
import { stringifySearch } from '../../routing/search'
import { lineText, selectedText } from './copied-text'
import type { FilteredLog } from './filtered-log'
import { matcher } from './highlight'
import type { HitCount } from './hit-count'
import { LevelChips } from './level-chips'
import { useLogKeys } from './log-keys'
import { LogList } from './log-list'
import type { RowActions } from './log-row'
import { filterOf, type LogSearch } from './log-search'
import type { LogSource } from './log-source'
import { LogFailure, NoHits, NoLines, NotSearched, searchFault } from './log-states'
import { LogToolbar } from './log-toolbar'
import classes from './logs-tab.module.css'
import { useLogPreferences } from './preferences'
import { type Hits, SearchBox } from './search-box'
import { useAskAgain } from './use-ask-again'
import { useHits } from './use-hits'
import { useLogSources } from './use-log-sources'
import { useRoom } from './use-room'
import { WindowController } from './window-controller'

interface Props {
  run: RunDetail
  /** The part of the address that is the tab's. */
  search: LogSearch
  onSearch: (change: LogSearch) => void
}

/** A run's log: everything of the tab. */
export function LogsTab({ run, search, onSearch }: Props) {
  const [preferences, setPreferences] = useLogPreferences()
  const { level, q, regex, line, context } = search
  const filter = useMemo(() => filterOf({ level, q, regex }), [level, q, regex])
  const counts = run.counts.logs
  const end = counts.debug + counts.info + counts.warn + counts.error
  const controllerRef = useRef<WindowController | null>(null)
  const isFiltered = filter !== null && !context
  const sources = useLogSources(run.id, end, filter, () => controllerRef.current?.end())
  const { whole, hitCount } = sources
  const filtered = isFiltered ? sources.filtered : null
  const source: LogSource = filtered ?? whole
  const [controller] = useState(() => new WindowController(source, !isOver(run.status) && line === undefined))
  controllerRef.current = controller
  const canFollow = useSyncExternalStore(whole.subscribe, () => !whole.isEnded)
  controller.canFollow = canFollow
  const isFollowing = useSyncExternalStore(controller.subscribe, () => controller.isFollowing)
  controller.setSource(source)
  whole.setJoins(preferences.joins)
  useEffect(() => whole.expect(end), [whole, end])
  useTotals(filtered, hitCount, q === undefined && filter?.level ? countFrom(counts, filter.level) : null)

  // A filter opens where one looks: at the marked line, at the end of what comes, or at the start.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each source
  useLayoutEffect(() => {
    if (filtered) filtered.open(line ?? (controller.isFollowing ? 'end' : 'start'))
    else if (line !== undefined) controller.reveal(line)
  }, [source])
  const isHere = useAddressedLine(controller, line)

  const mark = useCallback(
    (offset: number) => {
      controller.stopFollowing()
      controller.reveal(offset)
      isHere.current = offset
      onSearch({ line: offset })
    },
    [controller, onSearch, isHere],
  )
  const [findFailure, setFindFailure] = useState<Error | null>(null)
  const { isFinding, find } = useHits(run.id, filter, mark, setFindFailure)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another search, another verdict
  useEffect(() => setFindFailure(null), [filter])
  const step = (direction: 'next' | 'previous') => {
    const seen = controller.inWindow()
    const top = seen && (direction === 'next' ? seen.first - 1 : seen.last + 1)
    find(direction, isHere.current ?? top ?? undefined)
  }

  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set())
  const linkBefore = stringifySearch({ tab: 'logs', level, q, regex, context, line: 0 }).slice(0, -1)
  const actions = useMemo<RowActions>(
    () => ({
      linkBefore,
      mark,
      toggleMetadata(offset) {
        controller.stopFollowing()
        setOpened((held) => toggled(held, offset))
      },
      toggleRepeats(offset) {
        controller.stopFollowing()
        whole.setOpened(offset, !whole.opened.has(offset))
      },
      showInContext: isFiltered
        ? (offset) => {
            controller.stopFollowing()
            onSearch({ line: offset, context: true })
          }
        : null,
    }),
    [linkBefore, mark, controller, whole, isFiltered, onSearch],
  )
  const findMatches = useMemo(() => (q === undefined ? undefined : matcher(q, regex === true)), [q, regex])

  const [isFull, setFull] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const area = useRef<HTMLDivElement>(null)
  useRoom(area)
  const list = () => area.current?.querySelector<HTMLElement>('section') ?? null
  const follow = () => {
    if (controller.isFollowing) controller.stopFollowing()
    else if (controller.canFollow) controller.follow()
  }
  const wrap = () => setPreferences({ wrap: !preferences.wrap })
  useLogKeys({
    search() {
      input.current?.focus()
      input.current?.select()
    },
    isSearching: () => document.activeElement === input.current,
    next: () => step('next'),
    previous: () => step('previous'),
    follow,
    wrap,
    escape() {
      if (!isFull) return false
      setFull(false)
      return true
    },
  })

  // Not each change of the lines: what is around them stays as it is while they rush by.
  const isEmpty = useSyncExternalStore(source.subscribe, () => source.isLoaded && source.first === null)
  const readFailure = useReadFailure(source, hitCount)
  const hits = useShownHits(filtered, hitCount, line)
  const failure = readFailure ?? findFailure
  const fault = searchFault(failure)
  const clear = () => onSearch({ level: undefined, q: undefined, regex: undefined, context: undefined })
  const retry = () => {
    setFindFailure(null)
    hitCount?.retry()
    source.retry()
  }

  return (
    <div
      ref={area}
      className={classes.tab}
      data-full={isFull || undefined}
      data-wrap={preferences.wrap || undefined}
    >
      <Group gap="sm" className={classes.bar}>
        <LevelChips
          counts={counts}
          level={level}
          onLevel={(next) => onSearch({ level: next, context: undefined })}
        />
        <SearchBox
          q={q}
          isRegex={regex === true}
          input={input}
          hits={q === undefined ? null : hits}
          fault={fault}
          isFinding={isFinding}
          onFind={step}
          onSearch={(next, isRegex) =>
            onSearch({
              q: next,
              regex: isRegex || undefined,
              ...(next === undefined && { context: undefined }),
            })
          }
          onLeave={() => list()?.focus({ preventScroll: true })}
        />
        {filter !== null && (
          <Button
            size="compact-sm"
            variant={context ? 'light' : 'subtle'}
            color={context ? 'accent' : 'gray'}
            aria-pressed={context === true}
            title="Show the lines between the hits too"
            onClick={() =>
              onSearch({ context: context ? undefined : true, line: line ?? controller.anchor?.offset })
            }
          >
            In context
          </Button>
        )}
        <LogToolbar
          runId={run.id}
          preferences={preferences}
          onPreferences={setPreferences}
          isFollowing={isFollowing}
          canFollow={canFollow}
          onFollow={follow}
          isFull={isFull}
          onFull={() => setFull(!isFull)}
          onCopy={async () => {
            const marked = line === undefined ? undefined : source.line(line)
            const text =
              selectedText(list(), (offset) => source.line(offset)) || (marked ? lineText(marked) : '')
            if (text) await navigator.clipboard.writeText(text)
            return text !== ''
          }}
        />
      </Group>
      <div
        className={classes.list}
        onCopy={(event) => {
          const text = selectedText(list(), (offset) => source.line(offset))
          if (!text) return
          event.clipboardData.setData('text/plain', text)
          event.preventDefault()
        }}
      >
        <LogList
          source={source}
          whole={whole}
          controller={controller}
          wrap={preferences.wrap}
          timeMode={preferences.time}
          start={run.attempts[0]?.started_at ?? run.started_at}
          attempts={run.attempts}
          marked={line}
          find={findMatches}
          opened={opened}
          actions={actions}
        >
          {failure && fault === null ? (
            <LogFailure error={failure} retry={retry} />
          ) : fault !== null && isFiltered ? (
            <NotSearched />
          ) : isEmpty ? (
            whole.end === 0 ? (
              <NoLines status={run.status} />
            ) : (
              <NoHits onClear={clear} />
            )
          ) : undefined}
        </LogList>
      </div>
    </div>
  )
}

function countFrom(counts: RunDetail['counts']['logs'], level: LogLevel): number {
  return LOG_LEVELS.slice(LOG_LEVELS.indexOf(level)).reduce((sum, each) => sum + counts[each], 0)
}

/** Tells the shown hits how many there are: counted, or known from the run where only a level is chosen. */
function useTotals(filtered: FilteredLog | null, hitCount: HitCount | null, known: number | null): void {
  useEffect(() => {
    if (known !== null) filtered?.setTotal(known, true)
    if (hitCount === null) return undefined
    const tell = () => filtered?.setTotal(hitCount.total, hitCount.isAll)
    tell()
    return hitCount.subscribe(tell)
  }, [filtered, hitCount, known])
}

/** Shows another line when the address has one, also the same when a link leads there again. What is shown so far. */
function useAddressedLine(controller: WindowController, line: number | undefined) {
  const asked = useLocation({ select: ({ state }) => state.asked })
  const isHere = useRef(line)
  const heard = useRef(asked)
  useLayoutEffect(() => {
    const isAskedAgain = asked !== undefined && asked !== heard.current
    if (line !== undefined && (line !== isHere.current || isAskedAgain)) controller.reveal(line)
    isHere.current = line
    heard.current = asked
  }, [line, asked, controller])
  return isHere
}

const never = () => () => {}

/** Why lines could not be read or counted. */
function useReadFailure(source: LogSource, hitCount: HitCount | null): Error | null {
  const unread = useSyncExternalStore(source.subscribe, () => source.failure)
  const uncounted = useSyncExternalStore(hitCount?.subscribe ?? never, () => hitCount?.failure ?? null)
  const failure = unread ?? uncounted
  useAskAgain(failure, () => {
    hitCount?.retry()
    source.retry()
  })
  return failure
}

function useShownHits(
  filtered: FilteredLog | null,
  hitCount: HitCount | null,
  line: number | undefined,
): Hits | null {
  useSyncExternalStore(hitCount?.subscribe ?? never, () => hitCount?.version ?? 0)
  if (hitCount === null) return null
  const rank = line === undefined ? null : (filtered?.rank(line) ?? null)
  return { total: hitCount.total, isAll: hitCount.isAll, rank }
}

function toggled(held: ReadonlySet<number>, offset: number): ReadonlySet<number> {
  const next = new Set(held)
  if (!next.delete(offset)) next.add(offset)
  return next
}
