/** What is copied of the lines: as in the download, time, attempt, level and message. */
import type { LogLine } from '../../api/types'
import { withoutAnsi } from './ansi'

export function lineText(line: LogLine): string {
  return `${line.timestamp} #${line.attempt} ${line.level.toUpperCase().padEnd(5)} ${withoutAnsi(line.message)}`
}

/** The selection within `list`: part of one message as it is, several rows as whole lines. Empty without one. */
export function selectedText(
  list: HTMLElement | null,
  lineOf: (offset: number) => LogLine | undefined,
): string {
  const selection = document.getSelection()
  if (!list || !selection || selection.isCollapsed || !list.contains(selection.anchorNode)) return ''
  const rows = [...list.querySelectorAll<HTMLElement>('[data-offset]')].filter((row) =>
    selection.containsNode(row, true),
  )
  if (rows.length < 2) return selection.toString()
  return rows
    .map((row) => lineOf(Number(row.dataset.offset)))
    .filter((line) => line !== undefined)
    .map(lineText)
    .join('\n')
}
