/** Which rows of a JSON value are on view: only what is open is ever looked at. */

/** Keys and indexes from the root. */
export type Path = readonly (string | number)[]

export type TreeRow =
  | {
      kind: 'node'
      id: string
      path: Path
      label: string | null
      value: unknown
      children: number | null
      isOpen: boolean
    }
  /** `hidden` more children of the node `of` are not shown yet. */
  | { kind: 'more'; id: string; path: Path; of: string; hidden: number }

export interface TreeState {
  /** Ids of open nodes. */
  open: ReadonlySet<string>
  /** How many children of a node are shown, where that is not PAGE. */
  shown: ReadonlyMap<string, number>
}

export const PAGE = 100

export const CLOSED: TreeState = { open: new Set(), shown: new Map() }

/** A JSON Pointer (RFC 6901): names a node, and is what "Copy path" gives. */
export function idOf(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

export function childrenOf(value: unknown): number | null {
  if (Array.isArray(value)) return value.length
  return typeof value === 'object' && value !== null ? Object.keys(value).length : null
}

/** The rows in order, depth first. Cost: what is shown, and the keys of what is open. */
export function rowsOf(root: unknown, state: TreeState): TreeRow[] {
  const rows: TreeRow[] = []
  const add = (value: unknown, path: Path, label: string | null) => {
    const id = idOf(path)
    const children = childrenOf(value)
    const isOpen = children !== null && state.open.has(id)
    rows.push({ kind: 'node', id, path, label, value, children, isOpen })
    if (!isOpen) return
    const shown = state.shown.get(id) ?? PAGE
    const isList = Array.isArray(value)
    const names = isList ? null : Object.keys(value as object)
    for (let place = 0; place < Math.min(shown, children); place++) {
      const name = names?.[place]
      if (name === undefined) add((value as unknown[])[place], [...path, place], String(place))
      else add((value as Record<string, unknown>)[name], [...path, name], name)
    }
    if (children > shown) rows.push({ kind: 'more', id: `${id}/…`, path, of: id, hidden: children - shown })
  }
  add(root, [], null)
  return rows
}

export function toggle(state: TreeState, id: string): TreeState {
  const open = new Set(state.open)
  if (!open.delete(id)) open.add(id)
  return { ...state, open }
}

export function showMore(state: TreeState, id: string): TreeState {
  return { ...state, shown: new Map(state.shown).set(id, (state.shown.get(id) ?? PAGE) + PAGE) }
}

/** Opens the root, and below it level by level as long as no more than `most` rows are shown. */
export function openUpTo(root: unknown, most: number): TreeState {
  const open = new Set<string>()
  let level: [unknown, Path][] = [[root, []]]
  let rows = 1
  while (level.length > 0) {
    const next: [unknown, Path][] = []
    for (const [value, path] of level) {
      const children = childrenOf(value)
      if (!children) continue
      if (path.length > 0 && rows + Math.min(children, PAGE) > most) return { open, shown: new Map() }
      rows += Math.min(children, PAGE)
      open.add(idOf(path))
      const entries = Array.isArray(value)
        ? value.slice(0, PAGE).entries()
        : Object.entries(value as object).slice(0, PAGE)
      for (const [name, child] of entries) next.push([child, [...path, name]])
    }
    level = next
  }
  return { open, shown: new Map() }
}

/** What a key does on the row at `index`: open, close or show more, or go to another row; null: nothing. */
export function moveFor(rows: readonly TreeRow[], index: number, key: string): 'act' | { to: number } | null {
  const row = rows[index]
  if (!row) return null
  const isNode = row.kind === 'node' && row.children !== null
  const isOpen = row.kind === 'node' && row.isOpen
  const canAct = isNode || row.kind === 'more'
  const parent = row.kind === 'more' ? row.of : idOf(row.path.slice(0, -1))
  switch (key) {
    case 'ArrowDown':
      return { to: index + 1 }
    case 'ArrowUp':
      return { to: index - 1 }
    case 'Home':
      return { to: 0 }
    case 'End':
      return { to: rows.length - 1 }
    case 'Enter':
    case ' ':
      return canAct ? 'act' : null
    case 'ArrowRight':
      return isOpen ? { to: index + 1 } : isNode ? 'act' : null
    case 'ArrowLeft':
      return isOpen ? 'act' : { to: rows.findIndex((each) => each.id === parent) }
    default:
      return null
  }
}

/** A closed node, or a plain value, in one short line; looks at no more than it shows. */
export function preview(value: unknown, width = 80): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${count(value.length, 'item')} ]`
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value)
    return names.length === 0 ? '{}' : `{ ${count(names.length, 'field')} }`
  }
  if (typeof value === 'string') {
    const text = JSON.stringify(value.length > width ? value.slice(0, width) : value)
    return value.length > width
      ? `${text.slice(0, -1)}… (${value.length.toLocaleString('en')} characters)`
      : text
  }
  return String(value)
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
