import { ActionIcon, Tooltip } from '@mantine/core'
import { IconChevronRight, IconCopy, IconRoute } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react'
import { formatJson } from '../../api/json'
import { useCopy } from '../copy'
import { isPairBegun } from '../keys'
import classes from './json-tree.module.css'
import {
  moveFor,
  openUpTo,
  preview,
  rowsOf,
  showMore,
  type TreeRow,
  type TreeState,
  toggle,
} from './tree-model'

const ROW_PX = 22
/** How much a tree opens by itself. */
const FIRST_ROWS = 60

interface Props {
  value: unknown
  /** What the tree shows, for those who hear it. */
  label: string
  /** Beyond this it scrolls. CSS length. */
  maxHeight?: string
}

/** Any JSON value as a tree: what is closed costs nothing, what is long comes in pages. */
export function JsonTree({ value, label, maxHeight = '60vh' }: Props) {
  const [state, setState] = useState<TreeState>(() => openUpTo(value, FIRST_ROWS))
  const [active, setActive] = useState('')
  const rows = useMemo(() => rowsOf(value, state), [value, state])
  const treeId = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  const activeIndex = Math.max(
    0,
    rows.findIndex((row) => row.id === active),
  )

  function go(index: number) {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))]
    if (!row) return
    setActive(row.id)
    virtualizer.scrollToIndex(rows.indexOf(row))
  }

  function act(row: TreeRow) {
    setState((held) => (row.kind === 'more' ? showMore(held, row.of) : toggle(held, row.id)))
  }

  const copy = useCopy()
  function onKeyDown(event: KeyboardEvent) {
    const row = rows[activeIndex]
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !isPairBegun(event.timeStamp)
    if (row?.kind === 'node' && isPlain && (event.key === 'c' || event.key === 'p')) {
      event.preventDefault()
      if (event.key === 'c') copy(textOf(row.value), 'Value')
      else copy(row.id || '/', 'Path')
      return
    }
    const move = moveFor(rows, activeIndex, event.key)
    if (!row || !move) return
    event.preventDefault()
    if (move === 'act') act(row)
    else go(move.to)
  }

  return (
    <div ref={scroller} className={classes.scroller} style={{ maxHeight }}>
      <div
        role="tree"
        aria-label={label}
        tabIndex={0}
        aria-keyshortcuts="c p"
        aria-activedescendant={`${treeId}-${activeIndex}`}
        onKeyDown={onKeyDown}
        className={classes.tree}
        style={{ height: virtualizer.getTotalSize() }}
      >
        {virtualizer.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          return (
            <Row
              key={item.key}
              id={`${treeId}-${item.index}`}
              row={row}
              top={item.start}
              isActive={item.index === activeIndex}
              onAct={() => {
                setActive(row.id)
                if (row.kind === 'more' || row.children !== null) act(row)
              }}
            />
          )
        })}
      </div>
    </div>
  )
}

interface RowProps {
  id: string
  row: TreeRow
  top: number
  isActive: boolean
  onAct: () => void
}

function Row({ id, row, top, isActive, onAct }: RowProps) {
  const level = row.path.length + (row.kind === 'more' ? 1 : 0)
  const style = { transform: `translateY(${top}px)`, paddingLeft: `${level * 16}px` }
  if (row.kind === 'more') {
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it takes the keys
      <div
        id={id}
        role="treeitem"
        aria-level={level + 1}
        aria-selected={isActive}
        tabIndex={-1}
        className={classes.row}
        style={style}
        data-active={isActive || undefined}
        onClick={onAct}
      >
        <span className={classes.more}>show more ({row.hidden.toLocaleString('en')} hidden)</span>
      </div>
    )
  }
  const isNode = row.children !== null
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it takes the keys
    <div
      id={id}
      role="treeitem"
      aria-level={level + 1}
      aria-selected={isActive}
      aria-expanded={isNode ? row.isOpen : undefined}
      tabIndex={-1}
      className={classes.row}
      style={style}
      data-active={isActive || undefined}
      onClick={onAct}
    >
      <span className={classes.arrow} data-open={row.isOpen || undefined}>
        {isNode && <IconChevronRight size={14} aria-hidden />}
      </span>
      {row.label !== null && <span className={classes.label}>{row.label}: </span>}
      <Value value={row.value} isOpen={row.isOpen} />
      <RowActions row={row} />
    </div>
  )
}

function Value({ value, isOpen }: { value: unknown; isOpen: boolean }) {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value
  return (
    <span className={classes.value} data-kind={kind} data-open={isOpen || undefined}>
      {preview(value)}
    </span>
  )
}

/** What is copied: a text as it is, anything else as JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : formatJson(value, 2)
}

function RowActions({ row }: { row: Extract<TreeRow, { kind: 'node' }> }) {
  const copy = useCopy()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: only keeps a click on a button from opening the row
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <span className={classes.actions} onClick={(event) => event.stopPropagation()}>
      <Tooltip label="Copy value (c)">
        <ActionIcon
          size="xs"
          tabIndex={-1}
          aria-label={`Copy value of ${row.id || 'the whole'}`}
          onClick={() => copy(textOf(row.value), 'Value')}
        >
          <IconCopy size={13} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {row.id !== '' && (
        <Tooltip label={`Copy path ${row.id} (p)`}>
          <ActionIcon
            size="xs"
            tabIndex={-1}
            aria-label={`Copy path ${row.id}`}
            onClick={() => copy(row.id, 'Path')}
          >
            <IconRoute size={13} aria-hidden />
          </ActionIcon>
        </Tooltip>
      )}
    </span>
  )
}
